import { useMemo, useState } from 'preact/hooks'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { ChannelPanel } from '../parts/channel-panel.tsx'
import { DutyCalendarPanel } from '../parts/duty-calendar.tsx'
import { DutyChanges } from '../parts/duty-changes.tsx'
import { DutyGaps } from '../parts/duty-gaps.tsx'
import { DutyNowPanel } from '../parts/duty-now-panel.tsx'
import { RosterEditor } from '../parts/roster-editor.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { dutyCalls } from '../stores/duty-calls.ts'

/** Who is on duty when, how they are reached, and whether messages get out. */
export function DutyPage() {
  const { api, live } = usePage()
  const texts = useTexts()
  const calls = useMemo(() => dutyCalls(api), [api])
  const [changes, setChanges] = useState(0)
  const epoch = live.state.value.epoch + changes
  const roster = useFetched('duty/roster', epoch, (signal) => calls.roster(signal))
  const now = useFetched('duty/now', epoch, (signal) => calls.now(signal))
  const gaps = useFetched('duty/gaps', epoch, (signal) => calls.gaps(signal))
  const changed = () => setChanges((before) => before + 1)
  return (
    <div class="page duty-page">
      <div class="page-head">
        <h1>{texts.nav.duty}</h1>
      </div>
      {roster.data === null && (
        <p class="empty" role="status">
          {roster.error === null ? texts.loading : texts.failed(errorText(roster.error, texts))}
        </p>
      )}
      <div class="duty-columns">
        <div class="column">
          {now.data !== null && <DutyNowPanel now={now.data} calls={calls} changed={changed} />}
          {roster.data !== null && <DutyGaps gaps={gaps.data ?? []} roster={roster.data.roster} />}
          {roster.data !== null && (
            <DutyChanges key={roster.data.version} roster={roster.data.roster} calls={calls} changed={changed} />
          )}
        </div>
        <div class="column">
          <ChannelPanel calls={calls} persons={roster.data?.roster.persons ?? []} />
          {roster.data !== null && (
            <DutyCalendarPanel calls={calls} roster={roster.data.roster} version={roster.data.version + changes} />
          )}
        </div>
      </div>
      {roster.data !== null && <RosterEditor known={roster.data} calls={calls} changed={changed} />}
    </div>
  )
}
