import type { Bus, BusDevice } from '../../core/contract/site.ts'
import { type BusProfile, devicePoints, periodsOf } from '../../core/decode/device-points.ts'
import { IDENTITY_POINT } from '../../core/decode/identity.ts'
import { spanFaults } from '../../core/decode/profile-faults.ts'
import { expectedOneOf, type Fault } from '../config.ts'

/** What no two devices may share: the place on the bus. undefined where the device names none. */
export function busDeviceKey({ bus, unit, address }: BusDevice): string | undefined {
  if (unit !== undefined) return `unit ${unit} on bus ${bus}`
  return address === undefined ? undefined : `address ${address} on bus ${bus}`
}

/** Everything wrong with a bus device beside its profile and bus. Paths start at the device. `bus` null = not known. */
export function busDeviceFaults(device: BusDevice, profile: BusProfile, bus: Bus | null): Fault[] {
  return [
    ...placeFaults(device, profile, bus),
    ...pointFaults(device, profile),
    ...paceFaults(device),
    ...serialFaults(device, profile),
    ...(profile.driver === 'modbus' ? spanFaults(device, profile) : strangeSpans(device, profile)),
  ]
}

function placeFaults({ unit, address }: BusDevice, { driver }: BusProfile, bus: Bus | null): Fault[] {
  const faults: Fault[] = []
  if (driver === 'modbus') {
    if (unit === undefined)
      faults.push({ path: [], message: 'expected the unit id of a Modbus device (unit), came none' })
    if (address !== undefined)
      faults.push({ path: ['address'], message: `expected none for a Modbus device, came ${address}` })
    return faults
  }
  if (address === undefined)
    faults.push({ path: [], message: 'expected the 12-digit address of a DL/T 645 meter (address), came none' })
  if (unit !== undefined) faults.push({ path: ['unit'], message: `expected none for a DL/T 645 meter, came ${unit}` })
  if (bus?.kind === 'tcp')
    faults.push({
      path: ['bus'],
      message: `expected a bus of kind rtu or rtu-over-tcp for DL/T 645, came ${bus.id} (tcp)`,
    })
  return faults
}

function pointFaults(device: BusDevice, profile: BusProfile): Fault[] {
  const known = profile.points.map(({ point }) => point)
  const read = devicePoints(device, profile).flatMap(({ point }) => (point === IDENTITY_POINT ? [] : [point]))
  const unknown = (device.points ?? []).flatMap((point, at): Fault[] =>
    known.includes(point)
      ? []
      : [{ path: ['points', at], message: expectedOneOf(`a point of ${profile.profile}`, point, known) }],
  )
  const polls = Object.keys(device.polls).flatMap((point): Fault[] =>
    read.includes(point)
      ? []
      : [{ path: ['polls', point], message: expectedOneOf(`a point of ${profile.profile} that is read`, point, read) }],
  )
  return [...unknown, ...polls]
}

function paceFaults(device: BusDevice): Fault[] {
  const { fast, slow, rare } = periodsOf(device)
  const faults: Fault[] = []
  if (fast <= 0) faults.push({ path: ['every'], message: 'expected more than 0 ms, came 0' })
  if (device.pace.slow !== undefined && slow < fast)
    faults.push({ path: ['pace', 'slow'], message: `expected at least every (${fast} ms), came ${slow} ms` })
  if (device.pace.rare !== undefined && rare < slow)
    faults.push({
      path: ['pace', 'rare'],
      message: `expected at least the period of slow points (${slow} ms), came ${rare} ms`,
    })
  return faults
}

function serialFaults({ serial }: BusDevice, profile: BusProfile): Fault[] {
  if (serial === undefined) return []
  const fault = (expected: string): Fault[] => [{ path: ['serial'], message: expected }]
  if (profile.driver === 'dlt645')
    return /^\d{12}$/.test(serial) ? [] : fault(`expected the 12 digits of the meter number, came ${serial}`)
  if (profile.identity?.serial === undefined)
    return fault(`expected none: ${profile.profile} does not say where its serial number stands`)
  return /^\d+$/.test(serial) ? [] : fault(`expected digits: ${profile.profile} has a number there, came ${serial}`)
}

function strangeSpans(device: BusDevice, profile: BusProfile): Fault[] {
  const read = devicePoints(device, profile).map(({ point }) => point)
  return Object.keys(device.spans).flatMap((point): Fault[] =>
    read.includes(point) ? [] : [{ path: ['spans', point], message: `expected a point that is read, came ${point}` }],
  )
}
