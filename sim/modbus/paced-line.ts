import { constants, openSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ReadStream } from 'node:tty'
import { z } from 'zod'
import type { LineSettings } from '../../core/contract/device-profile.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { systemClock } from '../../platform/clock.ts'
import { joined } from './framing.ts'
import { type Delivery, type Disturb, type LineStation, simultaneous } from './virtual-line.ts'
import { bytesMs, silenceMs } from './wire-time.ts'

export interface PacedLineOptions {
  /** The end of a pair of pseudo-terminals on which the devices sit. */
  readonly path: string
  readonly settings: LineSettings
  readonly stations: readonly LineStation[]
  readonly disturb?: Disturb
}

/** What a line has seen; times in ms. */
export const PacedFigures = z.object({
  requests: z.number(),
  answers: z.number(),
  /** Requests that began less than t3.5 after the last byte on the line, and the shortest silence before any. */
  t35Violations: z.number(),
  shortestSilenceMs: z.number().nullable(),
  /** Pieces of the master's bytes that came while a device was sending. */
  interruptions: z.number(),
  /** Time in which bytes passed on the line, either way. */
  wireMs: z.number(),
  /** How late an answer's end was at worst, against its time on the wire. */
  worstLatenessMs: z.number(),
})
export type PacedFigures = z.infer<typeof PacedFigures>

export interface PacedLine extends AsyncDisposable {
  figures(): PacedFigures
  /** Settles when the line is gone or closed. */
  readonly ended: Promise<void>
}

/** A silence is measured no better than this, in ms. */
const SILENCE_ERROR_MS = 0.05
/** What a timer may be late by; the rest is waited for without one, in ms. */
const TIMER_ERROR_MS = 1.6
/** The last moment is waited for without a turn of the event loop, in ms. */
const SPIN_MS = 0.1
/** Bytes are handed over in pieces of at least this time on the wire, as a serial port's buffer does, in ms. */
const PIECE_MS = 0.5

/**
 * Serves one end of a pair of pseudo-terminals as a wire would: what the master writes takes its time at the baud rate, a device
 * answers after t3.5 and its latency, and its bytes come at the baud rate. True to some 0.1 ms as long as the processor is free:
 * in a process of its own, which spins while it waits for less than 2 ms. Throws `link/down` when the path cannot be opened.
 */
export function openPacedLine({ path, settings, stations, disturb }: PacedLineOptions): PacedLine {
  const { baud } = settings
  const input = opened(path)
  const counts = { requests: 0, answers: 0, t35Violations: 0, interruptions: 0, wireMs: 0, worstLatenessMs: 0 }
  let shortestSilenceMs: number | null = null
  let hearing: Uint8Array = new Uint8Array()
  /** When the last byte on the line had passed, and until when the master's bytes take. */
  let quietSince: number | null = null
  let heardUntil = 0
  let sending: Promise<void> = Promise.resolve()
  let isSending = false
  let isOver = false

  const measure = (now: number) => {
    if (isSending) counts.interruptions += 1
    if (quietSince === null || isSending) return
    const silence = now - quietSince
    shortestSilenceMs = Math.min(shortestSilenceMs ?? Infinity, silence)
    if (silence < silenceMs(baud) - SILENCE_ERROR_MS) counts.t35Violations += 1
  }
  const send = async ({ afterMs, bytes }: Delivery, from: number) => {
    await reached(from + afterMs)
    const before = sending
    const { promise, resolve } = Promise.withResolvers<undefined>()
    sending = promise
    await before
    isSending = true
    const start = Math.max(from + afterMs, quietSince ?? 0)
    let last = start
    const piece = Math.max(1, Math.floor(PIECE_MS / bytesMs(1, baud)))
    for (let at = 0; at < bytes.length && !isOver; at += piece) {
      const end = Math.min(bytes.length, at + piece)
      await reached(start + bytesMs(end, baud))
      last = systemClock.mono()
      writeSync(input.fd, bytes.subarray(at, end))
    }
    const now = systemClock.mono()
    counts.answers += 1
    counts.wireMs += bytesMs(bytes.length, baud)
    counts.worstLatenessMs = Math.max(counts.worstLatenessMs, now - start - bytesMs(bytes.length, baud))
    quietSince = last
    isSending = false
    resolve(undefined)
  }
  const hear = async () => {
    // What follows within the silence belongs to the same frame.
    for (let end = -1; end !== heardUntil && !isOver;) {
      end = heardUntil
      await reached(end + silenceMs(baud))
    }
    const frame = hearing
    hearing = new Uint8Array()
    counts.requests += 1
    counts.wireMs += bytesMs(frame.length, baud)
    const from = heardUntil + silenceMs(baud)
    quietSince = heardUntil
    const answers = simultaneous(stations, frame)
    await Promise.all((disturb?.(frame, answers) ?? answers).map((delivery) => send(delivery, from)))
  }
  const ended = new Promise<void>((settle) => {
    const over = () => {
      isOver = true
      settle()
    }
    input.stream.on('error', over).on('close', over).on('end', over)
    input.stream.on('data', (bytes: Buffer) => {
      const now = systemClock.mono()
      const isFirst = hearing.length === 0
      if (isFirst) measure(now)
      hearing = joined(hearing, bytes)
      heardUntil = Math.max(now, isFirst ? 0 : heardUntil) + bytesMs(bytes.length, baud)
      if (isFirst) hear().catch(over)
    })
  })
  const close = async () => {
    isOver = true
    input.stream.destroy()
    await ended
  }
  return { figures: () => ({ ...counts, shortestSilenceMs }), ended, [Symbol.asyncDispose]: close }
}

function opened(path: string): { readonly fd: number; readonly stream: ReadStream } {
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    const stream = new ReadStream(fd)
    stream.setRawMode(true)
    return { fd, stream }
  } catch (error) {
    throw new HouseError('link/down', `${path}: expected a pseudo-terminal, came ${messageOf(error)}`, { path }, error)
  }
}

/** Waits until the system's monotonic clock shows `at`, to the nearest 0.1 ms or so. */
async function reached(at: number): Promise<void> {
  for (let left = at - systemClock.mono(); left > 0; left = at - systemClock.mono()) {
    if (left > TIMER_ERROR_MS + 1) await systemClock.sleep(left - TIMER_ERROR_MS)
    else if (left > SPIN_MS) await nextTurn()
  }
}
