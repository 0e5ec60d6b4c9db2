import type { ModbusPoint, ModbusProfile, RecordedAnswer } from '../contract/device-profile.ts'
import { QUANTITIES } from '../contract/quantity.ts'
import type { BusDevice } from '../contract/site.ts'
import { MonoMs, UtcMs } from '../contract/time.ts'
import { decodeReadAnswer, decodeReadRequest, isBitTable, type ReadAnswer, type ReadRequest } from './modbus-pdu.ts'
import { needsSpan } from './point.ts'
import { identityFaults, overlapFaults, pointFaults } from './point-faults.ts'
import { covers, placedIn, readingsOf } from './readings.ts'

/** Something wrong in a profile or device that its schema cannot see, and where. */
export interface ProfileFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/**
 * Everything wrong with a profile that follows its schema: each point by itself, the points among themselves, its identity,
 * and all of it against its recorded answers.
 */
export function profileFaults(profile: ModbusProfile): ProfileFault[] {
  const { points, maxRegisters } = profile
  const own = points.map((point) => pointFaults(point, maxRegisters))
  const faulty = new Set(points.filter((_, index) => (own[index] ?? []).length > 0).map(({ point }) => point))
  return [
    ...doubledFaults(points),
    ...own.flatMap((faults, index) => faults.map((fault) => ({ ...fault, path: ['points', index, ...fault.path] }))),
    ...overlapFaults(points),
    ...identityFaults(profile),
    // What a faulty point decodes to says nothing more.
    ...profile.samples.flatMap((sample, index) => sampleFaults(profile, sample, index, faulty)),
  ]
}

/** Everything wrong with a device's spans: a point that needs one and has none, one for a point not read, one without a length. */
export function spanFaults(device: BusDevice, profile: ModbusProfile): ProfileFault[] {
  const read = pointsOf(device, profile)
  const missing = read
    .filter((point) => needsSpan(point) && device.spans[point.point] === undefined)
    .map(({ point, unit, quantity }) => ({
      path: ['spans'],
      message:
        `expected a span for ${point}, which is read in ${unit} and published in ${QUANTITIES[quantity].unit}, ` +
        `such as { from: [4, 20], to: [0, 5] }; or name only the wired points under points`,
    }))
  const others = Object.entries(device.spans).flatMap(([name, { from }]) => {
    const path = ['spans', name]
    const point = read.find((candidate) => candidate.point === name)
    if (point === undefined) return [{ path, message: `expected a point that is read, came ${name}` }]
    if (QUANTITIES[point.quantity].kind === 'boolean')
      return [{ path, message: 'expected a number point, came a contact' }]
    return from[0] === from[1]
      ? [{ path: [...path, 'from'], message: `expected two different ends, came ${from[0]} twice` }]
      : []
  })
  return [...missing, ...others]
}

/** The points of the profile that this device reads, in the profile's order. */
export function pointsOf(device: BusDevice, profile: ModbusProfile): readonly ModbusPoint[] {
  const { points } = device
  return points === undefined ? profile.points : profile.points.filter((point) => points.includes(point.point))
}

function doubledFaults(points: readonly ModbusPoint[]): ProfileFault[] {
  const seen = new Set<string>()
  return points.flatMap(({ point }, index) => {
    if (seen.has(point))
      return [{ path: ['points', index, 'point'], message: `expected each point once, came ${point} again` }]
    seen.add(point)
    return []
  })
}

function sampleFaults(
  profile: ModbusProfile,
  sample: RecordedAnswer,
  index: number,
  faulty: ReadonlySet<string>,
): ProfileFault[] {
  const fault = (key: string, message: string) => [{ path: ['samples', index, key], message }]
  const [unit = 0, ...pdu] = bytesOf(sample.request)
  const [answeringUnit, ...answerPdu] = bytesOf(sample.reply)
  const request = decodeReadRequest(unit, Uint8Array.from(pdu))
  if (request === null) return fault('request', `expected unit id and a read request, came ${sample.request}`)
  if (!isBitTable(request.table) && request.quantity > profile.maxRegisters)
    return fault(
      'request',
      `expected at most ${profile.maxRegisters} registers (maxRegisters), came ${request.quantity}`,
    )
  const answer = answeringUnit === unit ? decodeReadAnswer(request, Uint8Array.from(answerPdu)) : null
  if (answer === null) return fault('reply', `expected an answer to ${sample.request}, came ${sample.reply}`)
  const expected = Object.entries(sample.expect)
  if (expected.length === 0) return fault('expect', 'expected the value of at least one point, came none')
  return expected.flatMap(([name, value]) => {
    if (faulty.has(name)) return []
    const message = mismatch(profile, { request, answer, name, value })
    return message === null ? [] : [{ path: ['samples', index, 'expect', name], message }]
  })
}

interface Expectation {
  readonly request: ReadRequest
  readonly answer: ReadAnswer
  readonly name: string
  readonly value: number | boolean | null
}

function mismatch({ points }: ModbusProfile, { request, answer, name, value }: Expectation): string | null {
  const point = points.find((candidate) => candidate.point === name)
  if (point === undefined) return 'expected a point of this profile'
  if (needsSpan(point)) return 'expected a point that needs no span; its span is known on site only'
  if (!covers(request, point))
    return `expected a point the request reads, but ${name} is at ${point.address} of ${point.table}`
  const at = UtcMs.parse(0)
  const stamp = { device: 'sample', at, mono: MonoMs.parse(0), validUntil: { fast: at, slow: at, rare: at } }
  const decoded = readingsOf(placedIn(request, [point], {}), answer, stamp)[0]?.value ?? null
  return decoded === value ? null : `expected ${String(value)}, but the reply decodes to ${String(decoded)}`
}

function bytesOf(hex: string): number[] {
  return hex.split(' ').map((pair) => Number.parseInt(pair, 16))
}
