import { z } from 'zod'
import type { Sqlite } from '../../../platform/sqlite.ts'
import type { PointName } from './batch-wire.ts'
import type { HistoryTarget } from './store.ts'

const PointRow = z.object({ id: z.number(), site: z.string(), device: z.string(), point: z.string() })
const IdRow = z.object({ id: z.number() })

/** The number under which each point's samples are kept. */
export interface Points {
  find(target: HistoryTarget): number | null
  /** Finds it or makes one; called inside a transaction. */
  idOf(name: PointName): number
  /** Makes the ids given since the last time permanent, or not. */
  settle(): void
  forget(): void
}

export function openPoints(sqlite: Sqlite): Points {
  const known = new Map<string, number>()
  const made = new Map<string, number>()
  for (const row of sqlite.all(PointRow, 'select id, site, device, point from points')) known.set(keyOf(row), row.id)
  return {
    find: ({ site, point }) => known.get(`${site}/${point}`) ?? null,
    idOf: (name) => {
      const key = keyOf(name)
      const id = known.get(key) ?? made.get(key)
      if (id !== undefined) return id
      const row = sqlite.one(
        IdRow,
        'insert into points (site, device, point) values (?, ?, ?) returning id',
        ...[name.site, name.device, name.point],
      )
      if (row === null) throw new RangeError('insert … returning gave no row')
      made.set(key, row.id)
      return row.id
    },
    settle: () => {
      for (const [key, id] of made) known.set(key, id)
      made.clear()
    },
    forget: () => made.clear(),
  }
}

function keyOf({ site, device, point }: PointName): string {
  return `${site}/${device}/${point}`
}
