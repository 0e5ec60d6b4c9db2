import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { BorrowedBus, SearchedBus } from '../../../gateway/field-page/borrowed-bus.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import type { FieldBus, Purpose } from '../../../gateway/link/field-bus.ts'
import { systemClock } from '../../../platform/clock.ts'
import { tcpConnect } from '../../../platform/serial/tcp-channel.ts'
import type { Listener } from '../../../sim/listen.ts'
import { serveBus } from '../../../sim/modbus/bus.ts'
import { quietLog } from '../../support/quiet-log.ts'

const never = new AbortController().signal
const READ = { table: 'holding-register', address: 0, quantity: 1, withinMs: 30 } as const

describe('a bus that is lent to a technician', () => {
  let line: Listener
  beforeAll(async () => {
    line = await serveBus({ kind: 'rtu-over-tcp', host: '127.0.0.1', port: 0, stations: [] })
  })
  afterAll(() => line.close())

  /** A bus on which nobody answers, and how often it has connected. */
  const deadBus = (): { bus: FieldBus; connections: () => number } => {
    let count = 0
    const config = Bus.parse({ id: 'main', kind: 'rtu-over-tcp', host: '127.0.0.1', port: line.port, timeout: '100ms' })
    const connect = tcpConnect('127.0.0.1', line.port)
    const counted: typeof connect = (events, signal) => {
      count += 1
      return connect(events, signal)
    }
    return { bus: openBus(config, { clock: systemClock, log: quietLog(), connect: counted }), connections: () => count }
  }
  const askAll = async (bus: Pick<FieldBus, 'read'>, purpose: Purpose) => {
    for (let unit = 1; unit <= 8; unit += 1)
      await expect(bus.read({ ...READ, unit, purpose }, never)).rejects.toThrow('no answer')
  }

  it('is searched without being given up as dead, and at the expense of nobody else', async () => {
    const [probed, searched] = [deadBus(), deadBus()]
    await askAll(probed.bus, 'probe')
    expect([probed.bus.mayProbe(), probed.connections()]).toEqual([false, 3])
    await askAll(new SearchedBus(searched.bus, systemClock), 'probe')
    expect([searched.bus.mayProbe(), searched.connections()]).toEqual([true, 1])
    expect(searched.bus.counters()).toMatchObject({ timeouts: 8, state: 'up' })
    probed.bus.close()
    searched.bus.close()
  })

  it('takes no more than a quarter of the time for a search', async () => {
    const { bus } = deadBus()
    const startedAt = performance.now()
    await askAll(new SearchedBus(bus, systemClock), 'command')
    const passedMs = performance.now() - startedAt
    expect(bus.counters().busyMs / passedMs).toBeLessThan(0.3)
    bus.close()
  })

  it('writes nothing and stays open', async () => {
    const { bus } = deadBus()
    const lent = new BorrowedBus(bus)
    await expect(lent.write()).rejects.toMatchObject({ code: 'http/forbidden' })
    lent.close()
    await askAll(bus, 'search')
    bus.close()
  })
})
