import { setTimeout as sleep } from 'node:timers/promises'
import { startPtyPair } from '../test/support/pymodbus.ts'
import { testFolder } from '../test/support/processes.ts'
import { type Bench, type Figures, rounded } from './bench.ts'
import { Ages } from './dead/ages.ts'
import type { Fate, LineFigures } from './dead/fates.ts'
import { type Master, type MasterOptions, modbusSerial, ours } from './dead/masters.ts'
import { startChild } from './wire/child.ts'

const DEVICES = 10
const BAUD = 9_600
const LATENCY_MS = 5

/** A line, and what becomes of some of its devices; the others live. */
interface Case {
  readonly name: string
  readonly fates: readonly Fate[]
}

const ALIVE: Case = { name: '0', fates: [] }
const FULL: readonly Case[] = [
  ALIVE,
  { name: '1', fates: ['dead'] },
  { name: '2', fates: ['dead', 'dies'] },
  { name: '3', fates: ['dead', 'dead', 'dies'] },
  { name: '4', fates: ['dead', 'dead', 'dies', 'dies'] },
  { name: '5', fates: ['dead', 'dead', 'dead', 'dies', 'dies'] },
  { name: 'flapping', fates: ['flaps'] },
  { name: 'busy', fates: ['busy', 'dead'] },
  { name: 'gateway', fates: ['gone', 'dead'] },
]
const QUICK: readonly Case[] = [
  ALIVE,
  { name: '3', fates: ['dead', 'gone', 'dead'] },
  { name: '5', fates: ['dead', 'dead', 'dead', 'dead', 'dead'] },
]
const PEER: readonly Case[] = [ALIVE, { name: '1', fates: ['dead'] }, { name: '3', fates: ['dead', 'dead', 'dead'] }]

/** The warm-up is for what is learned, and for the first timeouts of those that are dead from the start. In ms. */
interface Times {
  readonly warmMs: number
  readonly forMs: number
  readonly peerMs: number
  /** Lines at a time: each takes the better part of a core for its timing. */
  readonly atOnce: number
}
const FULL_TIMES: Times = { warmMs: 15_000, forMs: 60_000, peerMs: 30_000, atOnce: 2 }
const QUICK_TIMES: Times = { warmMs: 8_000, forMs: 8_000, peerMs: 8_000, atOnce: 3 }

/**
 * Ten devices of twenty registers each, read once a second over one paced line at 9600 baud, of which some are silent from the
 * start, fall silent, come and go, or answer with an exception. Age is that of what is known of a device that lives; the dead
 * share is what the bus says it lost to timeouts, beside what the line itself saw between an unanswered request and the next.
 */
export const bench: Bench = {
  name: 'dead',
  about: 'how old values of live devices become while others on the same line are dead; beside modbus-serial.',
  aim: [
    { figure: 'ageRatio', atMost: 1.1 },
    { figure: 'deadShare', atMost: 0.05 },
    // A period and a tenth: a ratio to something bad says nothing.
    { figure: 'p99Ms0', atMost: 1_100 },
  ],
  run: async ({ quick }) => {
    const { warmMs, forMs, peerMs, atOnce } = quick ? QUICK_TIMES : FULL_TIMES
    console.error(HEADLINE)
    const peer = (each: Case) => () => measured(modbusSerial, each, { warmMs: peerMs / 4, forMs: peerMs })
    const own = (each: Case) => () => measured(ours, each, { warmMs, forMs })
    const cases = quick ? QUICK : FULL
    const all = await together([...PEER.map(peer), ...cases.map(own)], atOnce)
    const [peers, results] = [all.slice(0, PEER.length), all.slice(PEER.length)]
    return figuresOf(results, peers)
  },
}

interface Result {
  readonly name: string
  readonly p50Ms: number
  readonly p99Ms: number
  /** What the master says, of the time that was measured. */
  readonly deadShare: number
  readonly line: LineFigures
}

const HEADLINE = ['dead', 'p50Ms', 'p99Ms', 'share', 'by the line', 'unanswered']
  .map((title) => title.padEnd(16))
  .join('')

type Open = (options: MasterOptions) => Promise<Master>

async function measured(
  open: Open,
  { name, fates }: Case,
  { warmMs, forMs }: { readonly warmMs: number; readonly forMs: number },
): Promise<Result> {
  await using folder = await testFolder()
  await using pair = await startPtyPair(folder.path)
  const [path, far] = pair.ends
  const units = Array.from({ length: DEVICES }, (_, index) => index + 1)
  const all = units.map((unit): Fate => fates[unit - 1] ?? 'lives')
  await using devices = await startChild<LineFigures>('dead/devices.ts', [far, BAUD, LATENCY_MS, all.join(','), warmMs])
  const ages = new Ages(units.filter((unit) => all[unit - 1] === 'lives').map(String))
  const master = await open({ path, baud: BAUD, units, read: (unit, at) => ages.read(String(unit), at) })
  await sleep(warmMs)
  ages.restart()
  const [deadBefore, from] = [master.deadMs(), performance.now()]
  await sleep(forMs)
  const deadMs = (master.deadMs() ?? NaN) - (deadBefore ?? NaN)
  const age = ages.stop()
  const deadShare = deadMs / (performance.now() - from)
  await master.close()
  const result = { name, ...age, deadShare, line: await devices.stop() }
  console.error(rowText(open.name, result))
  return result
}

/** Results of `jobs` in their order, so many of them at a time. */
async function together<T>(jobs: readonly (() => Promise<T>)[], atOnce: number): Promise<readonly T[]> {
  const results: T[] = []
  const left = [...jobs.entries()]
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) results[next[0]] = await next[1]()
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

function figuresOf(results: readonly Result[], peers: readonly Result[]): Figures {
  const of = (all: readonly Result[], name: string) => all.find((result) => result.name === name)?.p99Ms ?? NaN
  const worst = (all: readonly Result[]) => rounded(Math.max(...all.map(({ p99Ms }) => p99Ms)) / of(all, '0'), 3)
  return {
    ageRatio: worst(results),
    deadShare: rounded(Math.max(...results.map((result) => result.deadShare)), 4),
    deadShareByTheLine: rounded(Math.max(...results.map(({ line }) => line.inVainMs / line.forMs)), 4),
    p50AliveMs: results.find(({ name }) => name === '0')?.p50Ms ?? NaN,
    ...Object.fromEntries(results.map(({ name, p99Ms }) => [`p99Ms${titled(name)}`, p99Ms])),
    t35Violations: results.reduce((sum, { line }) => sum + line.t35Violations, 0),
    modbusSerialAgeRatio: worst(peers),
    ...Object.fromEntries(peers.map(({ name, p99Ms }) => [`modbusSerialP99Ms${titled(name)}`, p99Ms])),
  }
}

function titled(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

function rowText(master: string, { name, p50Ms, p99Ms, deadShare, line }: Result): string {
  const byTheLine = line.inVainMs / line.forMs
  const texts = [`${name} ${master}`, p50Ms, p99Ms, deadShare.toFixed(4), byTheLine.toFixed(4), line.inVain]
  return texts.map((text) => String(text).padEnd(16)).join('')
}
