import type { Deterrent } from '../../core/contract/site.ts'
import { HouseError, isHouseError, messageOf } from '../../core/kit/errors.ts'
import type { FieldBus } from '../link/field-bus.ts'

/** Where a deterrent's device can be reached now. */
export interface Reach {
  readonly bus: Pick<FieldBus, 'read' | 'write'>
  readonly unit: number
}

/** Answers where a device of the site can be reached; null while it cannot. */
export type ReachOf = (device: string) => Reach | null

/** A write and its read-back take no longer than this, ms. */
const WITHIN_MS = 5_000

/**
 * Switches the coil of a deterrent and reads back whether it is so: the coil itself, and the place where the deterrent shows that it really
 * sounds, where there is one. Answers null when it was seen, else what was seen instead. Throws nothing.
 */
export async function switched(deterrent: Deterrent, isOn: boolean, reachOf: ReachOf): Promise<string | null> {
  const signal = AbortSignal.timeout(WITHIN_MS)
  try {
    const reach = reachOf(deterrent.device)
    if (reach === null) throw new HouseError('link/down', `${deterrent.device}: no bus to it is open`)
    const outcome = await reach.bus.write(
      { unit: reach.unit, table: 'coil', address: deterrent.coil, bits: [isOn] },
      signal,
    )
    if (outcome.kind === 'exception')
      return `the device refuses to switch coil ${deterrent.coil}: exception ${outcome.code}`
    if (outcome.kind !== 'verified') return `coil ${deterrent.coil} was not read back as ${isOn ? 'on' : 'off'}`
    return await shown(deterrent, isOn, { reach, signal })
  } catch (error) {
    if (!isHouseError(error) && !signal.aborted) throw error
    return signal.aborted ? `no answer within ${WITHIN_MS / 1_000} s` : messageOf(error)
  }
}

/** Whether its coil is on; null where that cannot be read. */
export async function isCoilOn({ device, coil }: Deterrent, reachOf: ReachOf): Promise<boolean | null> {
  const signal = AbortSignal.timeout(WITHIN_MS)
  try {
    const reach = reachOf(device)
    return reach === null ? null : await bitAt(reach, { table: 'coil', address: coil }, signal)
  } catch (error) {
    if (!isHouseError(error) && !signal.aborted) throw error
    return null
  }
}

async function shown(
  { readBack }: Deterrent,
  isOn: boolean,
  { reach, signal }: { readonly reach: Reach; readonly signal: AbortSignal },
): Promise<string | null> {
  if (readBack === undefined || (await bitAt(reach, readBack, signal)) === isOn) return null
  return `${readBack.table} ${readBack.address} does not show it as ${isOn ? 'on' : 'off'}`
}

async function bitAt(
  { bus, unit }: Reach,
  { table, address }: NonNullable<Deterrent['readBack']>,
  signal: AbortSignal,
): Promise<boolean | null> {
  const answer = await bus.read({ unit, table, address, quantity: 1, purpose: 'command' }, signal)
  return answer.kind === 'bits' ? (answer.bits[0] ?? null) : null
}
