import { describe, expect, it } from 'vitest'
import { armed, type Given, Watch } from '../world.ts'
import { wobble } from './known-load.ts'

const HOUR = 3_600
const DAY = 86_400
const rule: Given = { type: 'power-drop', quantity: 'power', with: { voltage: ['meter/ua', 'meter/ub'] } }

/** Cameras and lamps always, a pump for half an hour in every four, a heater by its thermostat. */
const normal = (s: number) =>
  900 + 40 * wobble(s) + (s % (4 * HOUR) < 1_800 ? 22_000 : 0) + (s % 1_200 < 500 ? 2_000 : 0)

/** Four days at a reading a minute, then two hours at one in five seconds. */
const play = (watch: Watch, power: (s: number) => number | undefined, volts: (s: number) => number = () => 230) => {
  const points = { 'meter/ua': volts, 'meter/ub': volts, 'meter/value': power }
  return watch.play(0, 4 * DAY, points, 60).play(4 * DAY + 5, 4 * DAY + 2 * HOUR, points, 5)
}
const gone = (s: number) => s >= 4 * DAY + HOUR && s < 4 * DAY + 1.5 * HOUR

describe('power-drop', () => {
  it('tells within ten seconds that what is always drawn is gone while the line is live (domain P14)', () => {
    const watch = play(new Watch(armed(rule)), (s) => (gone(s) ? 4 : normal(s)))
    expect(watch.story).toBe(`raise@${4 * DAY + HOUR + 10} clear@${4 * DAY + 1.5 * HOUR + 60}`)
    expect(watch.zh(0)).toMatch(/^功率骤降到 4 W，而线路仍带电。最近几天本站任何时候都不低于 [89]\d\d W/)
    expect(watch.run().strength).toBe(2)
  })

  it('leaves an outage alone, and every pump and heater that stops', () => {
    expect(
      play(
        new Watch(armed(rule)),
        (s) => (gone(s) ? 0 : normal(s)),
        (s) => (gone(s) ? 2 : 230),
      ).story,
    ).toBe('')
    expect(play(new Watch(armed(rule)), normal).story).toBe('')
  })

  it('says nothing of a feeder that is often dead, of what fades, or of what fell while nobody looked', () => {
    const feeder = (s: number) => (s % (4 * HOUR) < 1_800 ? 22_000 : 0)
    expect(play(new Watch(armed(rule)), feeder).story).toBe('')
    const fade = (s: number) => (s < 4 * DAY ? normal(s) : Math.max(0, 900 * (1 - (s - 4 * DAY) / HOUR)))
    expect(play(new Watch(armed(rule)), fade).story).toBe('')
    const unseen = (s: number) =>
      s > 4 * DAY + 600 && s < 4 * DAY + 900 ? undefined : s >= 4 * DAY + 900 ? 3 : normal(s)
    expect(play(new Watch(armed(rule)), unseen).story).toBe('')
  })
})
