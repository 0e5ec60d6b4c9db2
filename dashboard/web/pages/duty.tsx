import { useEffect, useMemo, useState } from 'preact/hooks'
import '../style/duty-print.css'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { ChannelPanel } from '../parts/channel-panel.tsx'
import { DutyCalendarPanel } from '../parts/duty-calendar.tsx'
import { DutyChanges } from '../parts/duty-changes.tsx'
import { DutyGaps } from '../parts/duty-gaps.tsx'
import { PresenceLogPanel } from '../parts/duty-log.tsx'
import { DutyNowPanel } from '../parts/duty-now-panel.tsx'
import { OwnShifts } from '../parts/duty-own.tsx'
import { usePaper } from '../parts/duty-print.ts'
import { PushPanel } from '../parts/push-panel.tsx'
import { RosterEditor } from '../parts/roster-editor.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { dutyCalls } from '../stores/duty-calls.ts'
import { dutyViewOf } from '../stores/duty-view.ts'
import type { Query } from '../stores/route.ts'

/** Who is on duty when, how they are reached, and whether messages get out. */
export function DutyPage({ query }: { readonly query: Query }) {
  const { api, live } = usePage()
  const texts = useTexts()
  const calls = useMemo(() => dutyCalls(api), [api])
  const [changes, setChanges] = useState(0)
  const changed = () => setChanges((before) => before + 1)
  usePaper()
  const { epoch, status } = live.state.value
  // A check-in at another desk, or a change of shift, changes what is shown here.
  const onDuty = JSON.stringify(status?.onDuty ?? null)
  useEffect(changed, [onDuty])
  const since = epoch + changes
  const roster = useFetched('duty/roster', since, (signal) => calls.roster(signal))
  const now = useFetched('duty/now', since, (signal) => calls.now(signal))
  const gaps = useFetched('duty/gaps', since, (signal) => calls.gaps(signal))
  if (roster.data === null) {
    return (
      <p class="empty is-page" role="status">
        {roster.error === null ? texts.loading : texts.failed(errorText(roster.error, texts))}
      </p>
    )
  }
  const known = roster.data
  const shared = { roster: known.roster, calls }
  return (
    <div class="page duty-page">
      <h1 class="unseen">{texts.nav.duty}</h1>
      <div class="duty-columns">
        <div class="column">
          {now.data !== null && <DutyNowPanel now={now.data} changed={changed} {...shared} />}
          <OwnShifts version={since} {...shared} />
          {gaps.data !== null && <DutyGaps gaps={gaps.data} roster={known.roster} />}
          <DutyChanges changed={changed} {...shared} />
          <PresenceLogPanel version={since} {...shared} />
          <RosterEditor known={known} calls={calls} changed={changed} />
          <PushPanel />
        </div>
        <div class="column">
          <DutyCalendarPanel
            view={dutyViewOf(query)}
            rosterVersion={known.version}
            version={since}
            changed={changed}
            {...shared}
          />
          <ChannelPanel calls={calls} persons={known.roster.persons} />
        </div>
      </div>
    </div>
  )
}
