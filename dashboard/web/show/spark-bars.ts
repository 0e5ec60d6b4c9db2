/** A sparkline as it is drawn. */
export interface SparkBars {
  /** All bars as one path. */
  readonly path: string
  /** Stretches of which nothing is known. */
  readonly gaps: readonly { readonly x: number; readonly width: number }[]
  /** Least and greatest of what is known; null = nothing is. */
  readonly range: { readonly min: number; readonly max: number } | null
}

/** The least a bar is high, so that a zero is seen to be known. */
const FLOOR = 1

/** Columns as bars from zero up, or down where values are negative. */
export function sparkBars(
  columns: readonly (number | null)[],
  { width, height }: { readonly width: number; readonly height: number },
): SparkBars {
  const known = columns.filter((value) => value !== null)
  const range = known.length === 0 ? null : { min: Math.min(...known), max: Math.max(...known) }
  const step = width / Math.max(1, columns.length)
  const top = Math.max(0, range?.max ?? 0)
  const bottom = Math.min(0, range?.min ?? 0)
  const scale = top === bottom ? 0 : (height - FLOOR) / (top - bottom)
  const zero = height - FLOOR + bottom * scale
  const bars = columns.map((value, index) => {
    if (value === null) return ''
    const tall = value * scale
    const [y, high] = tall >= 0 ? [zero - tall, tall + FLOOR] : [zero, FLOOR - tall]
    return `M${round(index * step)} ${round(y)}h${round(step * 0.8)}v${round(high)}h${round(-step * 0.8)}Z`
  })
  return { path: bars.join(''), gaps: gapsIn(columns, step), range }
}

function gapsIn(columns: readonly (number | null)[], step: number): { x: number; width: number }[] {
  const gaps: { x: number; width: number }[] = []
  for (const [index, value] of columns.entries()) {
    if (value !== null) continue
    const last = gaps.at(-1)
    const x = round(index * step)
    if (last !== undefined && Math.abs(last.x + last.width - x) < 0.1) last.width = round(x + step - last.x)
    else gaps.push({ x, width: round(step) })
  }
  return gaps
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
