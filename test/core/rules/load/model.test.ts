import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Permit } from '../../../../core/contract/activity.ts'
import { DAY, guardPost, HOUR, MONDAY, pumping, Told } from './site.ts'

const PUMP = { known: [{ id: 'pump', contact: 'io/pump' as const, kind: 'pump' as const }] }
const withPump = { pump: pumping, power: (s: number) => guardPost(s) + (pumping(s) ? 15_000 : 0) }
const learned = (told = new Told(PUMP), days = 14) => told.until(days * DAY, withPump, 20)

describe('a site that was learned', () => {
  const told = learned()

  it('knows what the hour draws, what the pump draws by its edges, and lets no more than the least envelope pass', () => {
    told.until(14 * DAY + 3 * HOUR, withPump, 20)
    const { model } = told
    expect(model.isArmed).toBe(true)
    expect(model.daysLearned).toBeGreaterThanOrEqual(10)
    expect(model.expected - model.runningW).toBeGreaterThan(1_400)
    expect(model.expected - model.runningW).toBeLessThan(1_600)
    expect(model.envelope).toBeLessThan(2_900)
    while (!pumping(told.s)) told.until(told.s + 20, withPump, 20)
    told.until(told.s + 300, withPump, 20)
    expect(model.running).toBe(1)
    expect(model.runningW).toBeGreaterThan(14_500)
    expect(model.runningW).toBeLessThan(15_500)
    expect(Math.abs(model.residual)).toBeLessThan(500)
  })

  it('sees a load of 6 kW in full, tells how far from the envelope it is, and does not learn it', () => {
    const before = told.model.envelope
    const thief = { ...withPump, power: (s: number) => withPump.power(s) + 6_000 }
    told.until(told.s + 2 * HOUR, thief, 20)
    expect(told.model.residual).toBeGreaterThan(5_500)
    expect(told.model.residual).toBeGreaterThan(told.model.envelope)
    told.until(15 * DAY + 4 * HOUR, withPump, 20)
    expect(told.model.envelope).toBeLessThan(before + 1_500)
  })

  it('is small as JSON', () => {
    expect(JSON.stringify(told.model.save()).length).toBeLessThan(24_000)
  })
})

describe('what a site may not learn', () => {
  it('stays above the declared load: an hour that was above it is no hour to learn from', () => {
    const told = new Told({ declared: 2_000 }).until(14 * DAY, { power: () => 5_000 }, 60)
    expect(told.model.isArmed).toBe(false)
    expect(told.model.envelope).toBe(2_000)
    expect(told.model.residual).toBeGreaterThan(told.model.envelope)
  })

  it('is believed by days, never by samples: nine days at one a second tell no more than at one a minute', () => {
    const few = new Told().until(9 * DAY, { power: guardPost }, 60)
    expect(few.model.isArmed).toBe(false)
    few.until(12 * DAY, { power: guardPost }, 60)
    expect(few.model.isArmed).toBe(true)
  })

  it('is not believed while it still moves', () => {
    const rising = (s: number) => 500 + (300 * s) / DAY
    expect(new Told().until(14 * DAY, { power: rising }, 60).model.isArmed).toBe(false)
  })

  it('rises by at most a tenth and a lamp in thirty days, however patiently it is taught', () => {
    const told = new Told().until(14 * DAY, { power: guardPost }, 60)
    const before = told.model.expected + told.model.envelope
    const patient = (s: number) => guardPost(s) + Math.max(0, s / DAY - 14) * 90
    told.until(40 * DAY, { power: patient }, 60)
    expect(told.model.expected + told.model.envelope).toBeLessThan(before + 500)
    expect(told.model.shift).toBeGreaterThan(0.2)
  })

  it('is what happened once: a night of 7 kW while learning is no habit', () => {
    const once = (s: number) => guardPost(s) + (s >= 5 * DAY + 2 * HOUR && s < 5 * DAY + 3 * HOUR ? 7_000 : 0)
    const told = new Told().until(14 * DAY + 2.5 * HOUR, { power: once }, 60)
    expect(told.model.isArmed).toBe(true)
    expect(told.model.envelope).toBeLessThan(3_000)
    const twice = (s: number) => once(s) + once(s + 3 * DAY) - guardPost(s + 3 * DAY)
    const habit = new Told().until(14 * DAY + 2.5 * HOUR, { power: twice }, 60)
    expect(habit.model.envelope).toBeGreaterThan(7_000)
  })

  it('is what is drawn with a permit', () => {
    const permit = { id: 'p', who: 'x', what: '', power: 5_000, people: true, vehicles: 0 }
    const permits = Array.from({ length: 14 }, (_, day) => {
      const from = MONDAY + (day * DAY + 9 * HOUR) * 1_000
      return { ...permit, from, until: from + 2 * HOUR * 1_000, filed: from } as unknown as Permit
    })
    const worked = (s: number) => guardPost(s) + (s % DAY >= 9 * HOUR && s % DAY < 11 * HOUR ? 5_000 : 0)
    const told = new Told({}, permits).until(14 * DAY + 12.5 * HOUR, { power: worked }, 60)
    expect(told.model.isArmed).toBe(true)
    expect(told.model.envelope).toBeLessThan(3_000)
    told.until(15 * DAY + 10.5 * HOUR, { power: worked }, 60)
    expect(told.model.isArmed).toBe(false)
  })

  it('is an hour that was told to be spoiled', () => {
    const told = new Told()
    for (let day = 0; day < 14; day += 1) {
      told.until(day * DAY + 10.5 * HOUR, { power: guardPost }, 60)
      told.model.spoil(MONDAY + told.s * 1_000)
      told.until((day + 1) * DAY, { power: guardPost }, 60)
    }
    told.until(14 * DAY + 10.1 * HOUR, { power: guardPost }, 60)
    expect(told.model.isArmed).toBe(false)
    told.until(14 * DAY + 12.1 * HOUR, { power: guardPost }, 60)
    expect(told.model.isArmed).toBe(true)
  })
})

