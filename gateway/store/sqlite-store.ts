import { z } from 'zod'
import { isHouseError } from '../../core/kit/errors.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import { alarmShelf } from './alarms.ts'
import { beginRun, streamIn } from './beginning.ts'
import { Chain } from './chain.ts'
import { edgeActShelf } from './edge-acts.ts'
import { decodedRange, Fidelity, isWhole } from './fidelity.ts'
import { FillRate } from './fill-rate.ts'
import { ALONE, keptPart, type Shelves } from './kept-part.ts'
import { Numbers } from './numbers.ts'
import { OpenRows } from './open-rows.ts'
import { pictureShelf } from './pictures.ts'
import { Meta } from './schema.ts'
import { Sealing } from './sealing.ts'
import type { Capacity, Commit, Committed, GatewayStore, LinkRef, StoredLink, StoreOptions } from './store.ts'
import type { UnsyncedMark } from './unsynced-mark.ts'

/** A store that can take links which another has made. */
export interface AdoptingStore extends GatewayStore {
  /** Throws `store/failed`. */
  adopt(link: StoredLink): void
}

/** The file a store lies in, beside what is in it. */
export interface StoreFile {
  readonly mark: UnsyncedMark
  /** Whether a damaged file of before still lies there. */
  readonly hasDamaged: () => boolean
}

interface Parts extends StoreOptions, Shelves {
  readonly db: Sqlite
  readonly chain: Chain
  readonly sealing: Sealing
  readonly fidelity: Fidelity
  readonly numbers: Numbers
  readonly rate: FillRate
  readonly file: StoreFile | null
}

/**
 * A store over an open database; `file` is null for one in memory. What the run before has left is closed into ranges. Where the disk
 * takes no writing, what waits can be read and sent all the same, and each commit tries again to begin.
 */
export function storeOver(db: Sqlite, options: StoreOptions, file: StoreFile | null): AdoptingStore {
  const parts = partsOf(db, options, file)
  const { meta, chain, numbers, fidelity, rate, sealing, clock } = parts
  const run = beginning(parts)
  return {
    ...sendingPart(parts),
    ...keptPart(parts),
    stream: run.stream,
    commit: (steps) => {
      run.begin()
      return commitTo(parts, steps).map((one) => ({ ...one, stream: run.stream }))
    },
    durable: () => numbers.durable(),
    seal: (mostAgeMs) => run.isBegun() && sealOne(parts, run.stream, mostAgeMs),
    chainDating: (dating) => {
      run.begin()
      const { boot } = dating
      const isOwn = boot === parts.dating().boot
      const text = JSON.stringify(dating)
      // Not what ranges were closed with last: the chain may have refused to take that.
      if (run.chained.get(boot) === text) return
      // What has been read was dated as the time is told until now.
      if (isOwn) while (sealing.seal(run.stream, parts.dating())) continue
      chain.append(run.stream, { kind: 'dating', dating }, isOwn ? { also: () => meta.set('dating', text) } : {})
      run.chained.set(boot, text)
    },
    adopt: (link) => {
      chain.adopt(link, () => {
        if ('to' in link.head.link) fidelity.adopted({ ...link.head.link, fidelity: link.head.fidelity })
      })
      rate.added(link.body.length, clock.mono())
    },
    nextBdSeq: () => numbers.nextBdSeq(),
    lastBdSeq: () => numbers.lastBdSeq(),
    nextSeq: () => numbers.sendable,
    capacity: () => capacityOf(parts),
    hasFault: () => file === null || file.hasDamaged(),
    hasReduced: () => chain.size.reduced > 0,
    ...closing(parts),
  }
}

function partsOf(db: Sqlite, options: StoreOptions, file: StoreFile | null): Parts {
  const { log, site, clock, limits = {} } = options
  const meta = new Meta(db)
  const chain = new Chain(db, { meta, site, log, isOnDisk: file !== null })
  const rows = new OpenRows(db, meta)
  return {
    ...options,
    db,
    meta,
    chain,
    rows,
    sealing: new Sealing({ meta, chain, rows, log }),
    fidelity: new Fidelity({ chain, meta, limits, log }),
    numbers: new Numbers({ db, meta, chain, mark: file?.mark ?? null }),
    alarmsKept: alarmShelf(db, log),
    picturesKept: pictureShelf(db, { maxBytes: limits.pictureBytes ?? 2 ** 28, log }),
    actsKept: edgeActShelf(db, log),
    rate: new FillRate(clock.mono()),
    file,
  }
}

interface Run {
  readonly stream: GatewayStore['stream']
  /** What this run has chained last of the time of each boot. */
  readonly chained: Map<string, string>
  /** Throws `store/failed`. */
  begin(): void
  isBegun(): boolean
}

/** The beginning of this run, now or when the disk first takes it. */
function beginning(parts: Parts): Run {
  const { db, meta, chain, numbers, clock, file } = parts
  const isDoubted = file?.mark.isKept() === true
  // Rows of a version before there were links have numbers of which some are receipted.
  const stream = streamIn(meta, isDoubted || (chain.isNew && meta.get('next-seq') !== null))
  const start = { stream, at: clock.now(), mono: clock.mono() }
  const state = { isBegun: false }
  const chained = new Map<string, string>()
  const begin = (): void => {
    if (state.isBegun) return
    const isFresh = meta.get('stream') !== stream
    const dating = parts.dating()
    const isNewBoot = meta.get('boot') !== dating.boot
    numbers.next = beginRun(parts, { ...start, isFresh, dating })
    // What an earlier run of this boot has closed was dated as that run knew: it may still be owed this dating.
    if (isNewBoot) chained.set(dating.boot, JSON.stringify(dating))
    // A further sync would say nothing of what the failed one has lost; a checkpoint writes it anew.
    if (isDoubted && db.one(z.object({ busy: z.number() }), 'pragma wal_checkpoint(truncate)')?.busy === 0)
      file.mark.remove()
    numbers.durableNow()
    state.isBegun = true
  }
  try {
    begin()
  } catch (error) {
    if (!isHouseError(error, 'store/failed')) throw error
    sendAllTheSame(parts)
    parts.log.warn(
      { code: error.code, why: error.message },
      'the store takes no writing; what waits in it is sent all the same',
    )
  }
  return { stream, chained, begin, isBegun: () => state.isBegun }
}

