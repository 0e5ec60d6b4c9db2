import { z } from 'zod'
import { EdgeAct } from '../../core/contract/edge.ts'
import type { Log } from '../../platform/log.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import type { GatewayStore } from './store.ts'

/** What the gateway did alone, in its store. Every method throws `store/failed` when the disk refuses. */
export interface EdgeActShelf extends Pick<GatewayStore, 'edgeActs' | 'edgeAct' | 'receiptEdgeAct'> {
  keep(acts: readonly EdgeAct[]): void
}

const Key = z.object({ occurrence: z.string(), n: z.number() })
const Text = z.object({ value: z.string() })

/** Acts in the table `edge_act` of `db`. */
export function edgeActShelf(db: Sqlite, log: Log): EdgeActShelf {
  const receiptEdgeAct = (occurrence: string, n: number): void =>
    void db.run('delete from edge_act where occurrence = ? and n = ?', occurrence, n)
  return {
    keep: (acts) => {
      for (const act of acts) {
        const body = JSON.stringify(act)
        const sql = 'insert into edge_act (occurrence, n, body) values (?, ?, ?) on conflict do nothing'
        db.run(sql, act.occurrence, act.n, body)
      }
    },
    edgeActs: () => db.all(Key, 'select occurrence, n from edge_act order by id'),
    edgeAct: (occurrence, n) => {
      const row = db.one(Text, 'select body as value from edge_act where occurrence = ? and n = ?', occurrence, n)
      if (row === null) return null
      const act = actIn(row.value)
      if (act !== null) return act
      log.error(
        { code: 'store/failed', occurrence, n },
        'what the gateway did alone cannot be read; its row is removed',
      )
      receiptEdgeAct(occurrence, n)
      return null
    },
    receiptEdgeAct,
  }
}

function actIn(body: string): EdgeAct | null {
  try {
    return EdgeAct.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null
  }
}
