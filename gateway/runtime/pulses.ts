/** Gaps a device's usual one is taken from. */
const GAPS = 8

/** How one device went on through a change. */
export interface Continuity {
  readonly device: string
  /** The longest gap between its last batches before the change, ms. */
  readonly usualMs: number
  /** The longest gap from the change to its first batch after it, ms. */
  readonly gapMs: number
}

interface Pulse {
  at: number
  readonly gaps: number[]
}

/** When each device was last heard, and how far apart. Times are monotonic, in ms. */
export class Pulses {
  readonly #pulses = new Map<string, Pulse>()
  readonly #watches = new Set<ContinuityWatch>()

  /** A batch of a device has come. */
  heard(device: string, at: number): void {
    const pulse = this.#pulses.get(device)
    for (const watch of this.#watches) watch.heard(device, at)
    if (pulse === undefined) {
      this.#pulses.set(device, { at, gaps: [] })
      return
    }
    pulse.gaps.push(at - pulse.at)
    if (pulse.gaps.length > GAPS) pulse.gaps.shift()
    pulse.at = at
  }

  /** Forgets devices that are read no longer, or anew. */
  forget(devices: readonly string[]): void {
    for (const device of devices) this.#pulses.delete(device)
  }

  /** Watches how `devices` go on from now; those not heard twice yet cannot be compared and are left out. */
  watch(devices: readonly string[]): ContinuityWatch {
    const known = devices.flatMap((device) => {
      const pulse = this.#pulses.get(device)
      if (pulse === undefined || pulse.gaps.length === 0) return []
      return [{ device, usualMs: Math.max(...pulse.gaps), at: pulse.at }]
    })
    const watch = new ContinuityWatch(known, () => this.#watches.delete(watch))
    this.#watches.add(watch)
    return watch
  }
}

interface Watched {
  readonly device: string
  readonly usualMs: number
  at: number
  gapMs: number
  isOver: boolean
}

/** A look at how devices go on through a change. */
export class ContinuityWatch {
  readonly #watched: ReadonlyMap<string, Watched>
  readonly #close: () => void
  readonly #all = Promise.withResolvers<undefined>()
  #isChanged = false

  constructor(devices: readonly { device: string; usualMs: number; at: number }[], close: () => void) {
    this.#watched = new Map(devices.map((one) => [one.device, { ...one, gapMs: 0, isOver: false }]))
    this.#close = close
  }

  /** The longest usual gap, ms: after it each should have been heard. */
  get usualMs(): number {
    return Math.max(0, ...Array.from(this.#watched.values(), ({ usualMs }) => usualMs))
  }

  /** Resolves when each device has been heard after the change. */
  get all(): Promise<undefined> {
    return this.#all.promise
  }

  heard(device: string, at: number): void {
    const watched = this.#watched.get(device)
    if (watched === undefined || watched.isOver) return
    watched.gapMs = Math.max(watched.gapMs, at - watched.at)
    watched.at = at
    watched.isOver = this.#isChanged
    this.#settle()
  }

  /** The change is over: the next batch of each device is the last that counts. */
  changed(): void {
    this.#isChanged = true
    this.#settle()
  }

  /** Ends the watch. A device not heard since has a gap that lasts until `now`. */
  end(now: number): readonly Continuity[] {
    this.#close()
    return Array.from(this.#watched.values(), ({ device, usualMs, gapMs, at, isOver }) => ({
      device,
      usualMs,
      gapMs: isOver ? gapMs : Math.max(gapMs, now - at),
    }))
  }

  #settle(): void {
    const isDone = this.#isChanged && Array.from(this.#watched.values()).every(({ isOver }) => isOver)
    if (isDone) this.#all.resolve(undefined)
  }
}
