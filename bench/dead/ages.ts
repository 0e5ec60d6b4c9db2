import { percentile, rounded } from '../bench.ts'

const EVERY_MS = 20

/** How old what is known of each device is, looked at every 20 ms. */
export class Ages {
  readonly #readAt = new Map<string, number>()
  readonly #samples: number[] = []
  readonly #timer: NodeJS.Timeout

  /** `devices` are those that live. */
  constructor(devices: readonly string[]) {
    this.#timer = setInterval(() => {
      const now = Date.now()
      for (const device of devices) {
        const at = this.#readAt.get(device)
        if (at !== undefined) this.#samples.push(now - at)
      }
    }, EVERY_MS)
  }

  /** A good reading of the device came, taken at wall time `at`. */
  read(device: string, at: number): void {
    this.#readAt.set(device, at)
  }

  /** Forgets what was seen so far. */
  restart(): void {
    this.#samples.length = 0
  }

  stop(): { readonly p50Ms: number; readonly p99Ms: number } {
    clearInterval(this.#timer)
    const at = (share: number) => rounded(percentile(this.#samples, share), 0)
    return { p50Ms: at(0.5), p99Ms: at(0.99) }
  }
}
