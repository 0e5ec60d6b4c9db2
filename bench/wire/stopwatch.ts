import type { TapEvent } from '../../gateway/link/tap.ts'
import { percentile, rounded } from '../bench.ts'
import { characterMs, type Line, silenceMs } from './optimum.ts'

/** Time over what the wire needs, per transaction, in ms. */
export interface Overheads {
  /** From the answer's last byte to the next request, over t3.5: the master's own. */
  readonly turnMeanMs: number
  readonly turnP50Ms: number
  readonly turnP99Ms: number
  /** From the request to the answer's last byte, over both on the wire, t3.5 and the latency: the device's lateness and the line's. */
  readonly answerP50Ms: number
  readonly answerP99Ms: number
}

/** Takes the times of a master's bytes off its tap. */
export class Stopwatch {
  readonly #line: Line
  readonly #turns: number[] = []
  readonly #answers: number[] = []
  #isRunning = false
  #outAt: number | null = null
  #outBytes = 0
  #inAt = 0
  #inBytes = 0

  constructor(line: Line) {
    this.#line = line
  }

  /** Counts from the next request on. */
  start(): void {
    this.#isRunning = true
    this.#outAt = null
  }

  see({ kind, at, bytes }: TapEvent): void {
    if (!this.#isRunning || bytes === undefined) return
    if (kind === 'in') {
      this.#inAt = at
      this.#inBytes += bytes.length
    } else {
      this.#note(at)
      this.#outAt = at
      this.#outBytes = bytes.length
      this.#inBytes = 0
    }
  }

  overheads(): Overheads {
    const at = (samples: readonly number[], share: number) => rounded(percentile(samples, share), 3)
    return {
      turnMeanMs: rounded(this.#turns.reduce((sum, ms) => sum + ms, 0) / this.#turns.length, 3),
      turnP50Ms: at(this.#turns, 0.5),
      turnP99Ms: at(this.#turns, 0.99),
      answerP50Ms: at(this.#answers, 0.5),
      answerP99Ms: at(this.#answers, 0.99),
    }
  }

  #note(nextOutAt: number): void {
    if (this.#outAt === null || this.#inBytes === 0) return
    const { baud, latencyMs } = this.#line
    const wireMs = (this.#outBytes + this.#inBytes) * characterMs(baud)
    this.#turns.push(nextOutAt - this.#inAt - silenceMs(baud))
    this.#answers.push(this.#inAt - this.#outAt - wireMs - silenceMs(baud) - latencyMs)
  }
}
