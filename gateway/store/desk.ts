import type { AlarmTransition } from '../../core/contract/alarm.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import type { Picture } from '../driver.ts'
import { failureLog, readFailureLog } from './failure-log.ts'
import { openMemoryStore } from './open.ts'
import type { AdoptingStore } from './sqlite-store.ts'
import type { Capacity, Commit, Committed, GatewayStore, StoreOptions } from './store.ts'

/** What may wait in memory while the disk refuses. */
const IN_MEMORY = { bytes: 16 * 2 ** 20, pictureBytes: 16 * 2 ** 20 }

const NOTHING: Commit = { device: null, readings: [], transitions: [], pictures: [] }

/** A store in memory that stands in for the disk. */
export function memoryStore(options: StoreOptions): AdoptingStore {
  return openMemoryStore({ ...options, limits: { ...options.limits, ...IN_MEMORY } })
}

/** The disk, and the memory that stands in for it. */
export class Desk {
  readonly disk: AdoptingStore
  readonly #options: StoreOptions
  readonly #failure: ReturnType<typeof failureLog>
  readonly #reads: ReturnType<typeof readFailureLog>
  /** What stands in for the disk, and after that what has not moved to it yet. */
  memory: AdoptingStore | null = null
  #isSaved = false
  #bdSeq: number | null = null
  #known: Capacity

  constructor(disk: AdoptingStore, options: StoreOptions) {
    this.disk = disk
    this.#options = options
    this.#failure = failureLog(options.log)
    this.#reads = readFailureLog(options.log)
    this.#known = disk.capacity()
  }

  /** All stores that hold anything, the newest readings first. */
  get sides(): readonly AdoptingStore[] {
    return this.memory === null ? [this.disk] : [this.memory, this.disk]
  }

  /** The store that numbers readings now. */
  get active(): AdoptingStore {
    return this.memory === null || this.#isSaved ? this.disk : this.memory
  }

  /** What the disk does, or `otherwise` when it refuses, which is told once. */
  attempt<T>(work: () => T, otherwise: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      this.#failure.begin(error)
      return otherwise()
    }
  }

  /** What the disk does; its refusal is told once and thrown. */
  orThrow(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (isHouseError(error, 'store/failed')) this.#failure.begin(error)
      throw error
    }
  }

  /** The same for what is only read: its failures are told apart. */
  read<T>(what: string, work: () => T, otherwise: () => T): T {
    try {
      const result = work()
      this.#reads.over(what)
      return result
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      this.#reads.begin(what, error)
      return otherwise()
    }
  }

  commit(steps: readonly Commit[]): readonly Committed[] {
    return this.attempt(
      () => {
        // Once: what the disk has taken since then is newer.
        const late = lateOf(this.#isSaved ? null : this.memory)
        const [before, ...committed] = this.disk.commit([late, ...steps])
        this.#isSaved = true
        for (const { occurrence, n } of late.transitions) this.memory?.receiptAlarm(occurrence, n)
        for (const { sha256 } of late.pictures) this.memory?.receiptPicture(sha256)
        for (const { occurrence, n } of late.alone?.acts ?? []) this.memory?.receiptEdgeAct(occurrence, n)
        const pictures = before?.pictures ?? []
        return committed.map((one, index) => (index > 0 ? one : { ...one, pictures: [...pictures, ...one.pictures] }))
      },
      () => {
        this.#isSaved = false
        this.memory ??= memoryStore(this.#options)
        return this.memory.commit(steps)
      },
    )
  }

  async durable(): Promise<void> {
    try {
      await this.disk.durable()
      // Only a commit shows that the disk takes what matters: the removal of nothing succeeds on a full one too.
      if (this.#isSaved) this.#failure.over()
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      // It is in the file for all but a power cut, and alarms are sent: an alarm must not wait for a disk that is dying.
      this.#failure.begin(error)
    }
  }

  seal(mostAgeMs: number): boolean {
    const memory = this.memory
    if (memory !== null && !this.#isSaved) return memory.seal(mostAgeMs)
    const moved =
      memory !== null &&
      this.attempt(
        () => this.#move(memory),
        () => false,
      )
    return (
      moved ||
      this.attempt(
        () => this.disk.seal(mostAgeMs),
        () => false,
      )
    )
  }

  nextBdSeq(): number {
    const next = this.attempt(
      () => {
        const given = this.disk.nextBdSeq()
        // The number was given from memory while the disk refused: a death of then must not fit a birth of now.
        return given === this.#bdSeq ? this.disk.nextBdSeq() : given
      },
      () => ((this.#bdSeq ?? this.disk.lastBdSeq() ?? -1) + 1) % 256,
    )
    this.#bdSeq = next
    return next
  }

  capacity(): Capacity {
    this.#known = this.read(
      'capacity',
      () => this.disk.capacity(),
      () => this.#known,
    )
    if (this.memory === null) return this.#known
    const memory = this.memory.capacity()
    const isActive = this.active === this.memory
    const sum = (key: 'readings' | 'ranges' | 'alarm' | 'evidence' | 'reduced' | 'dropped') =>
      this.#known[key] + memory[key]
    return {
      ...(isActive ? memory : this.#known),
      readings: sum('readings'),
      ranges: sum('ranges'),
      alarm: sum('alarm'),
      evidence: sum('evidence'),
      reduced: sum('reduced'),
      dropped: sum('dropped'),
      oldestAt: this.#known.oldestAt ?? memory.oldestAt,
    }
  }

  /** What the disk takes of the memory before the end is not lost with it. */
  close(): void {
    const memory = this.memory
    const moves = () => memory !== null && this.#isSaved && this.#move(memory)
    while (this.attempt(moves, () => false)) continue
    this.memory?.close()
    this.memory = null
    this.disk.close()
  }

  /** Moves one link from memory to the disk; false when the memory has run empty and is closed. */
  #move(memory: AdoptingStore): boolean {
    if (memory.seal(0)) return true
    const [first] = memory.links()
    const link = first === undefined ? null : memory.link(first)
    if (first === undefined || link === null) {
      memory.close()
      this.memory = null
      return false
    }
    this.disk.adopt(link)
    memory.receipt(first, link.hash, 'accept')
    return true
  }
}

/** What a commit that reaches the disk takes along: it was kept in memory alone. */
function lateOf(memory: GatewayStore | null): Commit {
  if (memory === null) return NOTHING
  const transitions = memory.alarms().flatMap(({ occurrence, n }): AlarmTransition[] => {
    const transition = memory.alarm(occurrence, n)
    return transition === null ? [] : [transition]
  })
  const pictures = memory.pictures().flatMap((sha256): Picture[] => {
    const picture = memory.picture(sha256)
    return picture === null ? [] : [picture]
  })
  const state = memory.aloneState()
  const acts = memory.edgeActs().flatMap(({ occurrence, n }) => memory.edgeAct(occurrence, n) ?? [])
  const alone = state === null ? undefined : { state, acts }
  return { ...NOTHING, transitions, pictures, engineState: memory.engineState() ?? undefined, alone }
}
