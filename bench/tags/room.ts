import { SELF } from '../../platform/site/self-points.ts'
import { topicOf, topicText } from '../../core/contract/topics.ts'
import { openMqtt } from '../../platform/mqtt.ts'
import { decodePayload, type Payload } from '../../platform/sparkplug.ts'
import { decodeLinkMessage } from '../../platform/chain.ts'
import { type BornDevice, readDeviceBirth, readDeviceData } from '../../platform/telemetry.ts'
import { quietLog } from '../../test/support/quiet-log.ts'
import { GROUP, isValueOf, PERIOD_MS, phaseAt, POINTS_PER_DEVICE, SITE } from './plant.ts'

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
 * A process of its own that stands in for the control room: hears everything, receipts its ranges, keeps nothing, and checks that each point
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

const link = openMqtt(
  { url },
  {
    clientId: 'room',
    log: quietLog(),
    onMessage: ({ topic, payload }) => hear(topic, payload),
    onConnect: (session) => session.subscribe(['spBv1.0/#', topicText({ kind: 'range', group: GROUP, site: SITE })]),
  },
)
process.on('message', (order: { readonly kind: 'state' | 'begin' | 'end' }) => {
  if (order.kind === 'begin') begin()
  process.send?.(order.kind === 'end' ? end() : { connected: link.session() !== null, points: pointsSeen() })
})
process.once('disconnect', () => process.exit(0))

function hear(text: string, bytes: Uint8Array): void {
  const topic = topicOf(text)
  if (topic?.kind === 'range') receipt(bytes)
  if (topic?.kind !== 'sparkplug-device') return
  // What the gateway says of itself is none of the registers that are counted here.
  if (topic.device === SELF) return
  if (topic.type === 'DBIRTH') born.set(topic.device, readDeviceBirth(decodePayload(bytes), topic.device))
  else if (topic.type === 'DDATA') take(topic.device, decodePayload(bytes))
}

function receipt(bytes: Uint8Array): void {
  const { head, hash } = decodeLinkMessage(bytes)
  const { stream, n } = head.link
  const text = JSON.stringify({ lane: 'range', stream, n, hash })
  void link.publish(topicText({ kind: 'receipt', group: GROUP, site: SITE }), text, { qos: 1 })
}

function take(id: string, payload: Payload): void {
  const known = born.get(id)
  if (known === undefined) return
  const here = Date.now()
  const device = Number(id.replace('device-', ''))
  const readings = readDeviceData(payload, known)
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
