import type { Chance } from '../../platform/clock.ts'
import type { Framed } from './framing.ts'
import { flipped, noiseBytes, without } from './noise.ts'
import { exception } from './pdu.ts'

/**
 * What can go wrong with an answer.
 *
 * - `late`: 0–8 timeouts late, while later requests are answered beside it; `backlog`: so late, and all later requests wait behind
 *   it as in a serial gateway; `early`: without the device's latency.
 * - `doubled`: twice in a row; `doubled-later`: again within a timeout.
 * - `truncated`; `wrong-unit`; `wrong-function`; `noise-before`, `noise-after`, `noise-inside`.
 * - `wrong-transaction`, `newest-transaction` (late, with the id of the newest request): Modbus/TCP only.
 * - `stale`: an answer that was held back from an earlier request to this unit, whole and with a good CRC, in place of this one or
 *   before it.
 * - `exception` 1–11, `busy` (6), `silence`, `hang-up`, `half-open`: nothing is answered on this connection any more.
 */
export const FAULTS = [
  'late',
  'backlog',
  'early',
  'doubled',
  'doubled-later',
  'truncated',
  'wrong-unit',
  'wrong-function',
  'wrong-transaction',
  'newest-transaction',
  'noise-before',
  'noise-after',
  'noise-inside',
  'stale',
  'exception',
  'busy',
  'silence',
  'hang-up',
  'half-open',
] as const
export type Fault = (typeof FAULTS)[number]

export type FaultOdds = Readonly<Partial<Record<Fault, number>>>

export interface HostileOptions {
  readonly chance: Chance
  /** How probable each fault is with each request; together at most 1. */
  readonly odds: FaultOdds
  /** What lateness is measured by: how long the master waits, in ms. */
  readonly timeoutMs: number
}

/** Bytes to be sent `afterMs` after the request. What they are may depend on what has come in the meantime. */
export interface Sending {
  readonly afterMs: number
  readonly bytes: () => Uint8Array
}

/** What is done about one request. */
export interface Act {
  readonly fault: Fault | null
  readonly sendings: readonly Sending[]
  readonly then: 'go-on' | 'hang-up' | 'go-mute'
}

/** When a request came, by any clock that only goes forward, and how long the device thinks without a fault; in ms. */
export interface When {
  readonly now: number
  readonly latencyMs: number
}

/** A device or converter that answers as the worst of the field do. */
export interface Hostile {
  /** Faults for the next requests, in order; null = none. Chance decides again after them. */
  script(faults: readonly (Fault | null)[]): void
  /** What to do about a request that the device would answer with the PDU `answer`. */
  act(request: Framed, answer: Uint8Array, when: When): Act
  /** How often each fault was done. */
  counts(): ReadonlyMap<Fault, number>
}

/** Latest that an answer comes, in timeouts. */
const LATEST = 8
/** Exceptions of the standard. (MODBUS Application Protocol V1.1b3 §7) */
const EXCEPTIONS = [1, 2, 3, 4, 5, 6, 8, 10, 11] as const
const BUSY = 6
const GIVEN_UP: readonly number[] = [10, 11]
const MOST_HELD = 8

interface Held {
  readonly until: number
  readonly answer: Uint8Array
}

/** One request being answered, and what the faults share. */
interface Turn {
  readonly request: Framed
  readonly answer: Uint8Array
  readonly now: number
  /** When the answer would come without a fault, in ms after the request. */
  readonly dueMs: number
}

/**
 * Answers with faults by chance or by script. All lateness ends within eight timeouts, and what is held back that long is
 * forgotten: what comes later than that comes from a device that nobody can wait for.
 */
