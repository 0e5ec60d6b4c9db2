import { AlarmRate, RATE_STEP_MS } from '../../../core/contract/map.ts'
import { usePage } from '../page.ts'
import { useFetched } from './use-fetched.ts'
import { useOverviewWords } from './use-overview-words.ts'
import { useZone } from './use-zone.ts'

const DAY_MS = 86_400_000
const STEPS = DAY_MS / RATE_STEP_MS
/** More than this in 10 minutes nobody handles, and one is what a desk is meant for. (EEMUA 191) */
const LIMIT = 10
const TARGET = 1
const ASK_EVERY_MS = 30_000
const WIDTH = 432
const HEIGHT = 40

/** How many alarms came in each 10 minutes of the last 24 h, against what a person can handle. */
export function RateStrip() {
  const { api, live, times } = usePage()
  const words = useOverviewWords().rate
  const zone = times(useZone(null))
  const now = live.now.value
  const round = Math.floor(now / ASK_EVERY_MS)
  const to = (Math.floor(now / RATE_STEP_MS) + 1) * RATE_STEP_MS
  const fetched = useFetched('rate', live.state.value.epoch + round, (signal) =>
    api.ask(`/api/alarms/rate?from=${to - DAY_MS}&to=${to}`, { answer: AlarmRate, signal }),
  )
  const { data } = fetched
  if (data === null) {
    return (
      <section class="rate panel" aria-label={words.label}>
        {fetched.error !== null && <p class="soft">{words.failed}</p>}
      </section>
    )
  }
  const counts = data.counts.slice(-STEPS)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const most = Math.max(0, ...counts)
  const over = counts.filter((count) => count > LIMIT).length
  return (
    <section class="rate panel" aria-label={words.label}>
      <p class="rate-words">
        <strong>{words.total(total)}</strong>
        <span>{words.most(most)}</span>
        {over > 0 && <strong class="alert-word">{words.over(over)}</strong>}
      </p>
      <Bars
        counts={counts}
        label={words.sentence(total, most, over)}
        limit={words.limit}
        at={(index) => zone.time(data.from + index * RATE_STEP_MS).slice(0, 5)}
      />
    </section>
  )
}

interface BarsProps {
  readonly counts: readonly number[]
  readonly label: string
  readonly limit: string
  readonly at: (index: number) => string
}

function Bars({ counts, label, limit, at }: BarsProps) {
  const words = useOverviewWords().rate
  const scale = HEIGHT / Math.max(LIMIT * 1.2, ...counts)
  const wide = WIDTH / STEPS
  const line = (value: number) => HEIGHT - value * scale
  return (
    <svg class="rate-bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {counts.map((count, index) =>
        count === 0 ? null : (
          <rect
            key={index}
            class={`rate-bar${count > LIMIT ? ' is-over' : ''}`}
            x={index * wide + 0.4}
            width={wide - 0.8}
            y={line(count)}
            height={count * scale}
          >
            <title>{words.bar(at(index), count)}</title>
          </rect>
        ),
      )}
      <path class="rate-limit" d={`M0 ${line(LIMIT)}H${WIDTH}`}>
        <title>{limit}</title>
      </path>
      <path class="rate-target" d={`M0 ${line(TARGET)}H${WIDTH}`} />
      <path class="rate-base" d={`M0 ${HEIGHT}H${WIDTH}`} />
    </svg>
  )
}