describe('a scheduled fan of 8 kW', () => {
  const fan = (s: number) => guardPost(s) + (s % DAY >= 13 * HOUR && s % DAY < 15 * HOUR ? 8_000 : 0)
  const told = new Told().until(14 * DAY, { power: fan }, 20)

  it('is normal in its hours and for a quarter of an hour around them, and nowhere else', () => {
    const at = (hour: number) => {
      const { model } = told.until(14 * DAY + hour * HOUR, { power: fan }, 20)
      return model.expected + model.envelope
    }
    expect(at(11.5)).toBeLessThan(5_000)
    expect(at(12.9)).toBeGreaterThan(8_000)
    expect(at(13.5)).toBeGreaterThan(8_000)
    expect(told.model.stranger).toBe(0)
    expect(at(16.5)).toBeLessThan(5_000)
  })

  it('does not hide a machine of another size that starts in its hours, nor one that runs far longer', () => {
    const winch = (s: number) => guardPost(s) + (s >= 15 * DAY + 13 * HOUR ? 5_500 : 0)
    told.until(15 * DAY + 13 * HOUR + 120, { power: winch }, 5)
    expect(told.model.residual).toBeLessThan(told.model.envelope)
    expect(told.model.stranger).toBeGreaterThan(5_000)
    const long = (s: number) => guardPost(s) + (s >= 16 * DAY + 11 * HOUR ? 8_000 : 0)
    told.until(16 * DAY + 14.7 * HOUR, { power: long }, 20)
    expect(told.model.overdue).toBeGreaterThan(7_000)
  })
})

describe('what only looks like a load', () => {
  it('is left out: a spike of the meter, and what all thermostats draw after an outage', () => {
    const told = new Told().until(14 * DAY + 10 * HOUR, { power: guardPost })
    told.until(told.s + 5, { power: () => 65_535 })
    expect(told.model.power).toBeLessThan(2_000)
    told.until(told.s + 600, { power: () => 0 })
    told.until(told.s + 60, { power: guardPost })
    expect(told.model.envelope).toBeGreaterThan(4_400)
    told.until(told.s + 3_600, { power: guardPost })
    expect(told.model.envelope).toBeLessThan(4_400)
  })

  it('means nothing for a moment after a known load was switched, and while the meter is stuck since', () => {
    const told = learned()
    while (!pumping(told.s)) told.until(told.s + 5, withPump)
    told.until(told.s + 5, withPump)
    expect(told.model.isMasked).toBe(true)
    told.until(told.s + 60, withPump)
    expect(told.model.isMasked).toBe(false)
    while (pumping(told.s + 20)) told.until(told.s + 5, withPump)
    const stuck = new Told(PUMP)
    stuck.model = told.model
    stuck.s = told.s
    for (let n = 0; n < 40; n += 1, stuck.s += 5) {
      stuck.say(stuck.load.known.length, Number(pumping(stuck.s)), 'state')
      stuck.say(0, 16_480)
    }
    expect(stuck.model.isMasked).toBe(true)
  })
})

