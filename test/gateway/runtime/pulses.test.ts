import { describe, expect, it } from 'vitest'
import { Pulses } from '../../../gateway/runtime/pulses.ts'

describe('how devices go on through a change', () => {
  it('is the longest gap from before the change to the first batch after it, beside the usual one', () => {
    const pulses = new Pulses()
    for (const at of [0, 100, 220, 320]) pulses.heard('meter', at)
    const watch = pulses.watch(['meter'])
    pulses.heard('meter', 470)
    watch.changed()
    pulses.heard('meter', 560)
    pulses.heard('meter', 900)
    expect(watch.end(1_000)).toEqual([{ device: 'meter', usualMs: 120, gapMs: 150 }])
  })

  it('counts a device that is not heard again until the watch ends', () => {
    const pulses = new Pulses()
    for (const at of [0, 100]) pulses.heard('meter', at)
    const watch = pulses.watch(['meter'])
    watch.changed()
    expect(watch.end(5_100)).toEqual([{ device: 'meter', usualMs: 100, gapMs: 5_000 }])
  })

  it('leaves out who has not been heard twice, and who was forgotten', () => {
    const pulses = new Pulses()
    for (const device of ['once', 'old', 'old']) pulses.heard(device, 0)
    pulses.forget(['old'])
    expect(pulses.watch(['once', 'old', 'never']).end(1)).toEqual([])
  })

  it('is known when the last of them has been heard after the change', async () => {
    const pulses = new Pulses()
    for (const device of ['a', 'a', 'b', 'b']) pulses.heard(device, 0)
    const watch = pulses.watch(['a', 'b'])
    let known = false
    void watch.all.then(() => (known = true))
    pulses.heard('a', 1)
    watch.changed()
    pulses.heard('b', 1)
    await Promise.resolve()
    expect(known).toBe(false)
    pulses.heard('a', 2)
    await Promise.resolve()
    expect(known).toBe(true)
  })
})
