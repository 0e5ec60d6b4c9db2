import type { MethodFigures } from './figures.ts'

/** One line a method, for people. */
export function methodTable(methods: Readonly<Record<string, MethodFigures>>): string {
  const rows = Object.entries(methods).map(([name, one]) => [
    name,
    percent(one.found),
    String(one.incidents),
    `${one.falsePerSiteWeek} (${one.ci.join('–')})`,
    `${percent(one.bigLoads)} of ${one.bigLoadsOf}`,
    percent(one.bigWithin60s),
    `${percent(one.fiveKw)} of ${one.fiveKwOf}`,
    seconds(one.medianTtdS),
    percent(one.timeInAlarm),
    String(one.healthPerSiteWeek),
  ])
  const head = ['method', 'found', 'of', 'false/site-week', 'big', '≤60 s', '5 kW', 'median', 'in alarm', 'health/wk']
  return aligned([head, ...rows])
}

/** One line a family. */
export function familyTable({ byFamily }: MethodFigures): string {
  const rows = Object.entries(byFamily)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([family, one]) => [
      family,
      `${one.found}/${one.incidents}`,
      `${percent(one.ci[0])}–${percent(one.ci[1])}`,
      seconds(one.medianTtdS),
      seconds(one.p95TtdS),
      percent(one.named),
      percent(one.healthWithin3Min),
    ])
  return aligned([['family', 'found', '95 %', 'median', 'p95', 'named', 'health ≤3 min'], ...rows])
}

/** What false alarms came of, most first. */
export function falseTable({ falseBy }: MethodFigures): string {
  const rows = Object.entries(falseBy).toSorted(([, a], [, b]) => b - a)
  return aligned([['false alarms by', 'count'], ...rows.slice(0, 12).map(([types, count]) => [types, String(count)])])
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function seconds(value: number | null): string {
  if (value === null) return 'never'
  return value < 120 ? `${Math.round(value)} s` : `${Math.round(value / 60)} min`
}
