import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LatestReading } from '../../core/contract/http.ts'
import { ReasonCode } from '../../core/contract/reading.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { standingOf } from '../../dashboard/web/show/freshness.ts'

const instant = fc.integer({ min: 0, max: 4_000_000_000_000 })
const reading = fc
  .record({
    value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    quality: fc.constantFrom('good', 'uncertain', 'bad'),
    reason: fc.option(fc.constantFrom(...ReasonCode.options)),
    at: instant,
    validUntil: instant,
  })
  .map((parts) => LatestReading.parse(parts))

const at = (ms: number) => UtcMs.parse(ms)

describe('how a reading is shown', () => {
  it('never shows a value past its validUntil as good', () => {
    fc.assert(
      fc.property(reading, instant, fc.boolean(), (latest, now, alive) => {
        const { standing } = standingOf(latest, at(now), alive)
        if (now > latest.validUntil) expect(standing).not.toBe('good')
      }),
    )
  })

  it('shows nothing as good while the feed is silent', () => {
    fc.assert(
      fc.property(reading, instant, (latest, now) => {
        expect(['expired', 'bad']).toContain(standingOf(latest, at(now), false).standing)
      }),
    )
  })

  it('shows good only what is good, has a value, is in time and comes over a live feed', () => {
    fc.assert(
      fc.property(reading, instant, fc.boolean(), (latest, now, alive) => {
        const isGood = latest.quality === 'good' && latest.value !== null && now <= latest.validUntil && alive
        expect(standingOf(latest, at(now), alive).standing === 'good').toBe(isGood)
      }),
    )
  })

  it('keeps the last value to show beside the mark, and never a negative age', () => {
    fc.assert(
      fc.property(reading, instant, (latest, now) => {
        const shown = standingOf(latest, at(now), true)
        expect(shown.value).toBe(latest.value)
        expect(shown.ageMs).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('is still good at validUntil and expired a millisecond later', () => {
    const latest = LatestReading.parse({ value: 1, quality: 'good', reason: null, at: 1_000, validUntil: 3_500 })
    expect(standingOf(latest, at(3_500), true).standing).toBe('good')
    expect(standingOf(latest, at(3_501), true)).toEqual({
      standing: 'expired',
      value: 1,
      reason: 'expired',
      ageMs: 2_501,
    })
  })

  it('says that nothing ever came where nothing ever came', () => {
    expect(standingOf(null, at(5), true)).toEqual({ standing: 'none', value: null, reason: null, ageMs: null })
  })
})
