import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import type { FieldBus } from '../../../gateway/link/field-bus.ts'
import { scaledClock } from '../../../platform/clock.ts'
import { startPtyPair, startPymodbus } from '../../support/pymodbus.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { startLineDevice } from './line-device.ts'

const never = new AbortController().signal
const request = { unit: 1, table: 'holding-register', address: 100, quantity: 2 } as const
const opened = () => readdirSync('/proc/self/fd').length
const resources = () => process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length

/** Transport time runs faster, so that a thousand pauses fit into a test. */
const hurried = () => scaledClock(Date.now(), Date.now(), 100)

const soon = () => new Promise((settle) => setTimeout(settle, 1))

async function untilAnswered(bus: FieldBus): Promise<void> {
  for (;;) {
    const answer = await bus.read(request, never).catch(() => null)
    if (answer?.kind === 'registers') return
    await soon()
  }
}

describe('a line that is lost again and again', () => {
  it('comes back a thousand times and leaves nothing behind', { timeout: 60_000 }, async () => {
    await using device = await startLineDevice(({ good }) => [{ afterMs: 0, bytes: good }])
    const config = {
      id: 'line',
      kind: 'rtu-over-tcp',
      host: '127.0.0.1',
      port: device.port,
      baud: 115_200,
      timeout: '20s',
    }
    const clock = hurried()
    const bus = openBus(Bus.parse(config), { clock, wireClock: clock, log: quietLog() })
    try {
      const cycle = async () => {
        await untilAnswered(bus)
        await device.cut()
        // What is asked while the loss is not known yet is owed an answer for a while.
        while (bus.counters().state === 'up') await soon()
      }
      for (let count = 0; count < 20; count += 1) await cycle()
      const [files, handles] = [opened(), resources()]
      while (bus.counters().reconnects < 1_000) await cycle()
      expect(opened()).toBeLessThanOrEqual(files + 3)
      expect(resources()).toBeLessThanOrEqual(handles + 3)
    } finally {
      bus.close()
    }
  })

  it('comes back on a serial port that is unplugged and plugged in', { timeout: 60_000 }, async () => {
    await using folder = await testFolder()
    const clock = hurried()
    const config = { id: 'line', kind: 'rtu', path: `${folder.path}/line-a`, baud: 115_200, timeout: '20s' }
    const bus = openBus(Bus.parse(config), { clock, wireClock: clock, log: quietLog() })
    const plugged = async () => {
      await using pair = await startPtyPair(folder.path)
      await using _server = await startPymodbus(
        { mode: 'rtu', path: pair.ends[1], baud: 115_200 },
        { units: { 1: { 'holding-register': { 100: [1, 2] } } } },
      )
      await untilAnswered(bus)
    }
    try {
      await plugged()
      const files = opened()
      for (let count = 0; count < 5; count += 1) await plugged()
      expect(bus.counters().reconnects).toBeGreaterThanOrEqual(5)
      expect(opened()).toBeLessThanOrEqual(files + 3)
    } finally {
      bus.close()
    }
  })
})
