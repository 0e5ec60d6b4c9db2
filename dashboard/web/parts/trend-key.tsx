import { TRENDS } from '../i18n/trends-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { isSwitch } from '../show/number.ts'
import type { LaneContent } from './chart-lane.ts'

interface TrendKeyProps {
  readonly lanes: readonly LaneContent[]
  readonly isLive: boolean
  readonly isCompared: boolean
}

/** What the marks of the lanes mean: those that are there. */
export function TrendKey({ lanes, isLive, isCompared }: TrendKeyProps) {
  const { live } = usePage()
  const texts = useTexts()
  const words = useWords(TRENDS)
  const has = (is: (lane: LaneContent) => boolean) => lanes.some(is)
  const holds = (kind: 'suppressed' | 'permitted') => has((lane) => lane.holds.some((hold) => hold.kind === kind))
  return (
    <ul class="trend-legend" aria-label={words.legend}>
      {has(({ quantity }) => !isSwitch(quantity)) && <li class="key-band">{texts.trend.band}</li>}
      {isCompared && <li class="key-earlier">{words.earlierKey}</li>}
      {has(({ limits }) => limits.length > 0) && <li class="key-limit">{texts.trend.limit}</li>}
      {has(({ periods }) => periods.length > 0) && <li class="key-alarm">{texts.trend.alarm}</li>}
      {holds('suppressed') && <li class="key-held">{words.holds.suppressed}</li>}
      {holds('permitted') && <li class="key-permitted">{words.holds.permitted}</li>}
      {has(({ nights }) => nights.length > 0) && <li class="key-night">{words.night}</li>}
      {has(({ traces }) => traces.some(({ trend }) => trend.provisional.length > 0)) && (
        <li class="key-provisional">{texts.trend.provisional}</li>
      )}
      <li class="key-gap">{texts.trend.gap}</li>
      <li class="trend-source">{isLive ? (live.alive.value ? words.live : words.stalled) : words.fixed}</li>
      <li class="trend-keys">{words.keys}</li>
    </ul>
  )
}
