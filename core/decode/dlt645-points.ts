import type { Dlt645Point, Dlt645Profile } from '../contract/device-profile.ts'
import { QUANTITIES } from '../contract/quantity.ts'
import type { BusDevice } from '../contract/site.ts'
import { MAX_DATA, ITEM_BYTES, decodeDlt645Request, scanDlt645 } from './dlt645.ts'
import { bcdNumber } from './dlt645-bcd.ts'
import { METER_TIME } from './dlt645-clock.ts'
import { guardFaults, nameFaults } from './point-faults.ts'
import type { ProfileFault } from './profile-faults.ts'
import { bad, type Decoded, inOwnUnit, needsSpan, type Span } from './point.ts'

/** Where in an item's data a point stands. */
export interface Place {
  readonly item: string
  readonly offset: number
}

/** True for an item that gives several values at once. */
export function isBlock(item: string): boolean {
  return /^(..)*FF/.test(item)
}

/** Where `item` holds the point: in its own item or in its block; null when in neither. */
export function placeIn(item: string, point: Dlt645Point): Place | null {
  if (point.item === item) return { item, offset: point.offset }
  return point.block?.item === item ? point.block : null
}

/** The points of the profile that this device reads, in the profile's order, each with the poll class it has on this site. */
export function dlt645PointsOf({ points, polls }: BusDevice, profile: Dlt645Profile): readonly Dlt645Point[] {
  return profile.points
    .filter(({ point }) => points?.includes(point) ?? true)
    .map((point) => ({ ...point, poll: polls[point.point] ?? point.poll }))
}

/**
 * A point's value from the data of `item`, in the quantity's own unit: digits, sign, decimals, range, then span or unit
 * conversion. Data of only FF say that the meter has no value; any other digit above 9 is no number. Data too short for the
 * point, or longer than an item that is this one value, are no answer to what was asked. Points that are derived have no
 * digits and must not be handed in.
 */
export function decodeDlt645(point: Dlt645Point, item: string, data: Uint8Array, span: Span | null): Decoded {
  const place = placeIn(item, point)
  if (place === null || data.length < place.offset + point.bytes) return bad('malformed')
  const isWhole = item === point.item && point.offset === 0 && !isBlock(item)
  if (isWhole && data.length !== point.bytes) return bad('malformed')
  const bytes = data.subarray(place.offset, place.offset + point.bytes)
  if (bytes.every((byte) => byte === 0xff)) return bad('sentinel')
  const measured = bcdNumber(bytes, point)
  if (measured === null) return bad('not-a-number')
  const [low, high] = point.range
  if (measured < low || measured > high) return bad('out-of-range')
  return { value: inOwnUnit(point, measured, span), quality: 'good', reason: null }
}

/** Everything wrong with a DL/T 645 profile that follows its schema: its points among themselves, and its recorded answers. */
export function dlt645ProfileFaults(profile: Dlt645Profile): ProfileFault[] {
  const seen = new Set<string>()
  const faults = profile.points.flatMap((point, index) => {
    const doubled = seen.has(point.point)
    seen.add(point.point)
    const own = doubled
      ? [{ path: ['point'], message: `expected each point once, came ${point.point} again` }, ...pointFaults(point)]
      : pointFaults(point)
    return [...own, ...overlaps(profile.points.slice(0, index), point)].map(({ path, message }) => ({
      path: ['points', index, ...path],
      message,
    }))
  })
  return faults.length > 0 ? faults : profile.samples.flatMap((sample, index) => sampleFaults(profile, sample, index))
}

function pointFaults(point: Dlt645Point): ProfileFault[] {
  const faults: ProfileFault[] = [...nameFaults(point), ...guardFaults(point)]
  const add = (key: string, message: string) => faults.push({ path: [key], message })
  const { quantity, item, unit, range, bytes, decimals, offset, block, derive } = point
  if (QUANTITIES[quantity].kind === 'boolean') add('quantity', `expected a quantity that is a number, came ${quantity}`)
  else if (needsSpan(point)) add('unit', `expected a unit of ${quantity}, came ${unit}`)
  if (derive !== undefined && item !== METER_TIME)
    add('item', `expected ${METER_TIME}, the meter's time, for a point that is derived, came ${item}`)
  if (derive === 'clock-offset' && unit !== 's') add('unit', `expected s for a clock's offset, came ${unit}`)
  if (derive === 'clock-jumps' && quantity !== 'count') add('quantity', `expected count for jumps, came ${quantity}`)
  if (decimals > 2 * bytes) add('decimals', `expected at most ${2 * bytes} digits (bytes), came ${decimals}`)
  if (range[0] > range[1]) add('range', `expected the low end first, came ${range[0]}, ${range[1]}`)
  const most = MAX_DATA - ITEM_BYTES
  if (offset + bytes > most) add('offset', `expected the value within ${most} bytes, came ${offset} and ${bytes} bytes`)
  if (block === undefined) return faults
  if (!isBlock(block.item)) add('block', `expected an item with FF in it, came ${block.item}`)
  if (derive !== undefined) add('block', 'expected no block for a point that is derived')
  if (block.offset + bytes > most)
    add('block', `expected the value within ${most} bytes, came ${block.offset} and ${bytes} bytes`)
  return faults
}

/** Bytes of an item that an earlier point claims as well. Derived points claim none. */
function overlaps(earlier: readonly Dlt645Point[], point: Dlt645Point): ProfileFault[] {
  if (point.derive !== undefined) return []
  const places = [
    { key: 'offset', place: { item: point.item, offset: point.offset } },
    ...(point.block === undefined ? [] : [{ key: 'block', place: point.block }]),
  ]
  return places.flatMap(({ key, place }) => {
    const other = earlier.find((candidate) => {
      const its = candidate.derive === undefined ? placeIn(place.item, candidate) : null
      return its !== null && its.offset < place.offset + point.bytes && place.offset < its.offset + candidate.bytes
    })
    if (other === undefined) return []
    return [
      { path: [key], message: `expected bytes of ${place.item} of its own, but ${other.point} has some of them too` },
    ]
  })
}

function sampleFaults(profile: Dlt645Profile, sample: Dlt645Profile['samples'][number], index: number): ProfileFault[] {
  const fault = (key: string, message: string) => [{ path: ['samples', index, key], message }]
  const request = decodeDlt645Request(bytesOf(sample.request))
  if (request?.kind !== 'read') return fault('request', `expected a whole frame that reads, came ${sample.request}`)
  const reply = bytesOf(sample.reply)
  const scan = scanDlt645(reply, request)
  if (scan.kind === 'nothing' || scan.start !== 0 || scan.end !== reply.length)
    return fault('reply', `expected the frame that answers ${sample.request}, came ${sample.reply}`)
  const { answer } = scan
  return Object.entries(sample.expect).flatMap(([name, expected]) => {
    const wrong = (message: string) => [{ path: ['samples', index, 'expect', name], message }]
    const point = profile.points.find((candidate) => candidate.point === name)
    if (point === undefined) return wrong('expected a point of this profile')
    if (point.derive !== undefined || placeIn(request.item, point) === null)
      return wrong(`expected a point the request reads, but ${name} is not in ${request.item}`)
    const decoded = answer.kind === 'data' ? decodeDlt645(point, request.item, answer.data, null) : bad('exception')
    return decoded.value === expected
      ? []
      : wrong(`expected ${String(expected)}, but the reply decodes to ${String(decoded.value)}`)
  })
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(' '), (pair) => Number.parseInt(pair, 16))
}
