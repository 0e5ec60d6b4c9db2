// A Modbus RTU line in a process of its own: `node sim/modbus/paced-device.ts OPTIONS`, options as JSON. Prints `ready`, serves until
// its standard input ends, and prints its figures as one line of JSON.
import { once } from 'node:events'
import { z } from 'zod'
import { LineSettings, ModbusTable } from '../../core/contract/device-profile.ts'
import { plausibleValues } from '../models/plausible.ts'
import { modbusProfile } from '../profiles.ts'
import { type Image, imageOf } from './image.ts'
import { openPacedLine } from './paced-line.ts'
import type { Station } from './pdu.ts'
import { rtuStation } from './rtu-station.ts'

const Cells = z.partialRecord(ModbusTable, z.array(z.tuple([z.number().int(), z.number().int().min(1)])))

/** Devices on one end of a pair of pseudo-terminals. */
export const PacedDeviceOptions = z
  .object({
    path: z.string().min(1),
    settings: LineSettings,
    latencyMs: z.number().nonnegative(),
    devices: z
      .array(
        z.union([
          /** A shipped profile with believable values. */
          z.object({ unit: z.number().int(), profile: z.string(), seed: z.number().int().default(1) }).strict(),
          /** Runs of cells by table, as first address and count; each holds its own address. */
          z
            .object({
              unit: z.number().int(),
              cells: Cells,
              maxRegisters: z.number().int().min(1).max(125).default(125),
            })
            .strict(),
        ]),
      )
      .min(1),
  })
  .strict()
export type PacedDeviceOptions = z.input<typeof PacedDeviceOptions>

if (import.meta.main) await serve(PacedDeviceOptions.parse(JSON.parse(process.argv[2] ?? '')))

async function serve({ path, settings, latencyMs, devices }: z.infer<typeof PacedDeviceOptions>): Promise<void> {
  const stations = devices.map((device) => rtuStation(stationOf(device), settings, latencyMs))
  await using line = openPacedLine({ path, settings, stations })
  console.log('ready')
  process.stdin.resume()
  await Promise.race([once(process.stdin, 'end'), line.ended])
  console.log(JSON.stringify(line.figures()))
}

function stationOf(device: z.infer<typeof PacedDeviceOptions>['devices'][number]): Station {
  const { unit } = device
  if ('profile' in device) {
    const profile = modbusProfile(device.profile)
    const image = imageOf(profile, plausibleValues(profile, device.seed))
    return { unit, maxRegisters: profile.maxRegisters, loopback: profile.loopback, image: () => image }
  }
  const image = imageOfCells(device.cells)
  return { unit, maxRegisters: device.maxRegisters, image: () => image }
}

function imageOfCells(cells: z.infer<typeof Cells>): Image {
  const held = (table: ModbusTable) => {
    return new Map(
      (cells[table] ?? []).flatMap(([from, count]) => {
        return Array.from({ length: count }, (_, index): [number, number] => [from + index, (from + index) & 0xffff])
      }),
    )
  }
  return {
    coil: held('coil'),
    'discrete-input': held('discrete-input'),
    'holding-register': held('holding-register'),
    'input-register': held('input-register'),
  }
}
