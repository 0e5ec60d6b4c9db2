import { z } from 'zod'
import type { Log } from '../../platform/log.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import type { Commit, GatewayStore } from './store.ts'

/** Pictures no alarm names yet: a later transition of a rule with an on-delay may still name them. */
const SPARE_PICTURES = 32

export interface PictureShelfOptions {
  /** Most bytes of pictures that wait to be sent; beyond it the oldest is dropped, the last one never. */
  readonly maxBytes: number
  readonly log: Log
}

/** The pictures of a gateway's store. Every method throws `store/failed` when the disk refuses. */
export interface PictureShelf extends Pick<GatewayStore, 'pictures' | 'picture' | 'receiptPicture'> {
  /** Stores what came with the batch and answers what an alarm of this step makes wanted. */
  keep(commit: Pick<Commit, 'pictures' | 'transitions'>): string[]
  /** How many wait to be sent. */
  count(): number
}

/** Pictures in the table `picture` of `db`. */
export function pictureShelf(db: Sqlite, { maxBytes, log }: PictureShelfOptions): PictureShelf {
  const Hash = z.object({ value: z.string() })
  const Row = z.object({ media_type: z.enum(['image/jpeg', 'image/png']), bytes: z.instanceof(Uint8Array) })
  const drops = { pictures: 0 }
  const pictures = () =>
    db.all(Hash, 'select sha256 as value from picture where wanted = 1 order by id').map(({ value }) => value)
  const dropOldest = (): void => {
    drops.pictures += dropped(db, maxBytes, drops.pictures === 0 ? log : null)
  }
  return {
    pictures,
    count: () =>
      db.one(z.object({ count: z.number() }), 'select count(*) as count from picture where wanted = 1')?.count ?? 0,
    picture: (sha256) => {
      const row = db.one(Row, 'select media_type, bytes from picture where sha256 = ?', sha256)
      return row === null ? null : { sha256, mediaType: row.media_type, bytes: row.bytes }
    },
    receiptPicture: (sha256) => {
      db.run('delete from picture where sha256 = ?', sha256)
      if (drops.pictures === 0 || pictures().length > 0) return
      log.info({ droppedPictures: drops.pictures }, 'all pictures that waited are sent')
      drops.pictures = 0
    },
    keep: (commit) => {
      const marked = keepPictures(db, commit)
      if (marked.length > 0) dropOldest()
      return marked
    },
  }
}

/** Drops the oldest pictures that wait, down to the bound; says so where there is a log. Answers how many. */
function dropped(db: Sqlite, maxBytes: number, log: Log | null): number {
  const Size = z.object({ id: z.number(), bytes: z.number() })
  const waiting = db.all(Size, 'select id, length(bytes) as bytes from picture where wanted = 1 order by id')
  let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0)
  let gone = 0
  for (const { id, bytes } of waiting.slice(0, -1)) {
    if (total <= maxBytes) break
    db.run('delete from picture where id = ?', id)
    total -= bytes
    gone += 1
  }
  if (gone > 0) {
    log?.warn(
      { code: 'store/failed', maxBytes },
      'pictures that wait are at their bound: the oldest are dropped unsent, their alarms are not; see to the connection',
    )
  }
  return gone
}

function keepPictures(db: Sqlite, commit: Pick<Commit, 'pictures' | 'transitions'>): string[] {
  for (const { sha256, mediaType, bytes } of commit.pictures) {
    db.run(
      'insert into picture (sha256, media_type, wanted, bytes) values (?, ?, 0, ?) on conflict do nothing',
      sha256,
      mediaType,
      bytes,
    )
  }
  const wanted = new Set(commit.transitions.flatMap(({ evidence }) => evidence.map(({ sha256 }) => sha256)))
  const marked = [...wanted].filter(
    (sha256) => db.run('update picture set wanted = 1 where sha256 = ? and wanted = 0', sha256).changes > 0,
  )
  if (commit.pictures.length > 0) {
    db.run(
      'delete from picture where wanted = 0 and id not in (select id from picture where wanted = 0 order by id desc limit ?)',
      SPARE_PICTURES,
    )
  }
  return marked
}
