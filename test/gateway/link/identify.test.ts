import { describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import { systemClock } from '../../../platform/clock.ts'
import { testFolder } from '../../support/processes.ts'
import { type ServedOn, type ServedUnits, startPtyPair, startPymodbus } from '../../support/pymodbus.ts'
import { quietLog } from '../../support/quiet-log.ts'

const never = new AbortController().signal
const units = { 1: { 'holding-register': { 0: [1] } } }

/** What a bus to an independent server of that kind is told of unit 1. */
async function identified(kind: ServedOn['mode'], served: ServedUnits): Promise<ReadonlyMap<number, string> | null> {
  await using folder = await testFolder()
  await using pair = await startPtyPair(folder.path)
  await using server = await startPymodbus(
    kind === 'rtu' ? { mode: kind, path: pair.ends[1], baud: 115_200 } : { mode: kind },
    served,
  )
  const where = kind === 'rtu' ? { path: pair.ends[0], baud: 115_200 } : { host: '127.0.0.1', port: server.port }
  const bus = openBus(Bus.parse({ id: 'bus', kind, ...where }), { clock: systemClock, log: quietLog() })
  try {
    return await bus.identify(1, {}, never)
  } finally {
    bus.close()
  }
}

describe.each(['rtu', 'rtu-over-tcp', 'tcp'] as const)('an identity over %s', (kind) => {
  it('is what the device tells of itself', async () => {
    const identity = { 0: 'Baiya Instruments', 1: 'BY-630', 2: 'V1.2', 4: 'three-phase meter' }
    const texts = await identified(kind, { units, identity })
    expect(texts).toMatchObject(new Map(Object.entries(identity).map(([id, text]) => [Number(id), text])))
  })

  it('is null for a device that has none', async () => {
    expect(await identified(kind, { units })).toBeNull()
  })
})
