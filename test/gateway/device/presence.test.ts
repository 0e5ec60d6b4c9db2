import { describe, expect, it } from 'vitest'
import { Presence } from '../../../gateway/device/presence.ts'
import { handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'

function present() {
  const log = quietLog()
  const wire = handClock()
  const bus = { id: 'line', timeoutMs: 1_000, mayProbe: () => true }
  const check = 'its wiring'
  return { log, wire, bus, presence: new Presence({ device: 'meter', bus, log, wire, address: { unit: 7 }, check }) }
}

describe('the presence of a device', () => {
  it('is in doubt until its first answer, after a silence and after a doubt', () => {
    const { presence } = present()
    expect(presence.isDoubted).toBe(true)
    expect(presence.answered()).toBe(false)
    expect(presence.isDoubted).toBe(false)
    presence.doubt()
    expect([presence.isDoubted, presence.silentTimes, presence.answered()]).toEqual([true, 0, false])
    presence.silent()
    expect([presence.isDoubted, presence.silentTimes, presence.answered()]).toEqual([true, 1, true])
  })

  it('is told when it is lost for good and when it is back, not for one miss', () => {
    const { presence, log } = present()
    presence.silent()
    presence.answered()
    expect(log.lines).toEqual([])
    for (let times = 0; times < 5; times += 1) presence.silent()
    presence.answered()
    expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'device does not answer; check its wiring'],
      ['info', 'device answers again'],
    ])
    expect(log.lines[0]?.facts).toEqual({ code: 'link/timeout', device: 'meter', bus: 'line', unit: 7 })
  })

  it('is asked for again after a pause of its own, and only while the bus has time', async () => {
    const { presence, wire, bus } = present()
    presence.silent()
    expect(presence.mayProbe()).toBe(true)
    presence.silent()
    expect(presence.mayProbe()).toBe(false)
    await wire.advance(2_000)
    expect(presence.mayProbe()).toBe(true)
    bus.mayProbe = () => false
    expect(presence.mayProbe()).toBe(false)
  })
})
