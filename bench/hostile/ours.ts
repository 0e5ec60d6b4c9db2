import { setTimeout as sleep } from 'node:timers/promises'
import { Bus } from '../../core/contract/site.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { openBus } from '../../gateway/link/bus.ts'
import type { FieldBus } from '../../gateway/link/field-bus.ts'
import { systemClock } from '../../platform/clock.ts'
import { seededChance } from '../../sim/chance.ts'
import { type Adversary, CELLS, openAdversary, TIMEOUT_MS } from './adversary.ts'
import { countWords, newTally, nextAsk, type Tally } from './tally.ts'

export const UNITS = 3
/** How long is waited before a lost line is asked again, in ms. */
const DOWN_PAUSE_MS = 20

const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined }
const log = { ...quiet, child: () => log }

/** One bus of the gateway against one adversary. */
export interface Front extends AsyncDisposable {
  readonly adversary: Adversary
  readonly bus: FieldBus
  readonly tally: Tally
  /** Asks until `goOn` says no. */
  run(goOn: () => boolean): Promise<void>
}

/** Opens bus number `index`: every second one Modbus/TCP, every fourth with requests in a pipeline, the others RTU over TCP. */
export async function openFront(index: number, seed: number, share: number): Promise<Front> {
  const kind = index % 2 === 0 ? 'rtu-over-tcp' : 'tcp'
  const adversary = await openAdversary({ kind, units: UNITS, seed: seed + index, share })
  const place = { id: `bus-${index}`, host: '127.0.0.1', port: adversary.port, timeout: `${TIMEOUT_MS}ms` }
  const config = Bus.parse(
    kind === 'tcp' ? { ...place, kind, pipeline: index % 4 === 1 ? 1 : 4 } : { ...place, kind, baud: 115_200 },
  )
  const bus = openBus(config, { clock: systemClock, log })
  const tally = newTally()
  const forever = new AbortController().signal
  const ask = async (unit: number, chance: () => number) => {
    const { address, quantity } = nextAsk(chance)
    // As a driver that knows the map of its device; some maps leave no room.
    const room = chance() < 0.2 ? {} : { room: { before: address, after: CELLS - address - quantity } }
    const before = adversary.asked(unit)
    try {
      const answer = await bus.read({ unit, table: 'holding-register', address, quantity, ...room }, forever)
      if (answer.kind === 'registers' && answer.words.length === quantity) {
        const verdict = adversary.judge({ unit, address }, answer.words, before)
        countWords(tally, verdict)
        if (verdict !== 'right') {
          const facts = { verdict, bus: config.id, kind, deed: adversary.deedOf(answer.words), address, quantity }
          console.error(JSON.stringify({ ...facts, words: answer.words, isRoomKnown: 'room' in room }))
        }
      } else if (answer.kind === 'exception') {
        tally.transactions += 1
        tally.exceptions += 1
      } else countWords(tally, 'wrong')
    } catch (error) {
      if (!isHouseError(error)) throw error
      if (error.code === 'link/down') {
        tally.down += 1
        await sleep(DOWN_PAUSE_MS)
      } else {
        tally.transactions += 1
        tally.refused += 1
      }
    }
  }
  const run = async (goOn: () => boolean) => {
    await Promise.all(
      Array.from({ length: UNITS }, async (_, unit) => {
        const chance = seededChance(seed * 31 + index * UNITS + unit)
        while (goOn()) await ask(unit + 1, chance)
      }),
    )
  }
  const close = async () => {
    bus.close()
    await adversary[Symbol.asyncDispose]()
  }
  return { adversary, bus, tally, run, [Symbol.asyncDispose]: close }
}
