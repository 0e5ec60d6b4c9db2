import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadProfiles } from '../../platform/site/profiles.ts'
import { plausibleValues } from '../../sim/models/plausible.ts'

const PROFILES = loadProfiles([join(import.meta.dirname, '../../devices')])

function valuesOf(name: string): (point: string) => number {
  const profile = PROFILES.get(name)
  if (profile === undefined || profile.driver === 'isapi') throw new TypeError(name)
  const values = plausibleValues(profile, 7)
  return (point) => Number(values[point])
}

describe('plausible values of a meter', () => {
  it('give volts between phases that belong to the volts of the phases', () => {
    const of = valuesOf('eastron/sdm630')
    for (const point of ['voltage-l12', 'voltage-l23', 'voltage-l31']) {
      expect(of(point) / of('voltage-l1')).toBeCloseTo(Math.sqrt(3), 1)
    }
  })

  it('give power, apparent power, power factor and currents of one load', () => {
    const of = valuesOf('eastron/sdm630')
    expect(of('active-power') / of('apparent-power')).toBeCloseTo(of('power-factor'), 2)
    expect(of('current-l1') + of('current-l2') + of('current-l3')).toBeCloseTo(of('current-sum'), 1)
    const phases = [1, 2, 3].map((phase) => of(`voltage-l${phase}`) * of(`current-l${phase}`))
    expect(phases.reduce((sum, each) => sum + each, 0) / of('apparent-power')).toBeCloseTo(1, 1)
  })

  it('give those of one phase where the meter has one', () => {
    const of = valuesOf('peacefair/pzem-004t')
    expect((of('voltage') * of('current') * of('power-factor')) / of('active-power')).toBeCloseTo(1, 1)
  })
})
