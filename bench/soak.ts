import { readdir } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, rounded } from './bench.ts'
import { type Front, openFront } from './hostile/ours.ts'
import { sumOf } from './hostile/tally.ts'

const SEED = 20_261
/** Share of all requests that meet a fault. */
const SHARE = 0.3
const BUSES = 160
/** Samples of the heap after the warm-up; the slope is the straight line through them. */
const SAMPLES = 20
/** Part of the run after which everything that is allocated once has been allocated. */
const WARM_UP = 0.2
/** Hanging up leaves sockets for a moment that the kernel still closes, in ms. */
const SETTLE_MS = 1_000

interface Sample {
  readonly transactions: number
  readonly heapBytes: number
}

/**
 * The gateway's side of many buses with hostile devices, in one process with them: what leaks on either side shows. Connections are
 * lost and made anew all the time, so a listener, timer or descriptor that is left behind adds up.
 */
export const bench: Bench = {
  name: 'soak',
  about: 'growth of heap, timers and descriptors over two million transactions with 30 % faults.',
  aim: [
    { figure: 'heapGrowthMB', atMost: 5 },
    { figure: 'descriptorsLeft', atMost: 0 },
    { figure: 'timersLeft', atMost: 0 },
    { figure: 'listenersLeft', atMost: 0 },
    { figure: 'wrong', atMost: 0 },
  ],
  run: async ({ quick }) => {
    const wanted = quick ? 40_000 : 2_000_000
    const collect = collector()
    let warnings = 0
    // Node says so itself when an emitter or signal gathers more than ten listeners.
    process.on('warning', (warning) => (warnings += warning.name === 'MaxListenersExceededWarning' ? 1 : 0))
    // The first of its kind opens what a program opens once.
    await (await openFront(0, SEED, 0))[Symbol.asyncDispose]()
    const before = { descriptors: await descriptors(), timers: timers() }
    const fronts = await Promise.all(Array.from({ length: BUSES }, (_, index) => openFront(index, SEED, SHARE)))
    const samples = await watched(fronts, wanted, collect)
    const tally = sumOf(fronts.map(({ tally: one }) => one))
    await Promise.all(fronts.map((front) => front[Symbol.asyncDispose]()))
    await sleep(SETTLE_MS)
    const after = { descriptors: await descriptors(), timers: timers() }
    const reconnects = fronts.reduce((sum, { bus }) => sum + bus.counters().reconnects, 0)
    return {
      transactions: tally.transactions,
      answered: tally.answered,
      reconnects,
      wrong: tally.wrong,
      heapSlopeBytesPerTransaction: rounded(slopeOf(samples), 3),
      heapGrowthMB: rounded(((samples.at(-1)?.heapBytes ?? NaN) - (samples[0]?.heapBytes ?? NaN)) / 2 ** 20),
      heapMB: rounded((samples.at(-1)?.heapBytes ?? NaN) / 2 ** 20),
      descriptorsBefore: before.descriptors,
      descriptorsAfter: after.descriptors,
      descriptorsLeft: after.descriptors - before.descriptors,
      timersLeft: after.timers - before.timers,
      listenersLeft: warnings,
    }
  },
}

/** Runs until `wanted` transactions are done, and measures the heap on the way. */
async function watched(fronts: readonly Front[], wanted: number, collect: () => void): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  const done = () => fronts.reduce((sum, { tally }) => sum + tally.transactions, 0)
  const step = (wanted * (1 - WARM_UP)) / SAMPLES
  for (let n = 0; n <= SAMPLES; n++) {
    const goal = wanted * WARM_UP + n * step
    // Nothing is on its way while the heap is measured, so that it holds only what stays.
    await Promise.all(fronts.map((front) => front.run(() => done() < goal)))
    collect()
    samples.push({ transactions: done(), heapBytes: process.memoryUsage().heapUsed })
    console.error(`${done()} of ${wanted}: ${rounded((samples.at(-1)?.heapBytes ?? 0) / 2 ** 20)} MB`)
  }
  return samples
}

/** The straight line through the samples by least squares, in bytes per transaction. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const x = mean(samples.map(({ transactions }) => transactions))
  const y = mean(samples.map(({ heapBytes }) => heapBytes))
  const up = samples.reduce((sum, { transactions, heapBytes }) => sum + (transactions - x) * (heapBytes - y), 0)
  return up / samples.reduce((sum, { transactions }) => sum + (transactions - x) ** 2, 0)
}

/** The engine's own garbage collection, as a function. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new TypeError('expected a garbage collector')
  return () => void Reflect.apply(collect, undefined, [])
}

/** Open files, sockets and ports of this process. */
async function descriptors(): Promise<number> {
  return (await readdir('/proc/self/fd')).length
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}
