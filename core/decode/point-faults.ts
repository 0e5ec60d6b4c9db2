import type { Dlt645Point, IdentityRegister, ModbusPoint, ModbusProfile } from '../contract/device-profile.ts'
import { REGISTERS_OF } from '../contract/device-profile.ts'
import { QUANTITIES, type Quantity, UNITS } from '../contract/quantity.ts'
import { IDENTITY_POINT } from './identity.ts'
import { isBitTable } from './modbus-pdu.ts'
import { needsSpan, scaled } from './point.ts'
import type { ProfileFault } from './profile-faults.ts'
import { holds } from './registers.ts'

/** Quantities whose movement can be an event by itself, by what a guard watches. */
const GUARDED: Readonly<Record<NonNullable<ModbusPoint['guard']>, readonly Quantity[]>> = {
  rises: ['count'],
  changes: ['ratio', 'count', 'contact', 'tamper'],
}

/** Everything wrong with one point by itself; paths start at the point. */
export function pointFaults(point: ModbusPoint, maxRegisters: number): ProfileFault[] {
  const { quantity, table, type, unit, scale } = point
  const faults: ProfileFault[] = [
    ...nameFaults(point),
    ...cellFaults(point, maxRegisters),
    ...rangeFaults(point),
    ...guardFaults(point),
  ]
  const add = (key: string, message: string) => faults.push({ path: [key], message })
  if (isBitTable(table) !== (type === 'bit'))
    add('type', `expected bit for coils and discrete inputs only, came ${type} in ${table}`)
  if (type === 'bit' && QUANTITIES[quantity].kind !== 'boolean')
    add('quantity', `expected a contact-like quantity for a bit, came ${quantity}`)
  if (needsSpan(point) && unit !== 'mA' && unit !== '1')
    add(
      'unit',
      `expected a unit of ${quantity} (${unitsOf(quantity).join(', ')}), or mA or 1 with a span on site, came ${unit}`,
    )
  if (point.inverted && QUANTITIES[quantity].kind !== 'boolean')
    add('inverted', `expected a contact-like quantity, came ${quantity}`)
  if (scale === 0) add('scale', 'expected a factor other than 0, came 0')
  return faults
}

/** A name that the driver uses for a point of its own. */
export function nameFaults({ point }: Pick<ModbusPoint, 'point'>): ProfileFault[] {
  if (point !== IDENTITY_POINT) return []
  return [{ path: ['point'], message: `expected another name, ${point} is the point that the driver adds by itself` }]
}

/** What is wrong with a point's guard: only what stands still for years can raise an event by moving. */
export function guardFaults({
  guard,
  quantity,
}: Pick<ModbusPoint | Dlt645Point, 'guard' | 'quantity'>): ProfileFault[] {
  if (guard === undefined || GUARDED[guard].includes(quantity)) return []
  const message = `expected ${guard} only on ${GUARDED[guard].join(', ')}, came ${quantity}`
  return [{ path: ['guard'], message }]
}

/**
 * Points that lie on each other's cells. Allowed are bits of one register that do not touch, and several meanings of one
 * input: same cells, same decoding, another quantity (a loop that is a level here and a velocity there), of which a site
 * names one.
 */
export function overlapFaults(points: readonly ModbusPoint[]): ProfileFault[] {
  return points.flatMap((point, index) => {
    const under = points
      .slice(0, index)
      .find((other) => other.point !== point.point && sharesCells(other, point) && !alternatives(other, point))
    if (under === undefined) return []
    const message =
      `expected cells of its own, but ${point.point} lies on ${under.point} (${under.table} ${under.address}, ` +
      `${under.type}); only bits apart, or the same cells and decoding for another quantity, may share them`
    return [{ path: ['points', index, 'address'], message }]
  })
}

