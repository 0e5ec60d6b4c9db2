import type { LineSettings } from '../../core/contract/device-profile.ts'
import { MonoMs } from '../../core/contract/time.ts'
import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { joined } from './framing.ts'
import { bytesMs, silenceMs } from './wire-time.ts'
import { isWrite } from './writes.ts'

/** A device on a line of bytes, of whatever protocol. */
export interface LineStation {
  readonly settings: LineSettings
  /** How long it thinks before it answers, in ms, counted from the end of the silence that ends the request. */
  readonly latencyMs: number
  /** What it sends when it has heard `frame`, all bytes between two silences; null = nothing. */
  answer(frame: Uint8Array): Uint8Array | null
}

/** A frame as it stood on the line. */
export interface HeardFrame {
  /** When its last byte had passed. */
  readonly at: MonoMs
  readonly settings: LineSettings
  readonly bytes: Uint8Array
}

/** One end of the line, as whoever asks holds it. */
export interface LineChannel {
  write(bytes: Uint8Array): void
  close(): void
}

/** What the line tells whoever asks. A virtual line is never lost. */
export interface LineEvents {
  received(bytes: Uint8Array): void
  lost(error: HouseError): void
}

/** Bytes that come over the line `afterMs` after the request has been understood. */
export interface Delivery {
  readonly afterMs: number
  readonly bytes: Uint8Array
}

/** What becomes of the answers to a frame on their way. */
export type Disturb = (frame: Uint8Array, answers: readonly Delivery[]) => readonly Delivery[]

const calm: Disturb = (_frame, answers) => answers

export type LineConnect = (events: LineEvents, signal: AbortSignal) => Promise<LineChannel>

/** A line with devices on it, in a clock's time. */
export interface VirtualLine {
  /** Opens the line with a master's settings. Only stations with the same baud rate and parity hear it. */
  open(settings: LineSettings): LineConnect
  /** Time since the line was first opened, in ms of the clock. */
  busMs(): number
  /** Every frame the master has sent, oldest first. */
  frames(): readonly HeardFrame[]
  /** How many of them ask a device to write something, in Modbus RTU or DL/T 645. */
  writes(): number
}

/** Bytes that a serial port hands over at once; it does not interrupt for each of them. */
const CHUNK_BYTES = 8

/**
 * A line on which bytes take their time at the baud rate, and a station answers when it has heard t3.5 of silence and thought
 * for its latency. Stations that answer at once spoil each other's bytes, as on a wire; a late answer stays whole beside the
 * next request, which is worse for the master than a collision that no checksum passes.
 */
export function virtualLine(stations: readonly LineStation[], clock: Clock, disturb: Disturb = calm): VirtualLine {
  const frames: HeardFrame[] = []
  const ends = new Set<End>()
  let openedAt: number | null = null
  let writes = 0
  const heard = (frame: HeardFrame) => {
    frames.push(frame)
    if (isWrite(frame.bytes)) writes += 1
    const listeners = stations.filter(({ settings }) => hear(frame.settings, settings))
    for (const delivery of disturb(frame.bytes, simultaneous(listeners, frame.bytes))) {
      void deliver(delivery, frame.settings)
    }
  }
  const deliver = async ({ afterMs, bytes }: Delivery, settings: LineSettings) => {
    await clock.sleep(afterMs)
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const chunk = bytes.slice(at, at + CHUNK_BYTES)
      await clock.sleep(bytesMs(chunk.length, settings.baud))
      for (const end of ends) if (hear(end.settings, settings)) end.events.received(chunk)
    }
  }
  return {
    open: (settings) => (events, signal) => {
      signal.throwIfAborted()
      openedAt ??= clock.mono()
      const end = { settings, events }
      ends.add(end)
      return Promise.resolve(sender({ settings, clock, heard, closed: () => void ends.delete(end) }))
    },
    busMs: () => (openedAt === null ? 0 : clock.mono() - openedAt),
    frames: () => frames,
    writes: () => writes,
  }
}

/** Somebody who has the line open. */
interface End {
  readonly settings: LineSettings
  readonly events: LineEvents
}

interface SenderFacts {
  readonly settings: LineSettings
  readonly clock: Clock
  readonly heard: (frame: HeardFrame) => void
  readonly closed: () => void
}

function sender({ settings, clock, heard, closed }: SenderFacts): LineChannel {
  let sending: Uint8Array = new Uint8Array()
  let sentAt = clock.mono()
  let isClosed = false
  const send = async () => {
    // What follows within the silence belongs to the same frame.
    for (let end = -1; end !== sentAt;) {
      end = sentAt
      await clock.sleep(end + silenceMs(settings.baud) - clock.mono())
    }
    const bytes = sending
    sending = new Uint8Array()
    heard({ at: sentAt, settings, bytes })
  }
  return {
    write: (bytes) => {
      if (isClosed) throw new HouseError('link/down', 'the virtual line: closed')
      const isFirst = sending.length === 0
      sending = joined(sending, bytes)
      sentAt = MonoMs.parse(Math.max(clock.mono(), sentAt) + bytesMs(bytes.length, settings.baud))
      if (isFirst) void send()
    },
    close: () => {
      isClosed = true
      closed()
    },
  }
}

/** What the stations answer, and after what time. A zero bit wins on a wire that several drive at once. */
export function simultaneous(stations: readonly LineStation[], frame: Uint8Array): readonly Delivery[] {
  const answers: Delivery[] = []
  for (const station of stations) {
    const bytes = station.answer(frame)
    if (bytes === null) continue
    const other = answers.findIndex(({ afterMs }) => afterMs === station.latencyMs)
    const clash = answers[other]
    if (clash === undefined) answers.push({ afterMs: station.latencyMs, bytes })
    else answers[other] = { afterMs: station.latencyMs, bytes: spoiled(clash.bytes, bytes) }
  }
  return answers
}

function spoiled(one: Uint8Array, two: Uint8Array): Uint8Array {
  const [longer, shorter] = one.length >= two.length ? [one, two] : [two, one]
  return longer.map((byte, index) => byte & (shorter[index] ?? 0xff))
}

function hear(master: LineSettings, own: LineSettings): boolean {
  return master.baud === own.baud && master.parity === own.parity
}
