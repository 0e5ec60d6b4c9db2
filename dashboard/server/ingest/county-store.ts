import { join } from 'node:path'
import { z } from 'zod'
import { DeviceInfo, LatestReading, PointInfo } from '../../../core/contract/http.ts'
import { SiteAbout } from '../../../core/contract/lanes.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Log } from '../../../platform/log.ts'
import { openSqlite } from '../../../platform/sqlite.ts'
import type { SiteRecord } from './county.ts'

const MIGRATIONS = ['create table sites (id text primary key, record text not null) strict;']

const Record = z.object({
  about: SiteAbout,
  lastHeardAt: UtcMs.nullable(),
  devices: z.array(DeviceInfo),
  points: z.array(PointInfo),
  latest: z.record(z.string(), LatestReading),
})

const Row = z.object({ id: z.string(), record: z.string() })

/** Keeps what is known of the sites, so that the county shows at once after a restart. A copy: the gateways tell it all anew. */
export interface CountyStore {
  load(): SiteRecord[]
  save(records: readonly SiteRecord[]): void
  close(): void
}

/** Throws `store/failed`, `store/newer`. */
export function openCountyStore(folder: string, log: Log): CountyStore {
  const sqlite = openSqlite(join(folder, 'county.sqlite'), MIGRATIONS, { durability: 'normal' })
  return {
    load: () =>
      sqlite.all(Row, 'select id, record from sites order by id').flatMap(({ id, record }) => {
        const parsed = Record.safeParse(JSON.parse(record))
        if (parsed.success) return [parsed.data]
        log.warn(
          { code: 'store/failed', site: id },
          'what is stored of this site does not fit this version; it shows again at its next birth',
        )
        return []
      }),
    save: (records) =>
      sqlite.transaction(() => {
        for (const record of records) {
          sqlite.run(
            'insert into sites values (?, ?) on conflict (id) do update set record = excluded.record',
            record.about.site.id,
            JSON.stringify(record),
          )
        }
      }),
    close: () => sqlite.close(),
  }
}
