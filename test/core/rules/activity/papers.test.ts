import type { z } from 'zod'
import { describe, expect, it } from 'vitest'
import type { Permit } from '../../../../core/contract/activity.ts'
import { FusionMemory } from '../../../../core/rules/activity/memory.ts'
import { NOON, Court, type Said } from './court.ts'

const minutes = (count: number) => count * 60
const at = (hour: number, minute = 0) => `2026-01-12T${hour}:${String(minute).padStart(2, '0')}:00+08:00`
/** 13:00 to 14:00; the court begins at 12:00. */
const PERMIT = { id: 'p', who: 'x', from: at(13), until: at(14), power: 5_000, vehicles: 1 }

/** What one signal is worth at a minute after 12:00, with 4 kW above what is expected. */
function worth(
  minute: number,
  said: Partial<Said>,
  permit: Partial<z.input<typeof Permit>> = {},
  residual = 4_000,
): number {
  const court = new Court({ permits: [{ ...PERMIT, ...permit }] })
  court.residual = residual
  const { terms } = FusionMemory.parse(
    court
      .hear({ s: minutes(minute), strength: 6, ...said })
      .until(minutes(minute))
      .judge.save(),
  )
  return Math.round((terms[0]?.strength ?? NaN) * 100) / 100
}

describe('a permit', () => {
  it('leaves 15 % of what it explains, from a quarter of an hour before it', () => {
    expect([worth(44, {}), worth(45, {}), worth(90, {}), worth(119, {})]).toEqual([6, 0.9, 0.9, 0.9])
  })

  it('gives people half an hour to leave, and machines half a minute to be switched off', () => {
    expect([worth(120.4, {}), worth(120.5, {})]).toEqual([0.9, 6])
    const eye = { group: 'camera' as const, values: { persons: 1, vehicles: 0 } }
    expect([worth(149, eye), worth(150, eye)]).toEqual([0.9, 6])
  })

  it('covers its power and 8 kW more', () => {
    expect([worth(90, {}, {}, 13_000), worth(90, {}, {}, 13_001)]).toEqual([0.9, 6])
    expect([worth(90, {}, { power: 0 }, 8_000), worth(90, {}, { power: 0 }, 8_001)]).toEqual([0.9, 6])
    expect([worth(90, {}, {}, NaN), worth(90, {}, { power: 0 }, NaN)]).toEqual([0.9, 6])
  })

  it('covers people where it says so, and counts a vehicle it forgot half', () => {
    const person = { group: 'camera' as const, values: { persons: 2, vehicles: 0 } }
    const vehicle = { group: 'camera' as const, values: { persons: 0, vehicles: 1 } }
    expect([worth(90, person), worth(90, vehicle)]).toEqual([0.9, 0.9])
    expect([worth(90, person, { vehicles: 0 }), worth(90, vehicle, { vehicles: 0 })]).toEqual([0.9, 3])
    const none = { people: false, vehicles: 0 }
    expect([worth(90, person, none), worth(90, vehicle, none)]).toEqual([6, 6])
    expect(worth(90, { group: 'camera', values: { target: 'vehicle' } }, none)).toBe(6)
  })

  it('covers the devices it names', () => {
    const door = { group: 'entry' as const, point: 'cabinet/door' as const }
    expect(worth(90, door)).toBe(0.9)
    expect(worth(90, door, { devices: ['cabinet'] })).toBe(0.9)
    expect(worth(90, door, { devices: ['gate'] })).toBe(6)
  })

  it('never covers that the site is not heard, nor bad air', () => {
    expect([worth(90, { group: 'comms' }), worth(90, { group: 'air' })]).toEqual([6, 6])
  })

  it('counts only from when it was filed', () => {
    expect([worth(80, {}, { filed: at(13, 30) }), worth(90, {}, { filed: at(13, 30) })]).toEqual([6, 0.9])
  })
})

describe('feedback', () => {
  const load = { s: 10, strength: 5 }
  const said = (court: Court) => court.until(9_999).said.map(({ kind }) => kind)[0]

  it('that work is in order covers it until its end as a permit does, at what is drawn now', () => {
    const court = new Court()
    court.residual = 3_000
    court.note({ id: 'a', kind: 'authorised', at: NOON, until: NOON + 60_000 })
    court.residual = 11_000
    expect(said(court.hear(load))).toBeUndefined()
    court.residual = 11_001
    expect(said(court.hear({ ...load, s: 20 }))).toBe('raise')
    const over = new Court().note({ id: 'a', kind: 'authorised', at: NOON, until: NOON + 5_000, power: 9_000 })
    expect(said(over.hear(load))).toBe('raise')
  })

  it('that a sensor is at fault silences its point alone, until its end', () => {
    const fault = {
      id: 'f',
      kind: 'sensor-fault' as const,
      at: NOON,
      until: NOON + 60_000,
      point: 'meter/power' as const,
    }
    expect(said(new Court().note(fault).hear(load))).toBeUndefined()
    expect(said(new Court().note(fault).hear({ ...load, point: 'meter/energy' }))).toBe('raise')
    expect(said(new Court().note(fault).hear({ ...load, point: 'gate/human', inputs: ['meter/power'] }))).toBe('raise')
    expect(
      said(new Court().note(fault).hear({ ...load, point: 'meter/energy', inputs: ['meter/power'] })),
    ).toBeUndefined()
    expect(said(new Court().note(fault).hear({ ...load, s: 61 }))).toBe('raise')
  })

  it('never changes an alarm, and is remembered', () => {
    const court = new Court().hear(load).until(10)
    const authorised = {
      id: 'a',
      kind: 'authorised' as const,
      at: NOON + 20_000,
      until: NOON + 3_600_000,
      power: 9_000,
    }
    court
      .note(authorised)
      .note(authorised)
      .note({ id: 'c', kind: 'confirmed', at: NOON + 20_000 })
    expect(court.story).toBe('raise@10')
    court.residual = 1_000
    court.reload().hear({ s: 60, strength: 5 }, { s: 120, strength: 5 }, { s: 180, rule: 'b', strength: 5 })
    expect(court.until(9_999).story).toBe('raise@10 clear@1810')
  })
})
