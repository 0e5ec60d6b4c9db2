import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../core/kit/errors.ts'
import { elapsed } from '../../core/kit/time.ts'
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts'
import { checkFile, hasDamaged, isDamage, isWordLeft, leaveWord, setAside } from './damaged-file.ts'
import { bringBack, salvageFrom, type Salvage } from './salvage.ts'
import { MIGRATIONS } from './schema.ts'
import { storeOver, type AdoptingStore } from './sqlite-store.ts'
import type { StoreOptions } from './store.ts'
import { unsyncedMark } from './unsynced-mark.ts'

const LOOK_EVERY_MS = 60_000

const NOTHING: Salvage = { meta: [], alarms: [], acts: [] }

/**
 * Opens `<folder>/gateway.db`, new with a new stream where there is none. A damaged file is set aside as `gateway.db.damaged-<time>`,
 * and a new one takes over the alarms that could be read. Throws `store/failed` when the disk refuses, `store/newer`.
 */
export function openGatewayStore(folder: string, options: StoreOptions): AdoptingStore {
  const path = join(folder, 'gateway.db')
  try {
    if (!isWordLeft(path)) return openFile(path, options, NOTHING)
  } catch (error) {
    if (!isDamage(error, true)) throw error
    options.log.error({ code: 'store/failed', path, why: messageOf(error) }, 'the store is damaged')
  }
  const salvage = existsSync(path) ? salvageFrom(path) : NOTHING
  const aside = setAside(path, options.clock.now())
  options.log.error(
    { code: 'store/failed', path: aside, alarms: salvage.alarms.length },
    'the damaged store is set aside and a new one begun; what it held and was not sent is lost unless somebody saves it: look at the disk',
  )
  return openFile(path, options, salvage)
}

/** A store that lives in memory, under a stream of its own, for a gateway whose disk refuses. */
export function openMemoryStore(options: StoreOptions): AdoptingStore {
  return storeOver(openSqlite(':memory:', MIGRATIONS), options, null)
}

function openFile(path: string, options: StoreOptions, salvage: Salvage): AdoptingStore {
  const db = watched(openSqlite(path, MIGRATIONS, { durability: 'normal' }), path)
  try {
    checkFile(db, path)
    if (salvage !== NOTHING) bringBack(db, salvage)
    const mark = unsyncedMark(join(path, '..', 'gateway.unsynced'))
    return storeOver(db, options, { mark, hasDamaged: damagedWatch(path, options) })
  } catch (error) {
    db.close()
    throw error
  }
}

/** Leaves word for the next start when the file turns out to be damaged while it is used. */
function watched(db: Sqlite, path: string): Sqlite {
  const watch = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (isDamage(error, false)) leaveWord(path)
      throw error
    }
  }
  return {
    ...db,
    all: (row, sql, ...values) => watch(() => db.all(row, sql, ...values)),
    one: (row, sql, ...values) => watch(() => db.one(row, sql, ...values)),
    run: (sql, ...values) => watch(() => db.run(sql, ...values)),
  }
}

/** Whether a damaged file lies beside the store, looked at once a minute. */
function damagedWatch(path: string, { clock }: StoreOptions): () => boolean {
  const known = { at: clock.mono(), is: hasDamaged(path) }
  return () => {
    const now = clock.mono()
    if (elapsed(known.at, now) >= LOOK_EVERY_MS) Object.assign(known, { at: now, is: hasDamaged(path) })
    return known.is
  }
}
