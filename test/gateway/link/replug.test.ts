import { getEventListeners } from 'node:events'
import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import type { FieldBus } from '../../../gateway/link/field-bus.ts'
import { scaledClock } from '../../../platform/clock.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { startAdapter } from './adapter.ts'
import { startLineDevice, startTcpDevice } from './line-device.ts'

const request = { unit: 1, table: 'holding-register', address: 100, quantity: 2 } as const
/** As many times as fit into this is a serial port plugged in, in ms; a program must be started for each. */
const REPLUG_FOR_MS = 6_000
/** Descriptors and resources that come and go by themselves. */
const SLACK = 3

const soon = () => new Promise((settle) => setTimeout(settle, 1))
const answering = ({ good }: { readonly good: Uint8Array }) => [{ afterMs: 0, bytes: good }]

describe('a line that is lost again and again', () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => void warnings.push(warning)
  const { signal } = new AbortController()

  beforeEach(() => {
    warnings.length = 0
    process.on('warning', onWarning)
  })
  afterEach(() => {
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  /** What this program holds: descriptors, timers, sockets, and listeners of the one signal everything was asked with. */
  const held = () => ({
    descriptors: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length,
    listeners: getEventListeners(signal, 'abort').length,
  })

  /** Transport time runs faster, so that a thousand pauses fit into a test. */
  const opened = (config: object): FieldBus => {
    const clock = scaledClock(Date.now(), Date.now(), 100)
    const common = { id: 'line', timeout: '20s' }
    return openBus(Bus.parse({ ...common, ...config }), { clock, wireClock: clock, log: quietLog() })
  }

  const untilAnswered = async (bus: FieldBus) => {
    for (;;) {
      const answer = await bus.read(request, signal).catch(() => null)
      if (answer?.kind === 'registers') return
      await soon()
    }
  }

  /** Runs cycles while `isOn`, and demands that the program holds as much at the end as it did in the beginning. */
  const endure = async (cycle: () => Promise<void>, isOn: () => boolean, warmUp: number) => {
    for (let count = 0; count < warmUp; count += 1) await cycle()
    const before = held()
    while (isOn()) await cycle()
    const after = held()
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + SLACK)
    expect(after.resources).toBeLessThanOrEqual(before.resources + SLACK)
    expect(after.listeners).toBe(before.listeners)
  }

  it.each([
    ['rtu-over-tcp', startLineDevice],
    ['tcp', startTcpDevice],
  ] as const)(
    'comes back a thousand times over %s and leaves nothing behind',
    async (kind, start) => {
      await using device = await start(answering)
      const bus = opened({ kind, host: '127.0.0.1', port: device.port })
      try {
        const cycle = async () => {
          await untilAnswered(bus)
          await device.cut()
          // What is asked while the loss is not known yet is owed an answer for a while.
          while (bus.counters().state === 'up') await soon()
        }
        await endure(cycle, () => bus.counters().reconnects < 1_000, 20)
      } finally {
        bus.close()
      }
    },
    60_000,
  )

  it('comes back on a serial port that is unplugged and plugged in', async () => {
    await using folder = await testFolder()
    await using device = await startLineDevice(answering)
    const path = `${folder.path}/adapter`
    const bus = opened({ kind: 'rtu', path, baud: 115_200 })
    let plugged = 0
    try {
      const cycle = async () => {
        const adapter = await startAdapter(path, device.port)
        await untilAnswered(bus)
        plugged += 1
        await adapter.stop('SIGKILL')
        while (bus.counters().state === 'up') await soon()
      }
      const endAt = performance.now() + REPLUG_FOR_MS
      await endure(cycle, () => performance.now() < endAt, 3)
      expect(bus.counters().reconnects).toBe(plugged - 1)
      expect(plugged).toBeGreaterThan(10)
    } finally {
      bus.close()
    }
  }, 60_000)
})
