import { GatewayConfig } from '../../core/contract/site.ts'
import { expectedOneOf, type Fault } from '../config.ts'
import { readSecret } from '../secrets.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { member, type Parts, pieceOf } from './parts.ts'

const { deterrents: DeterrentList, alone: AloneSchema, modem: ModemSchema } = GatewayConfig.shape

/** What a gateway needs when it is alone and does not have: deterrents on devices that are no Modbus devices, a siren that is none of them. */
export function aloneFaults(parts: Parts, baseFolder: string | null): Fault[] {
  const deterrents = pieceOf(DeterrentList, member(parts.raw, 'deterrents')) ?? []
  const alone = pieceOf(AloneSchema, member(parts.raw, 'alone'))
  const modem = pieceOf(ModemSchema, member(parts.raw, 'modem'))
  const reachable = parts.devices.flatMap((device) => (device?.unit === undefined ? [] : [device.id]))
  const ids = deterrents.map(({ id }) => id)
  const coils = deterrents.map(({ device, coil }) => `${device} ${coil}`)
  const siren = alone?.siren
  return [
    ...deterrents.flatMap(({ id, device }, index): Fault[] => [
      ...(reachable.includes(device)
        ? []
        : [
            {
              path: ['deterrents', index, 'device'],
              message: expectedOneOf('the id of a Modbus device', device, reachable),
            },
          ]),
      ...(ids.indexOf(id) === index
        ? []
        : [{ path: ['deterrents', index, 'id'], message: `expected each id once, came ${id} again` }]),
      ...(coils.indexOf(coils[index] ?? '') === index
        ? []
        : [
            {
              path: ['deterrents', index, 'coil'],
              message: `expected a coil of its own, ${coils[index]} is another's`,
            },
          ]),
    ]),
    ...(siren === undefined || ids.includes(siren)
      ? []
      : [{ path: ['alone', 'siren'], message: expectedOneOf('the id of a deterrent', siren, ids) }]),
    ...(modem === undefined || modem === null || baseFolder === null ? [] : pinFaults(modem, baseFolder)),
  ]
}

function pinFaults(
  { pinFile: passwordFile, pinEnv: passwordEnv }: NonNullable<GatewayConfig['modem']>,
  baseFolder: string,
): Fault[] {
  try {
    readSecret({ passwordFile, passwordEnv }, 'PIN', { baseFolder })
    return []
  } catch (error) {
    if (!isHouseError(error)) throw error
    return [{ path: ['modem'], message: error.message }]
  }
}
