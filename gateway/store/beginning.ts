import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { StreamId } from '../../core/contract/chain.ts'
import { BootId, Dating } from '../../core/contract/clock.ts'
import { UtcMs, type MonoMs } from '../../core/contract/time.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import type { Chain } from './chain.ts'
import type { KeptRow, OpenRows } from './open-rows.ts'
import type { Meta } from './schema.ts'
import type { Sealing } from './sealing.ts'

/** How a store of an older version dated its readings: by a clock of which nothing is known. */
const OLD_DATING = { boot: BootId.parse('00000000'), offsetMs: 0, uncertaintyMs: null, source: 'none' } as const

/** What the run before wrote when it stopped of its own will. */
const Ended = z.object({ at: UtcMs })

export interface BeginningParts {
  readonly db: Sqlite
  readonly meta: Meta
  readonly chain: Chain
  readonly rows: OpenRows
  readonly sealing: Sealing
}

export interface RunStart {
  readonly stream: StreamId
  /** The numbers of the stream before it may have been given out and be gone: what is left is numbered anew. */
  readonly isFresh: boolean
  readonly dating: Dating
  readonly at: UtcMs
  readonly mono: MonoMs
}

/** The stream a file names, or a new one: for a new file, and for one whose numbers may have been given out and be gone. */
export function streamIn(meta: Meta, isDoubted: boolean): StreamId {
  const known = isDoubted ? null : meta.get('stream')
  return StreamId.parse(known ?? randomBytes(10).toString('hex'))
}

/**
 * Begins a run: closes what the run before has left into ranges, dated as that run knew, and chains the start. Answers the next number.
 * Throws `store/failed`; it may be called again then.
 */
export function beginRun(parts: BeginningParts, start: RunStart): number {
  const { meta, chain, rows } = parts
  const before = meta.get('boot')
  const dating = meta.parsed('dating', Dating) ?? OLD_DATING
  const nextSeq = sealLeft(parts, start, dating)
  const ended = meta.parsed('ended', Ended)
  const ending = before === start.dating.boot ? 'killed' : 'power'
  const lived = Math.max(Number(meta.get('lived') ?? '0'), ended?.at ?? 0)
  const draft = {
    kind: 'start',
    dating: start.dating,
    at: start.at,
    before: before === null ? null : ended === null ? ending : 'stopped',
    livedUntil: before === null || lived === 0 ? null : UtcMs.parse(lived),
  } as const
  chain.append(start.stream, draft, {
    also: () => {
      meta.set('stream', start.stream)
      meta.set('boot', start.dating.boot)
      meta.set('dating', JSON.stringify(start.dating))
      meta.remove('ended')
      rows.tidy()
    },
  })
  return nextSeq
}

function sealLeft(parts: BeginningParts, start: RunStart, dating: Dating): number {
  const { chain, rows, sealing } = parts
  const left = rows.left(start.mono)
  const kept = start.isFresh ? renumbered(parts, left, start.stream) : left
  const whole = kept.filter(({ packed, lastSeq }) => packed !== null && lastSeq >= chain.from)
  rows.tookLeft(whole, chain.from)
  while (sealing.seal(start.stream, dating)) continue
  const end = Math.max((kept.at(-1)?.lastSeq ?? -1) + 1, chain.from)
  if (chain.from < end) {
    const gap = { kind: 'gap', from: chain.from, to: end - 1, cause: 'damaged' } as const
    chain.append(start.stream, gap, { also: () => rows.erase(end - 1) })
  }
  return end
}

/** Gives what is left numbers of a stream that begins with it. Rows in a range already are of the stream before. */
function renumbered(
  { db, meta, chain, rows }: BeginningParts,
  left: readonly KeptRow[],
  stream: StreamId,
): readonly KeptRow[] {
  let nextSeq = 0
  let judged = 0
  const kept = db.transaction(() => {
    rows.eraseAll()
    chain.writeFresh()
    meta.set('stream', stream)
    meta.remove('next-seq')
    const renamed = left.flatMap((row) => {
      if (row.packed === null || row.lastSeq < chain.from) return []
      const written = rows.rewrite({ ...row, firstSeq: nextSeq }, row.since)
      nextSeq = written.lastSeq + 1
      if (row.lastSeq < rows.judged) judged = nextSeq
      return [written]
    })
    if (rows.judged !== Infinity) rows.writeJudged(judged)
    return renamed
  })
  if (rows.judged !== Infinity) rows.judgedTo(judged)
  chain.begun()
  return kept
}
