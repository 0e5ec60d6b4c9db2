import { z } from 'zod'
import { EvidenceRow } from '../../../core/contract/evidence.ts'
import { FileVersion, type RegisterEntry, SiteFile } from '../../../core/contract/register.ts'
import { Id } from '../../../core/contract/text.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

/** JSON text of a column. */
function jsonColumn<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)
}

const Row = z
  .object({
    site: Id,
    version: z.number(),
    at: UtcMs,
    by: z.string(),
    via: FileVersion.shape.via,
    fields: jsonColumn(FileVersion.shape.fields),
    file: jsonColumn(SiteFile),
  })
  .strict()

/** The newest version of every site that has one. */
export function newestFiles(q: Query): Promise<RegisterEntry[]> {
  return q.all(
    Row,
    `select f.* from site_files f
     join (select site, max(version) as version from site_files group by site) n on n.site = f.site and n.version = f.version`,
  )
}

/** The newest version of a site; null where there is none. */
export function newestFile(q: Query, site: string): Promise<RegisterEntry | null> {
  return q.one(Row, 'select * from site_files where site = ? order by version desc limit 1', site)
}

/** One version of a site; null where there is none. */
export function fileVersion(q: Query, site: string, version: number): Promise<RegisterEntry | null> {
  return q.one(Row, 'select * from site_files where site = ? and version = ?', site, version)
}

/** The versions of a site, newest first. */
export function fileVersions(q: Query, site: string, most: number): Promise<RegisterEntry[]> {
  return q.all(Row, 'select * from site_files where site = ? order by version desc limit ?', site, most)
}

const PictureRow = z.object({ evidence: jsonColumn(z.array(EvidenceRow)) })

/** The newest picture of the alarms of a site that were raised last; null where none of them has one. */
export async function newestPicture(q: Query, site: string): Promise<EvidenceRow | null> {
  const rows = await q.all(
    PictureRow,
    `select evidence from alarms where site = ? and evidence <> '[]' order by raised_at desc limit 3`,
    site,
  )
  return rows.flatMap(({ evidence }) => evidence).sort((a, b) => b.at - a.at)[0] ?? null
}

/** Adds a version; the database lets none be changed or deleted. */
export async function addFile(q: Query, { site, version, at, by, via, fields, file }: RegisterEntry): Promise<void> {
  await q.run(
    'insert into site_files (site, version, at, by, via, fields, file) values (?, ?, ?, ?, ?, ?, ?)',
    ...[site, version, at, by, via, JSON.stringify(fields), JSON.stringify(file)],
  )
}
