import { describe, expect, it } from 'vitest'
import { NIGHT, sitePlan, Watch } from '../world.ts'
import { knownLoad, wobble } from './known-load.ts'

const HOUR = 3_600
const DAY = 86_400

/** Hours since 20:00 of the evening before; NIGHT begins at 02:00. */
const intoNight = (s: number) => (((s / HOUR + 6) % 24) + 24) % 24
const night = (s: number) => Math.floor((s + 6 * HOUR) / DAY)

const watchOf = () =>
  new Watch(
    sitePlan({
      rules: [{ type: 'night-regularity', quantity: 'power' }],
      load: { meter: 'meter/value', declared: 8_000 },
      view: knownLoad(),
    }),
  )

/** 4 kW from 23:00 to 03:20 each night, with a quarter of an hour of jitter. */
const shift = (s: number) => {
  const from = 3 + 0.25 * wobble(night(s))
  const hours = intoNight(s)
  return 300 + 100 * wobble(s) + (hours >= from && hours < from + 4.3 ? 4_000 : 0)
}

describe('night-regularity', () => {
  it('finds a shift that works three nights, on the third morning (domain P8)', () => {
    const watch = watchOf().series(0, 4 * DAY, (s) => (night(s) === 0 ? 300 : shift(s)), 30)
    // Nights 1, 2 and 3 are alike; the third ends at 06:00, 3 days and 4 hours after 02:00.
    expect(watch.told[0]?.kind).toBe('raise')
    expect(watch.story).toBe(`raise@${3 * DAY + 4 * HOUR} clear@${3 * DAY + 5 * HOUR}`)
    expect(watch.zh(0)).toMatch(/^已连续 3 夜用电规律相同：每夜 夜间 (2[23]|00):\d\d:\d\d 起约一小时/)
    expect(watch.en(0)).toMatch(
      /alike for 3 nights in a row.*correlation with the night before is 0\.\d+, the limit 0\.6/,
    )
    expect(watch.run().strength).toBe(2.5)
  })

  it.each([
    ['heating that follows a cold night', (s: number) => 2_000 + 260 * intoNight(s) + 150 * wobble(s)],
    [
      'a thermostat that switches every quarter of an hour',
      (s: number) => ((s + 700 * wobble(night(s))) % 1_800 < 900 ? 3_000 : 200),
    ],
    [
      'a kettle at the same hours',
      (s: number) => (Math.abs(intoNight(s) - 3) < 0.1 || Math.abs(intoNight(s) - 7) < 0.1 ? 2_000 : 200),
    ],
    ['a pump that runs as the water rises', (s: number) => ((s + 3_000 * night(s)) % 13_000 < 1_800 ? 11_000 : 200)],
    ['work by day', (s: number) => (intoNight(s) > 12 && intoNight(s) < 20 ? 9_000 : 200)],
  ])('does not take %s for it', (_what, value) => {
    expect(watchOf().series(0, 8 * DAY, value, 30).story).toBe('')
  })

  it('compares no night of which too little was seen', () => {
    const seen = (s: number) => intoNight(s) < 4 || intoNight(s) > 8
    expect(watchOf().series(0, 6 * DAY, (s) => (seen(s) ? shift(s) : undefined), 30).story).toBe('')
  })

  it('starts to count anew after a night that was not alike', () => {
    const watch = watchOf().series(0, 7 * DAY, (s) => (night(s) === 3 ? 300 : shift(s)), 30)
    expect(watch.told[0]?.at).toBe(NIGHT + (6 * DAY + 4 * HOUR) * 1_000)
  })
})