export function hostile({ chance, odds, timeoutMs }: HostileOptions): Hostile {
  const scripted: (Fault | null)[] = []
  const counts = new Map<Fault, number>()
  const held = new Map<number, Held[]>()
  let newest: number | null = null
  let freeAt = 0
  /** Some time between now and when nobody would wait any more. */
  const lateMs = ({ dueMs }: Turn) => dueMs + chance() * Math.max(0, LATEST * timeoutMs - dueMs)

  const fresh = (unit: number, at: number) => (held.get(unit) ?? []).filter(({ until }) => until > at)
  const hold = ({ request, answer, now }: Turn) => {
    const entry = { until: now + LATEST * timeoutMs, answer }
    held.set(request.unit, [...fresh(request.unit, now), entry].slice(-MOST_HELD))
  }
  const sending = (bytes: Uint8Array, afterMs: number): Sending => ({ afterMs, bytes: () => bytes })
  const whole = ({ request, answer, dueMs }: Turn) => sending(request.wrap(answer), dueMs)
  const instead = (turn: Turn, bytes: Uint8Array) => {
    hold(turn)
    return [sending(bytes, turn.dueMs)]
  }
  const stale = (turn: Turn): readonly Sending[] => {
    const [oldest, ...rest] = fresh(turn.request.unit, turn.now + turn.dueMs)
    if (oldest === undefined) return [{ ...whole(turn), afterMs: lateMs(turn) }]
    held.set(turn.request.unit, rest)
    const old = sending(turn.request.wrap(oldest.answer), turn.dueMs)
    if (chance() < 0.5) return [old, { ...whole(turn), afterMs: turn.dueMs + chance() * timeoutMs }]
    hold(turn)
    return [old]
  }
  const refusal = (turn: Turn, code: number) => {
    // A converter that has given up may still be sent the answer; a device that refuses has answered.
    if (GIVEN_UP.includes(code)) hold(turn)
    return [sending(turn.request.wrap(exception(turn.request.pdu[0] ?? 0, code)), turn.dueMs)]
  }
  const noised = (turn: Turn, before: Uint8Array, after: Uint8Array) => [
    sending(Uint8Array.of(...before, ...turn.request.wrap(turn.answer), ...after), turn.dueMs),
  ]
  const none = new Uint8Array()

  const sendingsOf: Readonly<Record<Fault, (turn: Turn) => readonly Sending[]>> = {
    late: (turn) => [{ ...whole(turn), afterMs: lateMs(turn) }],
    backlog: (turn) => {
      const afterMs = lateMs(turn)
      freeAt = turn.now + afterMs
      return [{ ...whole(turn), afterMs }]
    },
    early: (turn) => [{ ...whole(turn), afterMs: 0 }],
    doubled: (turn) => [whole(turn), whole(turn)],
    'doubled-later': (turn) => [whole(turn), { ...whole(turn), afterMs: turn.dueMs + chance() * timeoutMs }],
    truncated: (turn) => instead(turn, without(turn.request.wrap(turn.answer), chance)),
    'wrong-unit': (turn) => {
      return instead(
        turn,
        turn.request.wrap(turn.answer, { unit: 1 + ((turn.request.unit + Math.floor(chance() * 246)) % 247) }),
      )
    },
    'wrong-function': (turn) => {
      const other = turn.answer.slice()
      other[0] = ((turn.answer[0] ?? 0) % 4) + 1
      return instead(turn, turn.request.wrap(other))
    },
    'wrong-transaction': (turn) => {
      const other = ((turn.request.transaction ?? 0) + 1 + Math.floor(chance() * 0xfffe)) & 0xffff
      return instead(turn, turn.request.wrap(turn.answer, { transaction: other }))
    },
    'newest-transaction': (turn) => [
      {
        afterMs: lateMs(turn),
        bytes: () => turn.request.wrap(turn.answer, newest === null ? {} : { transaction: newest }),
      },
    ],
    'noise-before': (turn) => noised(turn, noiseBytes(chance), none),
    'noise-after': (turn) => noised(turn, none, noiseBytes(chance)),
    'noise-inside': (turn) =>
      instead(turn, flipped(turn.request.wrap(turn.answer), turn.request.transaction !== null, chance)),
    stale,
    exception: (turn) => refusal(turn, EXCEPTIONS[Math.floor(chance() * EXCEPTIONS.length)] ?? BUSY),
    busy: (turn) => refusal(turn, BUSY),
    silence: (turn) => {
      hold(turn)
      return []
    },
    'hang-up': () => [],
    'half-open': () => [],
  }

  const draw = (): Fault | null => {
    const next = scripted.shift()
    if (next !== undefined) return next
    let left = chance()
    for (const fault of FAULTS) {
      left -= odds[fault] ?? 0
      if (left < 0) return fault
    }
    return null
  }

  return {
    script: (faults) => void scripted.push(...faults),
    act: (request, answer, { now, latencyMs }) => {
      newest = request.transaction
      const fault = draw()
      if (fault !== null) counts.set(fault, (counts.get(fault) ?? 0) + 1)
      const backlogMs = Math.max(0, freeAt - now)
      const turn: Turn = { request, answer, now, dueMs: backlogMs + latencyMs }
      // What a converter cannot keep any more is lost.
      if (backlogMs > LATEST * timeoutMs) return { fault, sendings: [], then: 'go-on' }
      const sendings = fault === null ? [whole(turn)] : sendingsOf[fault](turn)
      const then = fault === 'hang-up' ? 'hang-up' : fault === 'half-open' ? 'go-mute' : 'go-on'
      return { fault, sendings, then }
    },
    counts: () => counts,
  }
}

/** Every fault that there is on such a line, equally probable, `share` (0–1) of all requests together. */
export function evenOdds(share: number, on: 'tcp' | 'rtu-over-tcp' | 'rtu'): FaultOdds {
  const there = FAULTS.filter((fault) => {
    if (fault.endsWith('-transaction')) return on === 'tcp'
    // Stray bytes come from a wire. TCP brings what was sent, and a message there has no checksum by which they could be told.
    if (fault === 'noise-before' || fault === 'noise-after') return on !== 'tcp'
    return on !== 'rtu' || (fault !== 'hang-up' && fault !== 'half-open')
  })
  return Object.fromEntries(there.map((fault) => [fault, share / there.length]))
}
