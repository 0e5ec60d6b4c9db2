import type { SuppressionEntry } from '../../../core/contract/suppressions.ts'
import { csvText } from '../kit/csv.ts'
import { isoWithOffset, zoneOffset } from '../show/zone-offset.ts'

export interface SuppressionCsvWords {
  readonly heads: readonly string[]
  readonly kinds: Readonly<Record<SuppressionEntry['kind'], string>>
  readonly siteName: (site: string) => string
}

/** The register as a file: a row each, times of a zone with their offset, in the order shown. */
export function suppressionCsv(
  entries: readonly SuppressionEntry[],
  zone: string,
  { heads, kinds, siteName }: SuppressionCsvWords,
): string {
  const offset = zoneOffset(zone)
  const time = (at: number | null) => (at === null ? '' : isoWithOffset(at, offset(at)))
  const rows = entries.map((entry) => [
    ...[entry.number, siteName(entry.site), entry.rule, entry.point, entry.priority, kinds[entry.kind]],
    ...[entry.by, entry.second ?? '', entry.reason, entry.ticket ?? ''],
    ...[time(entry.from), time(entry.until), time(entry.endedAt), entry.endedBy ?? '', entry.endedWhy ?? ''],
    String(entry.held),
  ])
  return csvText([heads, ...rows])
}