/** What lies in a file that takes no more may be sent; what was just chained, before it refused, not before a sync that succeeds if one can. */
function sendAllTheSame({ db, chain }: Parts): void {
  try {
    db.sync()
  } catch (error) {
    if (!isHouseError(error, 'store/failed')) throw error
    // On a disk that is read-only there is nothing to sync.
  }
  chain.release(chain.mark())
}

function commitTo(parts: Parts, steps: readonly Commit[]): Omit<Committed, 'stream'>[] {
  const { db, meta, rows, numbers, alarmsKept, picturesKept, actsKept, clock } = parts
  const since = clock.mono()
  let next = numbers.next
  try {
    const judged = { to: null as number | null }
    const made = db.transaction(() => {
      const kept = steps.map(({ device, readings, ...step }) => {
        const firstSeq = next
        const isRow = device !== null && readings.length > 0
        const row = isRow ? rows.write({ device, firstSeq, readings, advanced: step.advanced ?? [] }, since) : null
        next += row === null ? 0 : readings.length
        alarmsKept.keep(step.transitions)
        const acts = step.alone?.acts ?? []
        actsKept.keep(acts)
        if (step.engineState !== undefined) judged.to = next
        return { row, committed: { device, firstSeq, readings, pictures: picturesKept.keep(step), acts } }
      })
      const state = steps.findLast((step) => step.engineState !== undefined)?.engineState
      if (state !== undefined) meta.set('engine-state', state)
      const alone = steps.findLast((step) => step.alone !== undefined)?.alone
      if (alone !== undefined) meta.set(ALONE, alone.state)
      if (judged.to !== null) rows.writeJudged(judged.to)
      return kept
    })
    rows.took(made.flatMap(({ row }) => row ?? []))
    if (judged.to !== null) rows.judgedTo(judged.to)
    numbers.next = next
    return made.map(({ committed }) => committed)
  } catch (error) {
    rows.forget()
    throw error
  }
}

function sealOne(
  { rows, sealing, fidelity, chain, rate, ...parts }: Parts,
  stream: GatewayStore['stream'],
  mostAgeMs: number,
): boolean {
  const { oldest } = rows
  const now = parts.clock.mono()
  if (oldest !== null && (sealing.isFull || now - oldest.since >= mostAgeMs)) {
    const before = chain.size.bytes
    const dating = parts.dating()
    sealing.seal(stream, dating)
    // What this run leaves behind is closed with what it knew last, not with what it knew weeks ago.
    parts.meta.set('dating', JSON.stringify(dating))
    rate.added(chain.size.bytes - before, now)
    return true
  }
  return fidelity.reduce(rows.bytes, parts.clock.now())
}

function sendingPart({
  chain,
  rows,
  fidelity,
  numbers,
  sign,
}: Parts): Pick<GatewayStore, 'links' | 'link' | 'decoded' | 'receipt' | 'openRows'> {
  const whole = (ref: LinkRef): StoredLink | null => {
    const entry = chain.find(ref)
    const stored = entry === null ? null : chain.read(entry, sign)
    if (entry === null || stored === null || entry.kind !== 'range' || entry.fidelity !== 'raw') return stored
    if (isWhole(stored)) return stored
    fidelity.dropDamaged(entry)
    const left = chain.find(ref)
    return left === null ? null : chain.read(left, sign)
  }
  return {
    links: () => chain.waiting,
    link: whole,
    decoded: (ref) => decodedRange(whole(ref)) ?? [],
    receipt: (ref, hash, verdict) => chain.receipt(ref, hash, verdict),
    openRows: (fromSeq, limit) => rows.list(fromSeq, numbers.sendable, limit),
  }
}

function capacityOf({ chain, rows, fidelity, rate, alarmsKept, picturesKept, clock, file }: Parts): Capacity {
  const { bytes, readings, ranges } = chain.size
  const used = bytes + rows.bytes
  return {
    readings: readings + rows.readings,
    ranges,
    alarm: alarmsKept.count(),
    evidence: picturesKept.count(),
    bytes: used,
    maxBytes: fidelity.maxBytes,
    oldestAt: chain.oldestAt ?? rows.oldest?.packed?.base ?? null,
    hoursLeft: rate.hoursFor(fidelity.maxBytes - used, clock.mono()),
    ...fidelity.lost,
    state: file === null ? 'memory' : 'disk',
  }
}

function closing({ db, meta, clock }: Parts): Pick<GatewayStore, 'close' | typeof Symbol.dispose> {
  const state = { isClosed: false }
  const close = (): void => {
    if (state.isClosed) return
    state.isClosed = true
    try {
      meta.set('ended', JSON.stringify({ at: clock.now() }))
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      // The next start takes the run for one that was killed.
    }
    db.close()
  }
  return { close, [Symbol.dispose]: close }
}
