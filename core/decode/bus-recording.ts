import { z } from 'zod'
import { LineSettings } from '../contract/device-profile.ts'
import type { Bus } from '../contract/site.ts'
import { Id } from '../contract/text.ts'
import { UtcMs } from '../contract/time.ts'
import { HouseError } from '../kit/errors.ts'

/** What was recorded, when, and how the bus was set. */
export const RecordingHeader = z
  .object({
    bus: Id,
    kind: z.enum(['tcp', 'rtu-over-tcp', 'rtu']),
    /** Settings of the wire where it was a serial port; of a converter's only the baud rate is known. */
    line: LineSettings.partial().strict(),
    /** How long a device was given at most, in ms. */
    timeoutMs: z.number().positive(),
    /** Wall time of the first event. */
    startedAt: UtcMs,
  })
  .strict()
export type RecordingHeader = z.infer<typeof RecordingHeader>

export const RECORDED_KINDS = ['out', 'in', 'opened', 'lost'] as const

/** Bytes that went out or came in, or a line opened or lost. */
export interface RecordedEvent {
  readonly kind: (typeof RECORDED_KINDS)[number]
  /** Whole µs after the first event. */
  readonly atUs: number
  /** Empty where a line was opened or lost. */
  readonly bytes: Uint8Array
}

export interface Recording {
  readonly header: RecordingHeader
  readonly events: readonly RecordedEvent[]
}

/** First word of a recording, and the version of its format. */
const MAGIC = 'pitwatch-bus-recording'
const VERSION = 1

/** The header of a bus as the site configures it. */
export function headerOf(bus: Bus, startedAt: UtcMs): RecordingHeader {
  const { id, kind, timeout } = bus
  return { bus: id, kind, line: lineOf(bus), timeoutMs: timeout, startedAt }
}

function lineOf(bus: Bus): RecordingHeader['line'] {
  switch (bus.kind) {
    case 'tcp':
      return {}
    case 'rtu-over-tcp':
      return { baud: bus.baud }
    case 'rtu':
      return { baud: bus.baud, parity: bus.parity, stopBits: bus.stopBits }
  }
}

/** The first line of a recording, with its line end. */
export function headerLine(header: RecordingHeader): string {
  return `${MAGIC} ${VERSION} ${JSON.stringify(header)}\n`
}

/** One event as a line of a recording, with its line end, such as `1203 out 0104003400023005`. */
export function eventLine({ kind, atUs, bytes }: RecordedEvent): string {
  return bytes.length === 0 ? `${atUs} ${kind}\n` : `${atUs} ${kind} ${hexOf(bytes)}\n`
}

/** A whole recording as text. */
export function formatRecording({ header, events }: Recording): string {
  return headerLine(header) + events.map(eventLine).join('')
}

/**
 * Reads a recording. What stands after the last line end is a line that was being written when it ended, and is left out.
 * Throws `config/invalid` with `path` and the line of the first fault.
 */
export function parseRecording(text: string, path: string): Recording {
  const lines = text.split('\n').slice(0, -1)
  const [first = '', ...rest] = lines
  const header = parseHeader(first, path)
  const events: RecordedEvent[] = []
  for (const [index, line] of rest.entries()) {
    const event = parseEvent(line)
    const last = events.at(-1)?.atUs ?? 0
    if (event === null) {
      throw faulty(path, index + 2, `expected µs, ${RECORDED_KINDS.join('|')} and bytes in hex, came ${shown(line)}`)
    }
    if (event.atUs < last) throw faulty(path, index + 2, `expected a time from ${last} µs on, came ${event.atUs}`)
    events.push(event)
  }
  return { header, events }
}

/**
 * Two recordings of one bus as one, `newer` after `older`, by their wall times; where the wall clock was set back in between, the
 * newer one follows at once.
 */
export function joinRecordings(older: Recording, newer: Recording): Recording {
  const apart = (newer.header.startedAt - older.header.startedAt) * 1_000
  const shift = Math.max(apart, older.events.at(-1)?.atUs ?? 0)
  return {
    header: older.header,
    events: [...older.events, ...newer.events.map((event) => ({ ...event, atUs: event.atUs + shift }))],
  }
}

function parseHeader(line: string, path: string): RecordingHeader {
  const [, version, json] = new RegExp(`^${MAGIC} (\\d+) (.*)$`).exec(line) ?? []
  if (version === undefined || json === undefined) {
    throw faulty(path, 1, `expected "${MAGIC} ${VERSION}" and its settings, came ${shown(line)}`)
  }
  if (Number(version) !== VERSION) throw faulty(path, 1, `expected format ${VERSION}, came ${version}`)
  const header = RecordingHeader.safeParse(jsonOf(json))
  if (header.success) return header.data
  throw faulty(path, 1, `expected the settings of a bus: ${z.prettifyError(header.error).replaceAll('\n', ' ')}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const EVENT = /^(\d{1,15}) (?:(out|in) ((?:[0-9A-F]{2})+)|(opened|lost))$/

function parseEvent(line: string): RecordedEvent | null {
  const [whole, us, flow, hex = '', change] = EVENT.exec(line) ?? []
  const kind = RECORDED_KINDS.find((known) => known === (flow ?? change))
  if (whole === undefined || kind === undefined) return null
  return { kind, atUs: Number(us), bytes: bytesOf(hex) }
}

function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text.toUpperCase()
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) => parseInt(hex.slice(index * 2, index * 2 + 2), 16))
}

function shown(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line === '' ? 'an empty line' : line
}

function faulty(path: string, line: number, what: string): HouseError {
  return new HouseError('config/invalid', `${path}:${line}: ${what}`, { path, line })
}
