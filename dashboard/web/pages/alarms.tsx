import { MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { openInOrder, withLive } from '../stores/alarm-order.ts'
import { openTotal } from '../stores/live-state.ts'
import { addressOf } from '../stores/route.ts'
import { AlarmList } from '../parts/alarm-list.tsx'
import { PrecisionPanel } from '../parts/precision-panel.tsx'
import { useFetched } from '../parts/use-fetched.ts'

/** Most alarms asked for at once. */
const LIMIT = 500

/** Every open alarm, or every alarm on record. Open ones are never filtered by time. */
export function AlarmsPage({ show }: { readonly show: 'open' | 'all' }) {
  const texts = useTexts()
  return (
    <div class="page">
      <div class="page-head">
        <h1>{texts.alarms.title}</h1>
        <nav class="choices" aria-label={texts.alarms.title}>
          {(['open', 'all'] as const).map((choice) => (
            <a
              key={choice}
              class="choice"
              href={`#${addressOf({ page: 'alarms', show: choice })}`}
              aria-current={choice === show ? 'true' : undefined}
            >
              {texts.alarms[choice]}
            </a>
          ))}
        </nav>
      </div>
      <section class="panel">{show === 'open' ? <OpenAlarms /> : <AllAlarms />}</section>
      {show === 'all' && <PrecisionPanel />}
    </div>
  )
}

function OpenAlarms() {
  const { live } = usePage()
  const texts = useTexts().alarms
  const state = live.state.value
  const open = openInOrder(state.alarms.values())
  const total = openTotal(state)
  return (
    <>
      <AlarmList alarms={open} label={texts.open} none={texts.none} folds />
      {open.length >= MOST_OPEN_TOLD && total > open.length && (
        <p class="empty">{texts.shownWorst(open.length, total)}</p>
      )}
    </>
  )
}

function AllAlarms() {
  const { api, live } = usePage()
  const texts = useTexts()
  const state = live.state.value
  const fetched = useFetched('all', state.epoch, (signal) => api.alarms({ state: 'all', limit: LIMIT }, signal))
  if (fetched.data === null) {
    return (
      <p class="empty" role="status">
        {fetched.error === null ? texts.loading : texts.failed(errorText(fetched.error, texts))}
      </p>
    )
  }
  return (
    <>
      <AlarmList alarms={withLive(fetched.data, state.alarms)} label={texts.alarms.all} none={texts.alarms.noneAll} />
      {fetched.data.length >= LIMIT && <p class="empty">{texts.alarms.shownFirst(LIMIT)}</p>}
    </>
  )
}
