// Child program of the bench `dead`: devices on a paced line, some of which do not answer. `node devices.ts PATH BAUD LATENCY_MS FATES
// FROM_MS` with one fate a unit, separated by commas; says `ready`, and its figures when its standard input ends.
import { once } from 'node:events'
import { openPacedLine } from '../../sim/modbus/paced-line.ts'
import { exception } from '../../sim/modbus/pdu.ts'
import { rtuStation } from '../../sim/modbus/rtu-station.ts'
import { rtu } from '../../sim/modbus/framing.ts'
import { CELLS, type Fate, isSilentAt, type LineFigures } from './fates.ts'

const READ_HOLDING = 3
const BUSY = 6
const NO_TARGET_ANSWER = 11

const [path = '', baud = '9600', latencyMs = '5', words = '', fromMs = '0'] = process.argv.slice(2)
const fates = words.split(',') as Fate[]
const settings = { baud: Number(baud), parity: 'none', stopBits: 2 } as const
const none = new Map<number, number>()
const held = new Map(Array.from({ length: CELLS }, (_, cell) => [cell, cell]))
const image = { coil: none, 'discrete-input': none, 'holding-register': held, 'input-register': none }
const stations = fates.map((fate, index) => {
  const unit = index + 1
  const station = rtuStation({ unit, maxRegisters: 125, image: () => image }, settings, Number(latencyMs))
  if (fate !== 'busy' && fate !== 'gone') return station
  const refusal = rtu(unit, exception(READ_HOLDING, fate === 'busy' ? BUSY : NO_TARGET_ANSWER))
  return { ...station, answer: (frame: Uint8Array) => (frame[0] === unit ? refusal : null) }
})

const startedAt = performance.now()
let askedInVain: number | null = null
let inVain = 0
let inVainMs = 0
await using line = openPacedLine({
  path,
  settings,
  stations,
  disturb: (frame, answers) => {
    const now = performance.now()
    const isCounted = now - startedAt >= Number(fromMs)
    if (askedInVain !== null && isCounted) inVainMs += now - askedInVain
    askedInVain = null
    const fate = fates[(frame[0] ?? 0) - 1]
    if (fate === undefined || !isSilentAt(fate, now - startedAt)) return answers
    if (isCounted) inVain += 1
    askedInVain = now
    return []
  },
})
console.log('ready')
process.stdin.resume()
await Promise.race([once(process.stdin, 'end'), line.ended])
const figures: LineFigures = {
  ...line.figures(),
  inVain,
  inVainMs,
  forMs: performance.now() - startedAt - Number(fromMs),
}
console.log(JSON.stringify(figures))
