import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Bench } from './bench.ts'
import { openFront } from './hostile/ours.ts'
import { newTally, sumOf, type Tally } from './hostile/tally.ts'

const PEER = fileURLToPath(new URL('hostile/peer.ts', import.meta.url))
const SEED = 20_260
/** Share of all requests that meet a fault. */
const SHARE = 0.3
const BUSES = 160
const PEER_BUSES = 100
/** The other libraries make fewer transactions: one in four. */
const PEER_SHARE = 0.25
const TELL_EVERY = 50_000

/**
 * Devices that answer in every wrong way, behind real sockets, half Modbus/TCP and half RTU over TCP. Every value tells which
 * register of which unit it is and which request it answers, so a value that is not the one asked for is seen.
 */
export const bench: Bench = {
  name: 'wrong-value',
  about: 'values given for another register, of a million requests to devices that are late, doubled, stale and noisy.',
  aim: [{ figure: 'wrong', atMost: 0 }],
  run: async ({ quick }) => {
    const wanted = quick ? 20_000 : 1_000_000
    const startedAt = performance.now()
    const [ours, modbusSerial, jsmodbus] = await Promise.all([
      hunt(wanted),
      peer('modbus-serial', wanted * PEER_SHARE),
      peer('jsmodbus', wanted * PEER_SHARE),
    ])
    return {
      transactions: ours.transactions,
      answered: ours.answered,
      exceptions: ours.exceptions,
      refused: ours.refused,
      wrong: ours.wrong,
      older: ours.older,
      modbusSerialTransactions: modbusSerial.transactions,
      modbusSerialWrong: modbusSerial.wrong,
      modbusSerialOlder: modbusSerial.older,
      jsmodbusTransactions: jsmodbus.transactions,
      jsmodbusWrong: jsmodbus.wrong,
      jsmodbusOlder: jsmodbus.older,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
    }
  },
}

async function hunt(wanted: number): Promise<Tally> {
  const fronts = await Promise.all(Array.from({ length: BUSES }, (_, index) => openFront(index, SEED, SHARE)))
  let told = 0
  const goOn = () => {
    const done = fronts.reduce((sum, { tally }) => sum + tally.transactions, 0)
    if (done >= told + TELL_EVERY) {
      told = done
      console.error(`${done} of ${wanted}: ${JSON.stringify(sumOf(fronts.map(({ tally }) => tally)))}`)
    }
    return done < wanted
  }
  await Promise.all(fronts.map((front) => front.run(goOn)))
  console.error(`faults: ${JSON.stringify(summed(fronts.map(({ adversary }) => adversary.faults())))}`)
  console.error(`wrong by fault: ${JSON.stringify(summed(fronts.map(({ adversary }) => adversary.blamed())))}`)
  await Promise.all(fronts.map((front) => front[Symbol.asyncDispose]()))
  return sumOf(fronts.map(({ tally }) => tally))
}

function summed(counts: readonly ReadonlyMap<string, number>[]): Readonly<Record<string, number>> {
  const sum = new Map<string, number>()
  for (const [key, count] of counts.flatMap((each) => [...each])) sum.set(key, (sum.get(key) ?? 0) + count)
  return Object.fromEntries(sum)
}

/** What another library comes to against the same adversaries, in a process of its own. */
async function peer(library: string, transactions: number): Promise<Tally> {
  const words = [library, transactions, PEER_BUSES, SEED, SHARE].map(String)
  const child = spawn(process.execPath, [PEER, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await once(child, 'close')
  const last = printed.trim().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`${library}: expected its tally, came ${printed.slice(0, 500)}`)
  return { ...newTally(), ...(JSON.parse(last) as Tally) }
}
