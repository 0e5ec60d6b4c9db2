import type { ModbusPoint, ModbusProfile, RecordedAnswer } from '../contract/device-profile.ts'
import { QUANTITIES } from '../contract/quantity.ts'
import type { BusDevice } from '../contract/site.ts'
import { MonoMs, UtcMs } from '../contract/time.ts'
import { decodeReadAnswer, decodeReadRequest, isBitTable } from './modbus-pdu.ts'
import { needsSpan } from './point.ts'
import { cellsOf, covers, readingsOf } from './readings.ts'

/** Something wrong in a profile or device that its schema cannot see, and where. */
export interface ProfileFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Everything wrong with a profile that follows its schema: its points among themselves, and against its recorded answers. */
export function profileFaults(profile: ModbusProfile): ProfileFault[] {
  const seen = new Set<string>()
  const faults = profile.points.flatMap((point, index) => {
    const doubled = seen.has(point.point)
    seen.add(point.point)
    return [
      ...(doubled
        ? [{ path: ['points', index, 'point'], message: `expected each point once, came ${point.point} again` }]
        : []),
      ...pointFaults(point, profile.maxRegisters).map(({ path, message }) => ({
        path: ['points', index, ...path],
        message,
      })),
    ]
  })
  return faults.length > 0 ? faults : profile.samples.flatMap((sample, index) => sampleFaults(profile, sample, index))
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

function pointFaults(point: ModbusPoint, maxRegisters: number): ProfileFault[] {
  const faults: ProfileFault[] = []
  const add = (key: string, message: string) => faults.push({ path: [key], message })
  const { quantity, table, type, unit, address, range } = point
  if (isBitTable(table) !== (type === 'bit'))
    add('type', `expected bit for coils and discrete inputs only, came ${type} in ${table}`)
  if (type === 'bit' && QUANTITIES[quantity].kind !== 'boolean')
    add('quantity', `expected a contact-like quantity for a bit, came ${quantity}`)
  if (needsSpan(point) && unit !== 'mA' && unit !== '1') add('unit', `expected a unit of ${quantity}, came ${unit}`)
  if (address + cellsOf(point) > 65_536) add('address', `expected the whole point below 65536, came ${address}`)
  if (cellsOf(point) > maxRegisters)
    add('type', `expected at most ${maxRegisters} registers (maxRegisters), came ${type}`)
  if (range[0] > range[1]) add('range', `expected the low end first, came ${range[0]}, ${range[1]}`)
  if (point.scale === 0) add('scale', 'expected a factor other than 0, came 0')
  return faults
}

function sampleFaults(profile: ModbusProfile, sample: RecordedAnswer, index: number): ProfileFault[] {
  const [unit = 0, ...pdu] = bytesOf(sample.request)
  const [answeringUnit, ...answerPdu] = bytesOf(sample.reply)
  const request = decodeReadRequest(unit, Uint8Array.from(pdu))
  if (request === null)
    return [
      { path: ['samples', index, 'request'], message: `expected unit id and a read request, came ${sample.request}` },
    ]
  const answer = answeringUnit === unit ? decodeReadAnswer(request, Uint8Array.from(answerPdu)) : null
  if (answer === null)
    return [
      { path: ['samples', index, 'reply'], message: `expected an answer to ${sample.request}, came ${sample.reply}` },
    ]
  return Object.entries(sample.expect).flatMap(([name, expected]) => {
    const fault = (message: string) => [{ path: ['samples', index, 'expect', name], message }]
    const point = profile.points.find((candidate) => candidate.point === name)
    if (point === undefined) return fault('expected a point of this profile')
    if (needsSpan(point)) return fault('expected a point that needs no span; its span is known on site only')
    if (!covers(request, point))
      return fault(`expected a point the request reads, but ${name} is at ${point.address} of ${point.table}`)
    const at = UtcMs.parse(0)
    const stamp = { device: 'sample', at, mono: MonoMs.parse(0), validUntil: () => at, spans: {} }
    const value = readingsOf({ request, answer }, [point], stamp)[0]?.value ?? null
    return value === expected ? [] : fault(`expected ${String(expected)}, but the reply decodes to ${String(value)}`)
  })
}

function bytesOf(hex: string): number[] {
  return hex.split(' ').map((pair) => Number.parseInt(pair, 16))
}
