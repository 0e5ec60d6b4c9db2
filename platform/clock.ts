import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleepFor } from 'node:timers/promises'
import { BootId } from '../core/contract/clock.ts'
import { MonoMs, UtcMs } from '../core/contract/time.ts'

/** Time as a parameter. The wall clock stamps, the monotonic clock measures; nothing else in the house asks for time. */
export interface Clock {
  /** Wall time now. */
  now(): UtcMs
  /** Monotonic time now, since the boot that `bootId` names. It goes on over a restart of the program. */
  mono(): MonoMs
  /** Waits `ms` of this clock's time. Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A number in [0, 1), as a parameter, so that a simulation can be repeated by its seed. */
export type Chance = () => number

export const systemChance: Chance = () => Math.random()

/** CLOCK_MONOTONIC when the program's own count began; the count itself is cheaper to ask for. */
const PROGRAM_BEGAN = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** A timer of the platform that is set for longer goes off at once, ms. */
const MOST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => UtcMs.parse(Date.now()),
  mono: () => MonoMs.parse(PROGRAM_BEGAN + performance.now()),
  sleep: async (ms, signal) => {
    const options = signal === undefined ? {} : { signal }
    let left = ms
    for (; left > MOST_TIMER_MS; left -= MOST_TIMER_MS) await sleepFor(MOST_TIMER_MS, undefined, options)
    await sleepFor(left, undefined, options)
  },
}

/**
 * The boot that monotonic times of `clock` count from: the machine's for the system's clock, and a new one at each call for any
 * other, or where the system does not name it.
 */
export function bootId(clock: Clock): BootId {
  const text = clock === systemClock ? bootText() : ''
  const known = BootId.safeParse(text.trim().replaceAll('-', ''))
  return known.success ? known.data : BootId.parse(randomBytes(16).toString('hex'))
}

function bootText(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
  } catch {
    return ''
  }
}

/**
 * A clock that runs `speed` times as fast as the system's and had wall time `virtualStart` when the system's wall clock
 * was `realStart`. Programs given the same three numbers share one time, so a night or a year can be played quickly.
 */
export function scaledClock(realStart: number, virtualStart: number, speed: number): Clock {
  const origin = performance.now() - (Date.now() - realStart)
  const passed = () => Math.max(0, (performance.now() - origin) * speed)
  return {
    now: () => UtcMs.parse(Math.floor(virtualStart + passed())),
    mono: () => MonoMs.parse(passed()),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  }
}

/** The clock `PITWATCH_CLOCK=realStart:virtualStart:speed` asks for, else the system's. Throws RangeError when malformed. */
export function clockFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Clock {
  const text = environment.PITWATCH_CLOCK
  if (text === undefined || text === '') return systemClock
  const [realStart, virtualStart, speed] = text.split(':').map(Number)
  if (realStart === undefined || virtualStart === undefined || speed === undefined || !(speed > 0)) {
    throw new RangeError(`PITWATCH_CLOCK: expected realStart:virtualStart:speed, came ${text}`)
  }
  return scaledClock(realStart, virtualStart, speed)
}
