import type { GatewayConfig } from '../../core/contract/site.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { Desk, memoryStore } from './desk.ts'
import { openGatewayStore } from './open.ts'
import type { AdoptingStore } from './sqlite-store.ts'
import type { GatewayStore, LinkRef, StoreLimits, StoreOptions } from './store.ts'

/** The limits of a configured outbox. */
export function storeLimits({ days, megabytes }: GatewayConfig['outbox']): StoreLimits {
  return { bytes: megabytes * 2 ** 20, ageMs: days * 86_400_000 }
}

/** The store on disk; in memory when the disk refuses, so that a gateway with a broken card still watches and alarms. Throws `store/newer`. */
export function openSteadyStore(folder: string, options: StoreOptions): GatewayStore {
  try {
    return steadyStore(probed(openGatewayStore(folder, options)), options)
  } catch (error) {
    if (!isHouseError(error, 'store/failed')) throw error
    options.log.error(
      { code: error.code, why: error.message },
      'the store cannot be opened; running from memory: what is not delivered before the next stop is lost',
    )
    return steadyStore(memoryStore(options), options)
  }
}

/** A file can be opened whose pages cannot be read; such a one is closed. Throws `store/failed`. */
function probed(store: AdoptingStore): AdoptingStore {
  try {
    store.alarms()
    store.pictures()
    store.capacity()
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

/**
 * A store that goes on when its disk is full or read-only. Everything is then kept by a store in memory, under a stream of its own,
 * and can be sent from there; with the first commit that succeeds alarms and pictures move to the disk, and after them the readings.
 * One warning a failure, one line at its end. Where the disk cannot be read either, lists answer with the last known or nothing; a
 * single alarm, picture or link still throws `store/failed`, because nothing would mean that it waits no longer. So does a dating that the
 * disk does not take, because whoever has it brings it again.
 */
export function steadyStore(disk: AdoptingStore, options: StoreOptions): GatewayStore {
  const desk = new Desk(disk, options)
  return {
    ...chainPart(desk),
    ...shelfPart(desk),
    get stream() {
      return desk.active.stream
    },
    commit: (steps) => desk.commit(steps),
    durable: () => desk.durable(),
    seal: (mostAgeMs) => desk.seal(mostAgeMs),
    nextBdSeq: () => desk.nextBdSeq(),
    lastBdSeq: () => disk.lastBdSeq(),
    engineState: () => disk.engineState(),
    aloneState: () => disk.aloneState(),
    unjudged: () => disk.unjudged(),
    note: (key) =>
      desk.read(
        'notes',
        () => disk.note(key),
        () => null,
      ),
    keepNote: (key, text) => desk.attempt(() => disk.keepNote(key, text), nothing),
    capacity: () => desk.capacity(),
    hasFault: () => desk.memory !== null || disk.hasFault(),
    hasReduced: () => desk.sides.some((side) => side.hasReduced()),
    close: () => desk.close(),
    [Symbol.dispose]: () => desk.close(),
  }
}

type ChainPart = Pick<GatewayStore, 'chainDating' | 'links' | 'link' | 'decoded' | 'receipt' | 'openRows' | 'nextSeq'>

function chainPart(desk: Desk): ChainPart {
  return {
    chainDating: (dating) => {
      for (const side of desk.sides) desk.orThrow(() => side.chainDating(dating))
    },
    links: () => (desk.memory === null ? desk.disk.links() : [...desk.disk.links(), ...desk.memory.links()]),
    // A link of the stream in memory may have moved to the disk meanwhile.
    link: (ref) => desk.memory?.link(ref) ?? desk.disk.link(ref),
    decoded: (ref) => (desk.memory?.links().some(isOf(ref)) === true ? desk.memory : desk.disk).decoded(ref),
    receipt: (ref, hash, verdict) => {
      const inMemory = desk.memory?.receipt(ref, hash, verdict) ?? 'unknown'
      if (inMemory !== 'unknown') return inMemory
      return desk.attempt(
        () => desk.disk.receipt(ref, hash, verdict),
        // It is out of the list; a row that could not be deleted is sent again after the next start.
        () => 'done',
      )
    },
    openRows: (fromSeq, limit) => desk.active.openRows(fromSeq, limit),
    nextSeq: () => desk.active.nextSeq(),
  }
}

function isOf({ stream, n }: LinkRef): (link: LinkRef) => boolean {
  return (link) => link.n === n && link.stream === stream
}

type ShelfPart = Pick<
  GatewayStore,
  | 'alarms'
  | 'alarm'
  | 'receiptAlarm'
  | 'edgeActs'
  | 'edgeAct'
  | 'receiptEdgeAct'
  | 'pictures'
  | 'picture'
  | 'receiptPicture'
>

function shelfPart(desk: Desk): ShelfPart {
  const { disk } = desk
  const saved = <T>(what: string, list: () => readonly T[]) => desk.read(what, list, () => [])
  return {
    alarms: () =>
      unique(
        saved('alarms', () => disk.alarms()),
        desk.memory?.alarms() ?? [],
      ),
    alarm: (occurrence, n) => desk.memory?.alarm(occurrence, n) ?? disk.alarm(occurrence, n),
    receiptAlarm: (occurrence, n) => {
      for (const side of desk.sides) desk.attempt(() => side.receiptAlarm(occurrence, n), nothing)
    },
    edgeActs: () =>
      unique(
        saved('acts', () => disk.edgeActs()),
        desk.memory?.edgeActs() ?? [],
      ),
    edgeAct: (occurrence, n) => desk.memory?.edgeAct(occurrence, n) ?? disk.edgeAct(occurrence, n),
    receiptEdgeAct: (occurrence, n) => {
      for (const side of desk.sides) desk.attempt(() => side.receiptEdgeAct(occurrence, n), nothing)
    },
    pictures: () => [...saved('pictures', () => disk.pictures()), ...(desk.memory?.pictures() ?? [])],
    picture: (sha256) => desk.memory?.picture(sha256) ?? disk.picture(sha256),
    receiptPicture: (sha256) => {
      for (const side of desk.sides) desk.attempt(() => side.receiptPicture(sha256), nothing)
    },
  }
}

type Keys = ReturnType<GatewayStore['alarms']>

/** What is on the disk, and behind it what is in memory alone. */
function unique(onDisk: Keys, inMemory: Keys): Keys {
  const known = new Set(onDisk.map(({ occurrence, n }) => `${occurrence}#${n}`))
  return [...onDisk, ...inMemory.filter(({ occurrence, n }) => !known.has(`${occurrence}#${n}`))]
}

function nothing(): void {
  // What the disk refuses has been told of, and is done again when it takes it.
}
