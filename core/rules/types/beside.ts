import type { Quantity } from '../../contract/quantity.ts'
import type { PointRef } from '../../contract/reading.ts'

/** The points of the same device that measure a quantity, in the order of the device. */
export function pointsBeside(
  point: PointRef,
  points: ReadonlyMap<PointRef, Quantity>,
  quantity: Quantity,
): readonly PointRef[] {
  const device = point.slice(0, point.indexOf('/') + 1)
  return [...points].filter(([ref, one]) => one === quantity && ref.startsWith(device)).map(([ref]) => ref)
}

/** The points that measure a quantity, of each device that has one. */
export function devicesWith(
  points: ReadonlyMap<PointRef, Quantity>,
  quantity: Quantity,
): readonly (readonly [PointRef, ...PointRef[]])[] {
  const firsts = [...points].filter(([, one]) => one === quantity).map(([ref]) => ref)
  const devices = new Map(firsts.map((ref) => [ref.slice(0, ref.indexOf('/')), ref]))
  return [...devices.values()].flatMap((ref) => {
    const [first, ...rest] = pointsBeside(ref, points, quantity)
    return first === undefined ? [] : [[first, ...rest] as const]
  })
}

/** What tells of the mains at a site: a contact that is closed while they are there, or a fault signal while they are not; null where nothing does. */
export function mainsOf(
  points: ReadonlyMap<PointRef, Quantity>,
): { readonly mains: PointRef; readonly mainsAt: boolean } | null {
  const named = [...points].filter(([point]) => /mains|grid/.test(point))
  const fault = named.find(([, quantity]) => quantity === 'fault')
  const contact = named.find(([, quantity]) => quantity === 'contact')
  if (contact !== undefined) return { mains: contact[0], mainsAt: true }
  return fault === undefined ? null : { mains: fault[0], mainsAt: false }
}
