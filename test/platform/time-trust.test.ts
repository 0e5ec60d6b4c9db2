import { describe, expect, it } from 'vitest'
import { chronyWorth, openTimeTrust, type Run } from '../../platform/time-trust.ts'
import { handClock } from '../support/hand-clock.ts'

const { signal } = new AbortController()

/** As chronyc 4.3 prints it: `chronyc -n -c tracking`. */
const TRACKING =
  'CB00710F,203.0.113.15,3,1700000012.312345678,-0.000012345,0.000023456,0.000103881,7.346,-0.001,0.033,0.022341203,0.001234567,1041.2,Normal'
const LOST =
  '00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised'

function answers(texts: Readonly<Record<string, string | null>>): { run: Run; asked: string[] } {
  const asked: string[] = []
  const run: Run = (program) => {
    asked.push(program)
    return Promise.resolve(texts[program] ?? null)
  }
  return { run, asked }
}

describe("the worth of the machine's clock", () => {
  it("is chrony's own account: offset, dispersion and half the way there and back", () => {
    expect(chronyWorth(TRACKING)).toBeCloseTo(0.012345 + 1.234567 + 11.1706, 3)
  })

  it('is nothing when chrony follows nobody, or says what nobody understands', () => {
    const alone = TRACKING.replace('CB00710F,203.0.113.15,3', '7F7F0101,,10')
    for (const line of [LOST, alone, '', '506 Cannot talk to daemon', 'a,b,c', TRACKING.replace('0.022341203', 'x')]) {
      expect(chronyWorth(line)).toBeNull()
    }
  })

  it('is half a second where timedatectl says that somebody keeps it, and nothing where it does not', async () => {
    const clock = handClock()
    const kept = openTimeTrust({ clock, run: answers({ timedatectl: 'NTPSynchronized=yes\n' }).run })
    expect(kept.worthMs()).toBeNull()
    expect(await kept.look(signal)).toBe(500)
    expect(kept.worthMs()).toBe(500)
    expect(
      await openTimeTrust({ clock, run: answers({ timedatectl: 'NTPSynchronized=no\n' }).run }).look(signal),
    ).toBeNull()
    expect(await openTimeTrust({ clock, run: answers({}).run }).look(signal)).toBeNull()
  })

  it('is asked for once a minute at most, and not at all where somebody answers for it', async () => {
    const clock = handClock()
    const { run, asked } = answers({ chronyc: TRACKING })
    const trust = openTimeTrust({ clock, run })
    for (let look = 0; look < 5; look += 1) await trust.look(signal)
    expect(asked).toEqual(['chronyc'])
    await clock.advance(60_000)
    await trust.look(signal)
    expect(asked).toHaveLength(2)
    expect(await openTimeTrust({ clock, run, vouchedMs: 200 }).look(signal)).toBe(200)
    expect(asked).toHaveLength(2)
  })

  it('is nothing on a machine without such programs, and nothing throws', async () => {
    const path = process.env.PATH
    process.env.PATH = '/nonexistent'
    try {
      expect(await openTimeTrust({ clock: handClock() }).look(signal)).toBeNull()
    } finally {
      process.env.PATH = path
    }
  })
})
