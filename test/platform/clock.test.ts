import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { BootId } from '../../core/contract/clock.ts'
import { bootId, clockFromEnvironment, scaledClock, systemClock } from '../../platform/clock.ts'

const FILE = new URL('../../platform/clock.ts', import.meta.url).href

/** What another program of this machine has for its monotonic time and its boot. */
async function otherProgram(): Promise<{ mono: number; boot: string }> {
  const script = `import { bootId, systemClock } from '${FILE}'
    console.log(JSON.stringify({ mono: systemClock.mono(), boot: bootId(systemClock) }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  return JSON.parse(stdout) as { mono: number; boot: string }
}

describe("the system's clock", () => {
  it('measures from the boot of the machine: another program reads the same monotonic time', async () => {
    const before = systemClock.mono()
    const other = await otherProgram()
    expect(other.mono).toBeGreaterThan(before)
    expect(other.mono).toBeLessThan(systemClock.mono())
    expect(other.boot).toBe(bootId(systemClock))
  })

  it('sleeps also for longer than a timer of the platform can be set', async () => {
    const stop = new AbortController()
    const short = systemClock.sleep(20).then(() => 'short')
    const long = systemClock.sleep(2 ** 32, stop.signal).then(
      () => 'long',
      () => 'ended',
    )
    expect(await Promise.race([long, short])).toBe('short')
    stop.abort()
    expect(await long).toBe('ended')
  })

  it('never runs backwards', () => {
    const times = Array.from({ length: 10_000 }, () => systemClock.mono())
    expect(times.every((at, index) => index === 0 || at >= times[index - 1]!)).toBe(true)
  })
})

describe('a clock that plays faster', () => {
  it('has a boot of its own at each start, because its monotonic time begins anew', () => {
    const clock = scaledClock(Date.now(), 1_000_000, 60)
    expect(BootId.safeParse(bootId(clock)).success).toBe(true)
    expect(bootId(clock)).not.toBe(bootId(clock))
    expect(bootId(clock)).not.toBe(bootId(systemClock))
  })

  it('is asked for by the environment, and malformed words are refused', () => {
    expect(clockFromEnvironment({})).toBe(systemClock)
    expect(clockFromEnvironment({ PITWATCH_CLOCK: `${Date.now()}:1000000:60` }).now()).toBeGreaterThanOrEqual(1_000_000)
    expect(() => clockFromEnvironment({ PITWATCH_CLOCK: 'soon' })).toThrow(/realStart:virtualStart:speed/)
  })
})
