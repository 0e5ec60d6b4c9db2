import { useEffect, useMemo, useState } from 'preact/hooks'
import '../style/handover.css'
import '../style/handover-print.css'
import type { HandoverList } from '../../../core/contract/handover.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { HandoverRail } from '../parts/duty-handover-list.tsx'
import { HandoverSheet } from '../parts/duty-handover-record.tsx'
import { usePaper } from '../parts/duty-print.ts'
import { useAct } from '../parts/use-act.ts'
import { useFetched } from '../parts/use-fetched.ts'
import { dueOf, handoverCalls, type HandoverCalls, handoverOf } from '../stores/duty-handover.ts'
import type { Query } from '../stores/route.ts'
import { mayAct } from '../stores/session.ts'

/** The hand-over between shifts: the record that is due, and those there are. */
export function HandoverPage({ query }: { readonly query: Query }) {
  const { api, live } = usePage()
  const texts = useTexts()
  const calls = useMemo(() => handoverCalls(api), [api])
  const place = handoverOf(query)
  const [changes, setChanges] = useState(0)
  const changed = () => setChanges((before) => before + 1)
  usePaper()
  const since = live.state.value.epoch + changes
  const fetched = useFetched(`handovers/${place.before ?? ''}`, since, (signal) => calls.list(place.before, signal))
  const list = fetched.data
  if (list === null) {
    return (
      <p class="empty is-page" role="status">
        {fetched.error === null ? texts.loading : texts.failed(errorText(fetched.error, texts))}
      </p>
    )
  }
  const shown = place.record ?? dueOf(list)?.id ?? null
  return (
    <div class="handover-page">
      <HandoverRail list={list} place={place} shown={shown} />
      {shown === null ? (
        <NoShifts list={list} />
      ) : (
        <Record key={shown} id={shown} {...{ list, calls, since, changed }} />
      )}
    </div>
  )
}

function NoShifts({ list }: { readonly list: HandoverList }) {
  const words = useWords(HANDOVER)
  return <p class="empty">{list.records.length === 0 ? words.noShifts : words.noRecords}</p>
}

interface RecordProps {
  readonly id: string
  readonly list: HandoverList
  readonly calls: HandoverCalls
  readonly since: number
  readonly changed: () => void
}

/** One record; where there is none yet of a shift that runs or has just ended, it is drafted. */
function Record({ id, list, calls, since, changed }: RecordProps) {
  const { session } = usePage()
  const texts = useTexts()
  const words = useWords(HANDOVER)
  const act = useAct(words.refusals)
  const isDue = [list.current, list.previous].some((one) => one?.id === id && one.state === null)
  const may = mayAct(session.signedIn.value)
  const draft = () => void act.run(() => calls.draft(id)).then((drafted) => drafted && changed())
  useEffect(() => {
    if (isDue && may) draft()
  }, [])
  const fetched = useFetched(`handover/${id}`, since, (signal) => calls.view(id, signal))
  if (fetched.data !== null) return <HandoverSheet view={fetched.data} calls={calls} changed={changed} />
  const isMissing = isHouseError(fetched.error, 'http/not-found')
  const why = fetched.error === null ? texts.loading : texts.failed(errorText(fetched.error, texts))
  return (
    <div class="panel handover-missing" role="status">
      <p class="empty">{act.busy ? words.drafting : isMissing ? words.notDrafted : why}</p>
      {act.fault !== null && <p class="error panel-body">{act.fault}</p>}
      {isMissing && isDue && may && (
        <p class="panel-body">
          <button class="button button-main" type="button" data-act="draft" disabled={act.busy} onClick={draft}>
            {words.draft}
          </button>
        </p>
      )}
    </div>
  )
}
