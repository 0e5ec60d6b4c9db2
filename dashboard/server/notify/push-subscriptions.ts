import { createHash } from 'node:crypto'
import { z } from 'zod'
import { PushSubscription } from '../../../core/contract/push.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Subscriptions } from '../../../platform/notifiers/subscriptions.ts'
import { jsonOf } from '../../../platform/notifiers/robot.ts'
import type { Database } from '../db/database.ts'

/** Browsers one user may have; the one that asked longest ago makes room. */
const MOST_BROWSERS = 10

/** The browsers that asked for push messages, in the database. */
export interface PushSubscriptions extends Subscriptions {
  /** Durable when it resolves; the same browser again changes its owner and keys. */
  add(user: string, subscription: PushSubscription, now: UtcMs): Promise<void>
  /** Only a user's own; answers whether there was one. */
  leave(user: string, endpoint: string): Promise<boolean>
}

const Row = z.object({ subscription: z.string() })

export function openPushSubscriptions(db: Database): PushSubscriptions {
  return {
    of: async (user) => {
      const rows = await db.read((q) =>
        q.all(Row, 'select subscription from push_subscriptions where user = ? order by n', user),
      )
      return rows.map(({ subscription }) => PushSubscription.parse(jsonOf(subscription)))
    },
    remove: async (endpoint) => {
      await db.transaction((q) => q.run('delete from push_subscriptions where endpoint_hash = ?', hashOf(endpoint)))
    },
    add: (user, { endpoint, keys }, now) =>
      db.transaction(async (q) => {
        await q.run('delete from push_subscriptions where endpoint_hash = ?', hashOf(endpoint))
        await q.run(
          'insert into push_subscriptions (endpoint_hash, user, subscription, created_at) values (?, ?, ?, ?)',
          hashOf(endpoint),
          user,
          JSON.stringify({ endpoint, keys }),
          now,
        )
        await q.run(
          `delete from push_subscriptions where user = ?1 and n not in
             (select n from push_subscriptions where user = ?1 order by n desc limit ${MOST_BROWSERS})`,
          user,
        )
      }),
    leave: async (user, endpoint) => {
      const { changes } = await db.transaction((q) =>
        q.run('delete from push_subscriptions where user = ? and endpoint_hash = ?', user, hashOf(endpoint)),
      )
      return changes > 0
    },
  }
}

/** An endpoint is a key to a browser, so it is looked up by its hash. */
function hashOf(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('hex')
}
