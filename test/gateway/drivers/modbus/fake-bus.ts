import { MonoMs, UtcMs } from '../../../../core/contract/time.ts'
import { isBitTable, type ReadAnswer } from '../../../../core/decode/modbus-pdu.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import type { ReaderBus } from '../../../../gateway/drivers/modbus/asker.ts'
import { transactionMs } from '../../../../gateway/drivers/modbus/bus-time.ts'
import type { BusRead, Latency, LineTiming, Purpose } from '../../../../gateway/link/field-bus.ts'
import { newTally } from '../../../../gateway/link/line.ts'
import type { Memory } from '../../../../gateway/memory.ts'
import type { Clock } from '../../../../platform/clock.ts'

/** A clock on which nobody waits: sleeping moves it. */
export interface RunClock extends Clock {
  advance(ms: number): void
}

export function runClock(start = 1_700_000_000_000): RunClock {
  let passed = 0
  return {
    now: () => UtcMs.parse(Math.floor(start + passed)),
    mono: () => MonoMs.parse(passed),
    sleep: (ms, signal) => {
      signal?.throwIfAborted()
      passed += Math.max(0, ms)
      return Promise.resolve()
    },
    advance: (ms) => {
      passed += ms
    },
  }
}

/** What a device does with a request. */
export type Answering = (request: BusRead) => ReadAnswer

export const timeout = () => new HouseError('link/timeout', 'no answer')
export const lost = () => new HouseError('link/down', 'no line')

/** Answers every request with `value` in each cell. */
export function good(value = 7): Answering {
  return ({ table, quantity }) =>
    isBitTable(table)
      ? { kind: 'bits', bits: Array.from({ length: quantity }, () => true) }
      : { kind: 'registers', words: Array.from({ length: quantity }, () => value) }
}

export interface FakeBus extends ReaderBus {
  /** Every request so far. */
  readonly asked: BusRead[]
  readonly purposes: () => readonly (Purpose | undefined)[]
  answering: Answering
  probesAllowed: boolean
  latencyMs: Latency | null
  recalled: Latency | null
  /** How often the line has come back. */
  reconnects: number
}

/** A bus with one device on it, on which each request takes the time it takes on a line. */
export function fakeBus(clock: RunClock, { timing = { baud: 9_600 }, timeoutMs = 1_000 }: FakeOptions = {}): FakeBus {
  const bus: FakeBus = {
    id: 'bus',
    timeoutMs,
    timing,
    asked: [],
    purposes: () => bus.asked.map(({ purpose }) => purpose),
    answering: good(),
    probesAllowed: true,
    latencyMs: null,
    recalled: null,
    reconnects: 0,
    read: (request) => {
      bus.asked.push(request)
      return new Promise((settle) => {
        try {
          const answer = bus.answering(request)
          clock.advance(transactionMs(request, timing, 5))
          settle(answer)
        } catch (error) {
          clock.advance(timeoutMs)
          throw error
        }
      })
    },
    mayProbe: () => bus.probesAllowed,
    station: () => ({ latencyMs: bus.latencyMs, timeoutMs }),
    recall: (_station, latency) => {
      bus.recalled = latency
    },
    counters: () => ({ id: bus.id, state: 'up', ...newTally(), reconnects: bus.reconnects }),
  }
  return bus
}

interface FakeOptions {
  readonly timing?: LineTiming | null
  readonly timeoutMs?: number
}

/** A memory that outlives its reader, as the store does. */
export function fakeMemory(): Memory & { readonly kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>()
  return {
    kept,
    recall: (key) => kept.get(key) ?? null,
    keep: (key, value) => void kept.set(key, JSON.parse(JSON.stringify(value)) as unknown),
  }
}
