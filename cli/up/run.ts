import { join } from 'node:path'
import type { Language } from '../../core/contract/text.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { later } from '../../core/kit/time.ts'
import { type Clock, scaledClock, systemClock } from '../../platform/clock.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { lengthMs } from '../../sim/models/series.ts'
import { scenarioOf } from '../../sim/scenario.ts'
import { playedSite } from '../../sim/sites/played-load.ts'
import { UsageError } from '../command.ts'
import { type County, countyOf } from './county.ts'
import { writeDataFolder } from './data-folder.ts'
import { narrate } from './narrator.ts'
import { planOf, type UpOptions } from './plan.ts'
import { seedRegister } from './register-seed.ts'
import { screen } from './screen.ts'
import { type TextKey, textOf } from './texts.ts'

export interface UpDeps {
  readonly language: Language
  readonly print: (line: string) => void
  /** Tells the program that started this one, when one did. */
  readonly tell: (message: unknown) => void
  readonly signal: AbortSignal
}

/** Children that are not ready by then are named, and waited for no longer. */
const READY_WITHIN_MS = 25_000
const PROGRESS_EVERY_MS = 10_000
/** A recording's first value is held for this long, so that the gateway is there when the second comes. */
const LEAD_MS = 8_000

/** Runs the whole county until `signal` aborts; then ends it, children and all. */
export async function runUp(options: UpOptions, deps: UpDeps): Promise<void> {
  const sites = options.play === null ? COUNTY_SITES : [playedSite(options.play.series, options.play.point)]
  const plan = await planOf(options, sites)
  const say = (key: TextKey, values = {}) => deps.print(textOf(deps.language, key, values))
  if (options.port !== null && plan.http !== options.port) {
    throw new UsageError(textOf(deps.language, 'portTaken', { port: options.port }))
  }
  writeDataFolder(plan)
  if (plan.isFirstStart) await seedRegister(options.data, plan.sites)
  say('starting', { sites: sites.length })

  const time = timeOf(options)
  const county = countyOf(plan, { language: deps.language, clockText: () => time.text(), report: deps.print })
  try {
    const control = await orEnding(county.startControl(), deps.signal)
    const origin = options.play === null ? time.clock().now() : later(time.start, LEAD_MS * options.speed)
    await orEnding(county.startRest(origin), deps.signal)
    const late = await allReady(county, deps.signal)
    if (late.length > 0) say('late', { names: late.join(', '), logs: join(options.data, 'logs') })
    for (const line of screen({ plan, language: deps.language, ...control, origin })) deps.print(line)
    deps.tell({ kind: 'ready', facts: { url: control.url, password: control.password, data: options.data } })
    if (options.play === null) {
      const scenario = scenarioOf(options.scenario)
      await narrate({ scenario, origin, language: deps.language, clock: time.clock(), print: deps.print }, deps.signal)
    } else await playToEnd(county, { options, time, origin, deps })
    await untilAborted(deps.signal)
  } catch (error) {
    if (!deps.signal.aborted) throw error
  } finally {
    if (deps.signal.aborted) say('ending')
    await county.stop()
    say('ended')
  }
}

/** The county's time: scaled where that is wanted, and real once a recording has been played. */
interface CountyTime {
  /** When it began, in its own time. */
  readonly start: UtcMs
  clock(): Clock
  /** For PITWATCH_CLOCK; null = real time. */
  text(): string | null
  becomeReal(): void
}

function timeOf({ speed, play }: UpOptions): CountyTime {
  const real = systemClock.now()
  const start = UtcMs.parse(play === null ? real : real - lengthMs(play.series) - LEAD_MS * speed)
  let isReal = speed === 1 && play === null
  const scaled = scaledClock(real, start, speed)
  return {
    start,
    clock: () => (isReal ? systemClock : scaled),
    text: () => (isReal ? null : `${real}:${start}:${speed}`),
    becomeReal: () => {
      isReal = true
    },
  }
}

async function playToEnd(
  county: County,
  { options, time, origin, deps }: { options: UpOptions; time: CountyTime; origin: UtcMs; deps: UpDeps },
): Promise<void> {
  if (options.play === null) return
  const totalS = lengthMs(options.play.series) / 1_000
  const afterS = (4 * options.play.series.stepMs) / 1_000
  let shownAt = systemClock.mono()
  while (county.progress().seconds < totalS + afterS) {
    await systemClock.sleep(500, deps.signal)
    if (systemClock.mono() - shownAt < PROGRESS_EVERY_MS) continue
    shownAt = systemClock.mono()
    const { seconds, values } = county.progress()
    const percent = Math.min(100, Math.max(0, (100 * seconds) / totalS)).toFixed(1)
    const day = new Date(origin + Math.max(0, seconds) * 1_000).toISOString().slice(0, 10)
    deps.print(textOf(deps.language, 'progress', { percent, day, values }))
  }
  deps.print(
    textOf(deps.language, 'played', {
      values: county.progress().values,
      all: options.play.series.watts.length,
    }),
  )
  time.becomeReal()
  await county.stop()
  await orEnding(county.startControl(), deps.signal)
  await orEnding(county.startRest(origin), deps.signal)
}

async function allReady(county: County, signal: AbortSignal): Promise<readonly string[]> {
  const until = systemClock.mono() + READY_WITHIN_MS
  while (county.waiting().length > 0 && systemClock.mono() < until) await systemClock.sleep(100, signal)
  return county.waiting()
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((settle) => signal.addEventListener('abort', settle, { once: true }))
}

async function orEnding<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const ending = new Promise<never>((_, refuse) => {
    signal.addEventListener('abort', () => refuse(signal.reason as Error), { once: true })
  })
  return Promise.race([work, ending])
}
