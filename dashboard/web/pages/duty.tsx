import { useEffect, useMemo, useState } from 'preact/hooks'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { ChannelPanel } from '../parts/channel-panel.tsx'
import { DutyCalendarPanel } from '../parts/duty-calendar.tsx'
import { DutyChanges } from '../parts/duty-changes.tsx'
import { DutyGaps } from '../parts/duty-gaps.tsx'
import { DutyNowPanel } from '../parts/duty-now-panel.tsx'
import { PushPanel } from '../parts/push-panel.tsx'
import { RosterEditor } from '../parts/roster-editor.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { dutyCalls } from '../stores/duty-calls.ts'

/** Who is on duty when, how they are reached, and whether messages get out. */
export function DutyPage() {
  const { api, live } = usePage()
  const texts = useTexts()
  const calls = useMemo(() => dutyCalls(api), [api])
  const [changes, setChanges] = useState(0)
  const changed = () => setChanges((before) => before + 1)
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
  return (
    <div class="page duty-page">
      <h1 class="unseen">{texts.nav.duty}</h1>
      <div class="duty-columns">
        <div class="column">
          {now.data !== null && <DutyNowPanel now={now.data} roster={known.roster} calls={calls} changed={changed} />}
          {gaps.data !== null && <DutyGaps gaps={gaps.data} roster={known.roster} />}
          <DutyChanges roster={known.roster} calls={calls} changed={changed} />
          <RosterEditor known={known} calls={calls} changed={changed} />
          <PushPanel />
        </div>
        <div class="column">
          <ChannelPanel calls={calls} persons={known.roster.persons} />
          <DutyCalendarPanel calls={calls} roster={known.roster} version={since} />
        </div>
      </div>
    </div>
  )
}
