import { z } from 'zod'
import {
  ConfigContent,
  type ConfigDetail,
  ConfigReport,
  type ConfigVersion,
} from '../../../core/contract/config-lane.ts'
import { Id, Sha256 } from '../../../core/contract/text.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

/** JSON text of a column. */
function jsonColumn<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)
}

const VersionRow = z.object({
  site: Id,
  version: z.number(),
  sha256: Sha256,
  issued_at: UtcMs,
  by: z.string(),
  copy_of: z.number().nullable(),
  report: jsonColumn(ConfigReport).nullable(),
})
const WholeRow = VersionRow.extend({ content: jsonColumn(ConfigContent) })
const HEAD = 'site, version, sha256, issued_at, by, copy_of, report'

const ReportRow = z.object({ report: jsonColumn(ConfigReport), received_at: UtcMs })

/** All versions of a site, newest first, without their texts. */
export async function versionsOf(q: Query, site: string): Promise<ConfigVersion[]> {
  const rows = await q.all(VersionRow, `select ${HEAD} from site_configs where site = ? order by version desc`, site)
  return rows.map(versionOf)
}

export async function findVersion(q: Query, site: string, version: number): Promise<ConfigDetail | null> {
  const row = await q.one(WholeRow, 'select * from site_configs where site = ? and version = ?', site, version)
  return row === null ? null : detailOf(row)
}

/** The newest number of each site: changes with every version that is made, by whatever program. */
export function newestNumbers(q: Query): Promise<{ site: string; version: number }[]> {
  const row = z.object({ site: Id, version: z.number() })
  return q.all(row, 'select site, max(version) as version from site_configs group by site')
}

/** The highest number used here or known at the gateway; 0 = none. */
export async function highestVersion(q: Query, site: string): Promise<number> {
  const row = await q.one(
    z.object({ most: z.number().nullable() }),
    'select max(version) as most from site_configs where site = ?',
    site,
  )
  const told = await reportOf(q, site)
  return Math.max(row?.most ?? 0, told?.report.highest ?? 0)
}

export async function addVersion(q: Query, config: Omit<ConfigDetail, 'report'>): Promise<void> {
  const { site, version, content, sha256, issuedAt, by, copyOf } = config
  await q.run(
    `insert into site_configs (site, version, content, sha256, issued_at, by, copy_of) values (?, ?, ?, ?, ?, ?, ?)`,
    ...[site, version, JSON.stringify(content), sha256, issuedAt, by, copyOf],
  )
}

/** What a gateway said last; null before it has said anything. */
export async function reportOf(q: Query, site: string): Promise<{ report: ConfigReport; receivedAt: UtcMs } | null> {
  const row = await q.one(ReportRow, 'select report, received_at from site_config_reports where site = ?', site)
  return row === null ? null : { report: row.report, receivedAt: row.received_at }
}

/** Keeps a report, beside the version it is about where that is known. */
export async function keepReport(q: Query, report: ConfigReport, at: UtcMs): Promise<void> {
  const { siteId, version, sha256 } = report
  const text = JSON.stringify(report)
  await q.run(
    `insert into site_config_reports (site, report, received_at) values (?, ?, ?)
     on conflict (site) do update set report = excluded.report, received_at = excluded.received_at`,
    ...[siteId, text, at],
  )
  await q.run(
    'update site_configs set report = ? where site = ? and version = ? and sha256 = ?',
    ...[text, siteId, version, sha256],
  )
}

function versionOf(row: z.infer<typeof VersionRow>): ConfigVersion {
  const { version, sha256, issued_at: issuedAt, by, copy_of: copyOf, report } = row
  return { version, sha256, issuedAt, by, copyOf, report }
}

function detailOf(row: z.infer<typeof WholeRow>): ConfigDetail {
  return { ...versionOf(row), site: row.site, content: row.content }
}