/** Identity registers that cannot be read, or that no device can hold what they ask for. */
export function identityFaults({ identity, maxRegisters }: ModbusProfile): ProfileFault[] {
  if (identity === undefined) return []
  const model = identity.model.flatMap((register, index) => {
    const path = ['identity', 'model', index]
    const [low, high] = holds(register.type)
    return [
      ...registerFaults(register, maxRegisters, path),
      ...register.is.flatMap((value, at) =>
        value >= low && value <= high
          ? []
          : [{ path: [...path, 'is', at], message: `expected ${register.type}, ${low} to ${high}, came ${value}` }],
      ),
    ]
  })
  const serial =
    identity.serial === undefined ? [] : registerFaults(identity.serial, maxRegisters, ['identity', 'serial'])
  return [...model, ...serial]
}

function registerFaults(
  { table, address, type }: IdentityRegister,
  maxRegisters: number,
  path: ProfileFault['path'],
): ProfileFault[] {
  const faults: ProfileFault[] = []
  const add = (key: string, message: string) => faults.push({ path: [...path, key], message })
  if (isBitTable(table) || type === 'bit') add('table', `expected registers, came ${type} in ${table}`)
  if (address + REGISTERS_OF[type] > 65_536) add('address', `expected the whole register below 65536, came ${address}`)
  if (REGISTERS_OF[type] > maxRegisters)
    add('type', `expected at most ${maxRegisters} registers (maxRegisters), came ${type}`)
  return faults
}

function cellFaults({ type, address, bits }: ModbusPoint, maxRegisters: number): ProfileFault[] {
  const faults: ProfileFault[] = []
  const add = (key: string, message: string) => faults.push({ path: [key], message })
  if (address + REGISTERS_OF[type] > 65_536) add('address', `expected the whole point below 65536, came ${address}`)
  if (REGISTERS_OF[type] > maxRegisters)
    add('type', `expected at most ${maxRegisters} registers (maxRegisters), came ${type}`)
  if (bits !== undefined && type !== 'u16') add('bits', `expected u16 for a point that takes bits, came ${type}`)
  if (bits !== undefined && bits[0] > bits[1]) add('bits', `expected the lower bit first, came ${bits[0]}, ${bits[1]}`)
  return faults
}

function rangeFaults(point: ModbusPoint): ProfileFault[] {
  const { range, type, bits, sentinels } = point
  const [low, high] = range
  if (low > high) return [{ path: ['range'], message: `expected the low end first, came ${low}, ${high}` }]
  const [least, most] = holds(type, bits)
  const ends = [scaled(least, point), scaled(most, point)]
  const none = high < Math.min(...ends) || low > Math.max(...ends)
  return [
    ...(none
      ? [
          {
            path: ['range'],
            message: `expected some of ${ends.join(' to ')}, which is all that ${type} can give here, came ${low} to ${high}`,
          },
        ]
      : []),
    ...sentinels.flatMap(({ raw }, index) => {
      const [from, to] = typeof raw === 'number' ? [raw, raw] : raw
      const path = ['sentinels', index, 'raw']
      if (from > to) return [{ path, message: `expected the low end first, came ${from}, ${to}` }]
      return to < least || from > most
        ? [
            {
              path,
              message: `expected a raw number of ${type}, ${least} to ${most}, came ${[raw].flat().join(' to ')}`,
            },
          ]
        : []
    }),
  ]
}

function sharesCells(a: ModbusPoint, b: ModbusPoint): boolean {
  return (
    a.table === b.table && a.address < b.address + REGISTERS_OF[b.type] && b.address < a.address + REGISTERS_OF[a.type]
  )
}

function alternatives(a: ModbusPoint, b: ModbusPoint): boolean {
  if (a.address !== b.address || a.type !== b.type || a.words !== b.words) return false
  if (a.bits !== undefined && b.bits !== undefined && (a.bits[1] < b.bits[0] || b.bits[1] < a.bits[0])) return true
  const sameBits = a.bits?.[0] === b.bits?.[0] && a.bits?.[1] === b.bits?.[1]
  return sameBits && a.scale === b.scale && a.offset === b.offset && a.unit === b.unit && a.quantity !== b.quantity
}

function unitsOf(quantity: Quantity): string[] {
  return Object.entries(UNITS).flatMap(([unit, { own }]) => (own === QUANTITIES[quantity].unit ? [unit] : []))
}
