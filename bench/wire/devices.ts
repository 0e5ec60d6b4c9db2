// Child program of the bench `wire`: one device on a paced line. `node devices.ts MAP PATH BAUD LATENCY_MS`; says `ready`, and its
// figures when its standard input ends.
import { once } from 'node:events'
import { openPacedLine } from '../../sim/modbus/paced-line.ts'
import { rtuStation } from '../../sim/modbus/rtu-station.ts'
import { type MapName, MAPS } from './maps.ts'

const ILLEGAL_ADDRESS = 2

const [map = 'sparse', path = '', baud = '9600', latencyMs = '5'] = process.argv.slice(2)
const { profile, image, task } = MAPS[map as MapName]()
const settings = { baud: Number(baud), parity: 'none', stopBits: 2 } as const
const station = { unit: 1, maxRegisters: profile.maxRegisters, image: () => image, refusal }
await using line = openPacedLine({ path, settings, stations: [rtuStation(station, settings, Number(latencyMs))] })
console.log('ready')
process.stdin.resume()
await Promise.race([once(process.stdin, 'end'), line.ended])
console.log(JSON.stringify(line.figures()))

/** Even a single register in a hole is refused, where a simulated device would give a zero. */
function refusal(request: Uint8Array): number | null {
  const view = new DataView(request.buffer, request.byteOffset)
  const address = view.getUint16(1)
  const end = address + view.getUint16(3)
  return [...task.illegal].some((cell) => cell >= address && cell < end) ? ILLEGAL_ADDRESS : null
}
