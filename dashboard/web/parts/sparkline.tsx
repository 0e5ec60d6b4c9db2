import type { Sparkline as Line } from '../../../core/contract/register.ts'
import { useWords } from '../page.ts'
import { sitesEn } from '../i18n/sites-en.ts'
import { sitesZh } from '../i18n/sites-zh-cn.ts'
import { sparkBars } from '../show/spark-bars.ts'
import { numberText, unitOf } from '../show/number.ts'

/** Size of the drawing, in px of its own. */
const WIDTH = 192
const HEIGHT = 34

interface SparklineProps {
  readonly line: Line | undefined
  /** What people call the site. */
  readonly name: string
}

/** What a sparkline is hatched with, once on a page that has any. */
export function SparkHatch() {
  return (
    <svg class="unseen" aria-hidden="true">
      <defs>
        <pattern id="spark-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="spark-hatch-line" d="M0 0V6" />
        </pattern>
      </defs>
    </svg>
  )
}

/** A site's last day as bars, one each half hour, from 0; hatched where nothing is known. */
export function Sparkline({ line, name }: SparklineProps) {
  const words = useWords({ 'zh-CN': sitesZh, en: sitesEn })
  const quantity = line?.quantity ?? null
  const bars = sparkBars(line?.mean ?? [], { width: WIDTH, height: HEIGHT })
  if (line === undefined) return <span class="spark is-waiting" aria-hidden="true" />
  const label =
    quantity === null || bars.range === null
      ? words.sparkNone(name)
      : words.spark(name, numberText(bars.range.min, quantity), numberText(bars.range.max, quantity), unitOf(quantity))
  return (
    <span class="spark">
      <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        {bars.gaps.map(({ x, width }) => (
          <rect key={x} class="spark-gap" x={x} y={0} width={width} height={HEIGHT} />
        ))}
        <path class="spark-bars" d={bars.path} />
      </svg>
      {quantity !== null && bars.range !== null && (
        <span class="spark-top" aria-hidden="true">
          {numberText(bars.range.max, quantity)} {unitOf(quantity)}
        </span>
      )}
    </span>
  )
}
