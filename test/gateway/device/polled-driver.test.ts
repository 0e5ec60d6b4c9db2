import { describe, expect, it } from 'vitest'
import { BusDevice } from '../../../core/contract/site.ts'
import { polledDriver } from '../../../gateway/device/polled-driver.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { fakeMemory, runClock } from '../drivers/modbus/fake-bus.ts'

describe('the driver of a polled device', () => {
  it('waits for a round that is weeks away, and no single timer is longer than the system can count', async () => {
    const clock = runClock()
    const slept: number[] = []
    const watched = {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal) => {
        slept.push(ms)
        return clock.sleep(ms, signal)
      },
    }
    const dueMs = 900 * 3_600_000 + 5
    const rounds: number[] = []
    const ended = new AbortController()
    const reader = {
      waitMs: () => dueMs - clock.mono(),
      round: () => {
        rounds.push(clock.mono())
        ended.abort()
        return Promise.resolve([])
      },
      health: () => {
        throw new Error('not asked')
      },
      keep: () => undefined,
    }
    const device = BusDevice.parse({ id: 'd', profile: 'maker/model', bus: 'bus', unit: 1 })
    const driver = polledDriver(reader, { device, clock: watched, log: quietLog(), memory: fakeMemory() })
    for await (const batch of driver.batches(ended.signal)) expect(batch.readings).toEqual([])
    expect(rounds).toEqual([dueMs])
    expect(slept.every((ms) => ms < 2 ** 31)).toBe(true)
  })
})
