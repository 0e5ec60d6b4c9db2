import { topicOf, topicText } from '../../core/contract/topics.ts'
import { openMqtt } from '../../platform/mqtt.ts'
import { decodePayload, type Payload } from '../../platform/sparkplug.ts'
import {
  type BornDevice,
  readDeviceBirth,
  readDeviceData,
  readNodeBirth,
  readNodeData,
} from '../../platform/telemetry.ts'
import { quietLog } from '../../test/support/quiet-log.ts'
import { GROUP, isValueOf, PERIOD_MS, phaseAt, POINTS_PER_DEVICE, SITE } from './plant.ts'

/** How often what has come is receipted, as the control room does. */
const RECEIPT_EVERY_MS = 100
const MOST_LATENESS_MS = 60_000

/** What the room has seen of all points between `begin` and `end`. */
export interface Seen {
  /** Cycles in which a point did not come live, good and in time. */
  readonly missed: number
  /** Values that the device did not hold at the time of the reading. */
  readonly wrong: number
  /** Live readings in the window, and late ones. */
  readonly readings: number
  readonly historical: number
  /** From when a reading was due, one period after the time of the one before it, to when it is here. */
  readonly p50LatenessMs: number
  readonly p99LatenessMs: number
  readonly maxLatenessMs: number
}

/**
 * A process of its own that stands in for the control room: hears everything, receipts it, keeps nothing, and checks that each point
 * comes every period with quality and time, and with the value its device held. Arguments: broker address, devices.
 */
const [url = '', devices = '0'] = process.argv.slice(2)
const count = Number(devices) * POINTS_PER_DEVICE
const lastAt = new Float64Array(count)
const window = {
  isOpen: false,
  came: new Uint32Array(count),
  gaps: new Uint32Array(count),
  from: new Float64Array(count),
}
const tally = { wrong: 0, readings: 0, historical: 0 }
const lateness = new Uint32Array(MOST_LATENESS_MS + 1)
const born = new Map<string, BornDevice>()
const stream = { id: '', upTo: -1, receipted: -1, ahead: new Map<number, number>() }

const link = openMqtt(
  { url },
  {
    clientId: 'room',
    log: quietLog(),
    onMessage: ({ topic, payload }) => hear(topic, payload),
    onConnect: (session) => session.subscribe(['spBv1.0/#']),
  },
)
setInterval(() => {
  if (stream.upTo <= stream.receipted) return
  stream.receipted = stream.upTo
  const receipt = { lane: 'telemetry', stream: stream.id, upTo: stream.upTo }
  void link.publish(topicText({ kind: 'receipt', group: GROUP, site: SITE }), JSON.stringify(receipt), { qos: 1 })
}, RECEIPT_EVERY_MS)
process.on('message', (order: { readonly kind: 'state' | 'begin' | 'end' }) => {
  if (order.kind === 'begin') begin()
  process.send?.(order.kind === 'end' ? end() : { connected: link.session() !== null, points: pointsSeen() })
})
process.once('disconnect', () => process.exit(0))

function hear(text: string, bytes: Uint8Array): void {
  const topic = topicOf(text)
  if (topic === null || !('type' in topic) || topic.type === 'NCMD' || topic.type === 'NDEATH') return
  const payload = decodePayload(bytes)
  if (topic.type === 'NBIRTH') {
    const { about, floor } = readNodeBirth(payload)
    stream.id = about.stream
    covers(0, floor - 1)
  } else if (topic.type === 'NDATA') covers(0, (readNodeData(payload).floor ?? 0) - 1)
  else if (topic.kind === 'sparkplug-device' && topic.type === 'DBIRTH')
    born.set(topic.device, readDeviceBirth(payload, topic.device))
  else if (topic.kind === 'sparkplug-device' && topic.type === 'DDATA') take(topic.device, payload)
}

function take(id: string, payload: Payload): void {
  const known = born.get(id)
  if (known === undefined) return
  const here = Date.now()
  const device = Number(id.replace('device-', ''))
  const readings = readDeviceData(payload, known)
  const [first] = readings
  const last = readings.at(-1)
  if (first !== undefined && last !== undefined) covers(first.seq, last.seq)
  for (const { point, value, quality, at, historical } of readings) {
    if (historical) tally.historical += 1
    if (historical || quality !== 'good') continue
    const number = Number(point.slice('point-'.length))
    const place = device * POINTS_PER_DEVICE + number
    const held = { device, point: number }
    // It may have been asked just before the registers changed.
    const isTrue =
      isValueOf(value, { ...held, phase: phaseAt(at) }) || isValueOf(value, { ...held, phase: phaseAt(at - PERIOD_MS) })
    if (!isTrue) tally.wrong += 1
    note(place, at, here)
  }
}

function note(place: number, at: number, here: number): void {
  const before = lastAt[place] ?? 0
  lastAt[place] = at
  if (!window.isOpen || before === 0) return
  tally.readings += 1
  window.came[place]! += 1
  window.gaps[place]! += Math.max(0, cyclesIn(at - before) - 1)
  const late = Math.max(0, Math.round(here - (before + PERIOD_MS)))
  lateness[Math.min(MOST_LATENESS_MS, late)]! += 1
}

function covers(from: number, to: number): void {
  if (from > stream.upTo + 1) {
    stream.ahead.set(from, to)
    return
  }
  stream.upTo = Math.max(stream.upTo, to)
  for (let next = stream.ahead.get(stream.upTo + 1); next !== undefined; next = stream.ahead.get(stream.upTo + 1)) {
    stream.ahead.delete(stream.upTo + 1)
    stream.upTo = next
  }
}

function pointsSeen(): number {
  return lastAt.reduce((seen, at) => seen + (at > 0 ? 1 : 0), 0)
}

function begin(): void {
  window.came.fill(0)
  window.gaps.fill(0)
  window.from.set(lastAt)
  lateness.fill(0)
  Object.assign(tally, { wrong: 0, readings: 0, historical: 0 })
  window.isOpen = true
}

function end(): Seen {
  window.isOpen = false
  const now = Date.now()
  let missed = 0
  for (let place = 0; place < count; place += 1) {
    const last = lastAt[place] ?? 0
    const came = window.came[place] ?? 0
    // Single gaps, and cycles that were lost to a pace that is too slow as a whole.
    const lost = Math.max(window.gaps[place] ?? 0, cyclesIn(last - (window.from[place] ?? 0)) - came)
    missed += lost + cyclesIn(Math.max(0, now - last - PERIOD_MS))
  }
  return { ...tally, missed, p50LatenessMs: below(0.5), p99LatenessMs: below(0.99), maxLatenessMs: below(1) }
}

/** Cycles in so many milliseconds; a reading may be three quarters of a period late in its own. */
function cyclesIn(ms: number): number {
  return Math.max(0, Math.floor(ms / PERIOD_MS + 0.25))
}

function below(share: number): number {
  const wanted = share * tally.readings
  let counted = 0
  for (const [ms, many] of lateness.entries()) {
    counted += many
    if (counted >= wanted) return ms
  }
  return MOST_LATENESS_MS
}
