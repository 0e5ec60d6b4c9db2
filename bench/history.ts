import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UtcMs } from '../core/contract/time.ts'
import { openEmbeddedHistory } from '../dashboard/server/history/embedded.ts'
import type { HistoryReading, HistoryStore } from '../dashboard/server/history/store.ts'
import { testFolder } from '../test/support/processes.ts'
import { type Bench, type Figures, percentile, rounded } from './bench.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const FULL = { yearDays: 365, runs: 300, pointStepMs: 10_000, rounds: 10 }
const QUICK = { yearDays: 30, runs: 100, pointStepMs: 60_000, rounds: 5 }
type Size = typeof FULL

const START = 1_700_000_000_000
const PER_WRITE = 20_000
const POINTS = 1_000
/** As many columns as the page asks for. */
const YEAR_COLUMNS = 1_000
const DAY_COLUMNS = 200

/**
 * The embedded history as the control room runs it, in its thread and with every commit on the disk. `year` is one point read each second
 * for a year (a month where it is to be quick), drawn in a thousand columns that begin with an hour, as the page asks for it; `odd` is the
 * same from an arbitrary millisecond on, where an hour and a minute are cut at the end of each column. `day` are a thousand points over a day in 200 columns, each asked on its own and all one after another. `hold` is the longest the main thread stood still.
 */
export const bench: Bench = {
  name: 'history',
  about: 'A year of one point at 1 s, and a day of 1,000 points, drawn from the embedded history.',
  aim: [
    { figure: 'yearP99Ms', atMost: 100 },
    { figure: 'holdMs', atMost: 50 },
  ],
  run: async ({ quick }) => {
    const size = quick ? QUICK : FULL
    return { ...(await year(size)), ...(await day(size)) }
  },
}

const never = new AbortController().signal

async function year({ yearDays, runs }: Size): Promise<Figures> {
  await using folder = await testFolder()
  const store = await openEmbeddedHistory(folder.path)
  const total = Math.floor((yearDays * DAY_MS) / 1_000 / PER_WRITE) * PER_WRITE
  const load = stopwatch()
  for (let first = 0; first < total; first += PER_WRITE) {
    const readings = Array.from({ length: PER_WRITE }, (_, index) => readingAt('point', (first + index) * 1_000))
    load.start()
    await store.write([{ ...DEVICE, firstSeq: first, readings }], never)
    load.stop()
    if ((first / PER_WRITE) % 200 === 0) console.error(`year: ${Math.round((100 * first) / total)} % loaded`)
  }
  const yearFrom = (from: number) => [
    { point: 'feeder/point', from, to: from + yearDays * DAY_MS, columns: YEAR_COLUMNS },
  ]
  const figures = await drawn(store, runs, (run) => yearFrom(START - (START % HOUR_MS) + run * HOUR_MS))
  const odd = await drawn(store, runs, (run) => yearFrom(START + 1 + run * 7_919))
  await store.close()
  return {
    readings: total,
    loadPerS: Math.round(total / load.seconds()),
    loadCpuUs: rounded((load.cpuSeconds() * 1e6) / total, 2),
    bytesPerReading: rounded((await bytesIn(folder.path)) / total, 2),
    holdMs: rounded(load.longestHoldMs()),
    yearP50Ms: figures.p50,
    yearP99Ms: figures.p99,
    oddP50Ms: odd.p50,
    oddP99Ms: odd.p99,
  }
}

async function day({ pointStepMs, rounds }: Size): Promise<Figures> {
  await using folder = await testFolder()
  const store = await openEmbeddedHistory(folder.path)
  const perPoint = DAY_MS / pointStepMs
  const stepsPerWrite = PER_WRITE / POINTS
  const names = Array.from({ length: POINTS }, (_, index) => `point-${index}`)
  const load = stopwatch()
  for (let step = 0; step < perPoint; step += stepsPerWrite) {
    const steps = Array.from({ length: stepsPerWrite }, (_, index) => (step + index) * pointStepMs)
    const readings = steps.flatMap((at) => names.map((name) => readingAt(name, at)))
    load.start()
    await store.write([{ ...DEVICE, firstSeq: step * POINTS, readings }], never)
    load.stop()
  }
  const single = await drawn(store, POINTS, (run) => [dayOf(names[run] ?? '', run)])
  const all = await drawn(store, rounds, (run) => names.map((name) => dayOf(name, run)))
  await store.close()
  return {
    dayReadings: perPoint * POINTS,
    dayLoadPerS: Math.round((perPoint * POINTS) / load.seconds()),
    dayBytesPerReading: rounded((await bytesIn(folder.path)) / (perPoint * POINTS), 2),
    dayHoldMs: rounded(load.longestHoldMs()),
    dayPointP50Ms: single.p50,
    dayPointP99Ms: single.p99,
    dayAllP50Ms: all.p50,
    dayAllP99Ms: all.p99,
  }
}

const DEVICE = { site: 'pit', device: 'feeder', stream: 'bench000' }

/** A power that wanders through the day, with a decimal place and some noise. */
function readingAt(point: string, passedMs: number): HistoryReading {
  const noise = ((passedMs / 1_000) * 7_919) % 97
  const value = Math.round(15_000 + 9_000 * Math.sin(passedMs / 13_750_000) + 4 * noise) / 10
  return { point, quantity: 'power', value, quality: 'good', at: UtcMs.parse(START + passedMs) }
}

interface Drawing {
  readonly point: string
  readonly from: number
  readonly to: number
  readonly columns: number
}

function dayOf(name: string, run: number): Drawing {
  const from = START + 1 + run * 13
  return { point: `feeder/${name}`, from, to: from + DAY_MS, columns: DAY_COLUMNS }
}

/** How long runs of one or several trends take. */
async function drawn(store: HistoryStore, runs: number, drawings: (run: number) => readonly Drawing[]) {
  const took: number[] = []
  for (let run = 0; run < runs; run++) {
    const list = drawings(run)
    const startedAt = performance.now()
    for (const { point, ...query } of list) {
      const { readings } = await store.query({ site: 'pit', point, quantity: 'power' }, query, never)
      if (readings === 0) throw new Error(`nothing was found of ${point}`)
    }
    took.push(performance.now() - startedAt)
  }
  return { p50: rounded(percentile(took, 0.5), 2), p99: rounded(percentile(took, 0.99), 2) }
}

/** Time and processor time of stretches of work, and the longest in them that the event loop stood still. */
function stopwatch() {
  let [wall, cpu, hold, startedAt] = [0, 0, 0, 0]
  let spent = process.cpuUsage()
  let lastTick = 0
  let ticking: NodeJS.Timeout | null = null
  return {
    start: () => {
      startedAt = lastTick = performance.now()
      spent = process.cpuUsage()
      ticking = setInterval(() => {
        const now = performance.now()
        hold = Math.max(hold, now - lastTick)
        lastTick = now
      }, 1)
    },
    stop: () => {
      const now = performance.now()
      hold = Math.max(hold, now - lastTick)
      wall += now - startedAt
      const { user, system } = process.cpuUsage(spent)
      cpu += user + system
      if (ticking !== null) clearInterval(ticking)
    },
    seconds: () => wall / 1_000,
    cpuSeconds: () => cpu / 1e6,
    longestHoldMs: () => hold,
  }
}

async function bytesIn(folder: string): Promise<number> {
  const files = ['history.sqlite', 'history.sqlite-wal'].map((name) =>
    stat(join(folder, name)).catch(() => ({ size: 0 })),
  )
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0)
}
