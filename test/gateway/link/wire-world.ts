import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { Bus } from '../../../core/contract/site.ts'
import { functionOf, isBitTable, type ReadAnswer, type ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { decodeRequest } from '../../../core/decode/modbus-request.ts'
import { encodeRtu } from '../../../core/decode/modbus-rtu.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import type { ChannelEvents } from '../../../platform/serial/channel.ts'
import type { BusRead, FieldBus } from '../../../gateway/link/field-bus.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type QuietLog, quietLog } from '../../support/quiet-log.ts'

interface Due {
  readonly at: number
  readonly run: () => void
}

/** A clock with a to-do list, which jumps from one thing to do to the next. */
export class World {
  #passed = 0
  #due: Due[] = []

  readonly clock: Clock = {
    now: () => UtcMs.parse(1_700_000_000_000 + Math.floor(this.#passed)),
    mono: () => MonoMs.parse(this.#passed),
    sleep: (ms, signal) => {
      return new Promise((settle, refuse) => {
        signal?.throwIfAborted()
        const due = this.after(ms, settle)
        signal?.addEventListener('abort', () => {
          this.#due = this.#due.filter((other) => other !== due)
          refuse(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
        })
      })
    },
  }

  /** Does something so many ms from now. */
  after(ms: number, run: () => void): Due {
    const due = { at: this.#passed + Math.max(0, ms), run }
    const place = this.#due.findIndex(({ at }) => at > due.at)
    if (place === -1) this.#due.push(due)
    else this.#due.splice(place, 0, due)
    return due
  }

  /** Lets time run until `work` is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false }
    const done = work.finally(() => (state.isDone = true))
    done.catch(() => undefined)
    for (;;) {
      await new Promise((settle) => setImmediate(settle))
      if (state.isDone) return done
      const next = this.#due.shift()
      if (next === undefined) throw new Error('nothing will ever happen again')
      this.#passed = Math.max(this.#passed, next.at)
      next.run()
    }
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    await this.until(this.clock.sleep(ms))
  }
}

/** What comes back for a request, and when, in ms after the request was on the line. */
export type Reply = readonly { readonly afterMs: number; readonly bytes: Uint8Array }[]
export type Behaviour = (request: ReadRequest, good: Uint8Array, n: number) => Reply

export interface VirtualWire {
  readonly world: World
  readonly bus: FieldBus
  readonly log: QuietLog
  /** Reads that came to the devices. */
  readonly asked: readonly ReadRequest[]
  /** All frames that went out, and when each began. */
  readonly sent: readonly { readonly at: number; readonly bytes: Uint8Array }[]
  /** Hands bytes to the line unasked. */
  readonly receive: (bytes: Uint8Array) => void
  /** Reads, letting time pass. */
  readonly read: (request: BusRead) => Promise<ReadAnswer>
}

export const BAUD = 19_200
const byteMs = 11_000 / BAUD
/** Cells there are in each table of the devices on a virtual wire. */
export const CELLS = 400

/** Value of a cell of a device on a virtual wire: no two near ones are alike. */
export function cellOf({ unit, table }: ReadRequest, address: number): number {
  return (unit * 7_919 + functionOf(table) * 10_473 + address * 31) & 0xffff
}

/** What a read must come to. */
export function truth(request: ReadRequest): ReadAnswer {
  const cells = Array.from({ length: request.quantity }, (_, index) => cellOf(request, request.address + index))
  if (!isBitTable(request.table)) return { kind: 'registers', words: cells }
  return { kind: 'bits', bits: cells.map((cell) => ((cell * 2_654_435_761) >>> 31) % 2 === 1) }
}

/** A serial line in virtual time whose devices answer by `behaviour`, at the line's pace. */
export function virtualWire(timeoutMs: number, behaviour: Behaviour): VirtualWire {
  const world = new World()
  const log = quietLog()
  const asked: ReadRequest[] = []
  const sent: { at: number; bytes: Uint8Array }[] = []
  const line: { events: ChannelEvents | null } = { events: null }
  const bus = openBus(
    Bus.parse({ id: 'line', kind: 'rtu', path: '/dev/null', baud: BAUD, timeout: `${timeoutMs}ms` }),
    {
      clock: world.clock,
      wireClock: world.clock,
      log,
      connect: (events) => {
        line.events = events
        return Promise.resolve({
          write: (frame) => {
            sent.push({ at: world.clock.mono(), bytes: Uint8Array.from(frame) })
            const request = decodeRequest(frame[0]!, frame.slice(1, -2))
            if (request?.kind !== 'read') return
            asked.push(request)
            for (const { afterMs, bytes } of behaviour(request, goodAnswer(request), asked.length)) {
              const takesMs = (frame.length + bytes.length) * byteMs
              world.after(takesMs + afterMs, () => line.events?.received(bytes))
            }
          },
          close: () => (line.events = null),
        })
      },
    },
  )
  const never = new AbortController().signal
  return {
    world,
    bus,
    log,
    asked,
    sent,
    receive: (bytes) => line.events?.received(bytes),
    read: (request) => world.until(bus.read(request, never)),
  }
}

/** The frame a healthy device answers with. */
export function goodAnswer(request: ReadRequest): Uint8Array {
  const code = functionOf(request.table)
  if (request.address + request.quantity > CELLS) return encodeRtu(request.unit, Uint8Array.of(code | 0x80, 2))
  const answer = truth(request)
  if (answer.kind === 'registers') {
    const bytes = answer.words.flatMap((word) => [word >>> 8, word & 0xff])
    return encodeRtu(request.unit, Uint8Array.of(code, bytes.length, ...bytes))
  }
  const bytes = new Uint8Array(Math.ceil(request.quantity / 8))
  if (answer.kind === 'bits') {
    for (const [index, bit] of answer.bits.entries()) if (bit) bytes[index >>> 3]! |= 1 << (index & 7)
  }
  return encodeRtu(request.unit, Uint8Array.of(code, bytes.length, ...bytes))
}