describe('an appliance somebody answers for', () => {
  it('widens an hour around its own, within what was declared, until it expires', () => {
    const told = new Told({ declared: 5_000 }).until(14 * DAY + 10 * HOUR, { power: guardPost }, 20)
    const at = MONDAY + told.s * 1_000
    told.model.widen({ power: 9_000, until: at + 3 * DAY * 1_000, at })
    told.until(told.s + 120, { power: guardPost }, 20)
    expect(told.model.envelope).toBe(5_000)
    told.until(14 * DAY + 13 * HOUR, { power: guardPost }, 20)
    expect(told.model.envelope).toBeLessThan(4_200)
    told.until(18 * DAY + 10 * HOUR, { power: guardPost }, 20)
    expect(told.model.envelope).toBeLessThan(4_200)
  })
})

describe('heating', () => {
  it('is expected by the outdoor temperature once it was learned', () => {
    const temperature = (s: number) => 8 * Math.sin((2 * Math.PI * s) / (3.3 * DAY)) + 2
    const heated = (s: number) => guardPost(s) + 120 * Math.max(0, 16 - temperature(s))
    const told = new Told({ temperature: 'weather/temperature' })
    told.until(14 * DAY + 4 * HOUR, { power: heated, temperature }, 60)
    expect(told.model.isArmed).toBe(true)
    expect(Math.abs(told.model.residual)).toBeLessThan(250)
  })
})

describe('what is saved', () => {
  const base = JSON.stringify(learned().model.save())
  const acts = fc.array(
    fc.record({
      input: fc.constantFrom(0, 0, 0, 1),
      apartS: fc.constantFrom(1, 5, 5, 20, 90, 4_000),
      value: fc.constantFrom(0, 900, 1_500, 1_520, 7_500, 16_500, 65_535, -300),
      quality: fc.constantFrom('good' as const, 'good' as const, 'uncertain' as const, 'bad' as const),
      isReopened: fc.boolean(),
    }),
    { maxLength: 60 },
  )

  const seen = ({ model }: Told) => {
    const { power, expected, residual, envelope, floor, usual, runningW, isMasked, excess, stranger, overdue } = model
    const { starts, creep, along } = model
    return {
      power,
      expected,
      residual,
      envelope,
      floor,
      usual,
      runningW,
      isMasked,
      excess,
      stranger,
      overdue,
      starts,
      creep,
      along,
    }
  }

  it('goes on exactly as what saved it would have', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const [one, other] = [new Told(PUMP), new Told(PUMP)]
        for (const told of [one, other]) {
          told.model = new Told(PUMP).model
          told.s = 14 * DAY
          restore(told, base)
        }
        for (const { input, apartS, value, quality, isReopened } of list) {
          for (const told of [one, other]) {
            told.s += apartS
            if (input === 0) told.say(0, value, 'number', { quality })
            else told.say(1, Number(value > 1_000), 'state', { quality })
          }
          if (isReopened) other.reopen()
          expect(seen(other)).toEqual(seen(one))
        }
        expect(JSON.stringify(other.model.save())).toBe(JSON.stringify(one.model.save()))
      }),
      { numRuns: 30 },
    )
  })

  it('of another meter, or of nothing that fits, begins anew', () => {
    const told = new Told(PUMP)
    restore(told, '{"x":1}')
    expect(told.model.daysLearned).toBe(0)
    restore(told, base.replace('"meter/power"', '"other/power"'))
    expect(told.model.isArmed).toBe(false)
  })

  it('means nothing any more of monotonic time after a start, and learns on', () => {
    const told = new Told(PUMP)
    restore(told, base)
    told.model.restart(false)
    expect(told.model.power).toBeNaN()
    expect(told.model.starts).toEqual([])
    told.s = 14 * DAY + HOUR
    told.until(told.s + 60, withPump)
    expect(told.model.isArmed).toBe(true)
  })
})

function restore(told: Told, saved: string): void {
  const save = () => JSON.parse(saved) as unknown
  told.model = Object.assign(told.model, { save })
  told.reopen()
}
