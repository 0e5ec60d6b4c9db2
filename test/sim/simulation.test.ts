import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Bus } from '../../core/contract/site.ts'
import { askItem } from '../../gateway/drivers/dlt645/ask-item.ts'
import { openBus } from '../../gateway/link/bus.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { keptCounters } from '../../sim/counters.ts'
import { openPty } from '../../sim/pty.ts'
import { scenarioOf } from '../../sim/scenario.ts'
import { openSimulation, type Simulation } from '../../sim/simulation.ts'
import { handClock } from '../support/hand-clock.ts'
import { testFolder } from '../support/processes.ts'
import { quietLog } from '../support/quiet-log.ts'

const host = '127.0.0.1'
const deps = { clock: systemClock, log: quietLog() }
const METER = { address: '000000202601', purpose: 'poll' } as const
const NUMBER = '04000402'
const OPENINGS = '03300D00'

function shipo(clock: Clock, counters?: string): Promise<Simulation> {
  const options = {
    sites: COUNTY_SITES.filter(({ site }) => site.id === 'shipo-pit'),
    world: { seed: 1, scenario: scenarioOf('night') },
    ...{ host, addresses: {}, cameras: { user: 'u', password: 'p' }, broker: null },
    origin: clock.now(),
  }
  return openSimulation(counters === undefined ? options : { ...options, counters: keptCounters(counters) }, {
    ...{ clock, log: deps.log },
  })
}

/** What the gateway's own bus reads of the billing meter, low byte first as hexadecimal digits. */
async function read(item: string, on: Record<string, unknown>): Promise<string> {
  const bus = openBus(Bus.parse({ id: 'billing', baud: 2_400, ...on }), deps)
  try {
    const outcome = await askItem(bus, { ...METER, item }, AbortSignal.timeout(8_000))
    return outcome.kind === 'data' ? Buffer.from(outcome.data).toString('hex') : outcome.kind
  } finally {
    bus.close()
  }
}

function billing(simulation: Simulation): Record<string, unknown> {
  return { kind: 'rtu-over-tcp', host, port: simulation.addresses['bus:shipo-pit/billing'] }
}

describe('a simulated site', () => {
  it('counts a cover that was opened on from where its meter was when the simulator ended', async () => {
    await using folder = await testFolder()
    const counters = join(folder.path, 'counters.json')
    const clock = handClock()
    const seen: string[] = []
    for (let start = 0; start < 2; start++) {
      await using simulation = await shipo(clock, counters)
      seen.push(await read(OPENINGS, billing(simulation)))
      await clock.advance(160_000)
      seen.push(await read(OPENINGS, billing(simulation)))
    }
    expect(seen).toEqual(['020000', '030000', '030000', '040000'])
  })

  it('begins to count anew, and keeps answering, where its counters cannot be read or written', async () => {
    await using folder = await testFolder()
    const counters = join(folder.path, 'a-folder')
    await mkdir(counters)
    await using simulation = await shipo(handClock(), counters)
    expect(await read(OPENINGS, billing(simulation))).toBe('020000')
  })

  it('offers a line as a serial port that can be opened, closed and opened again', async () => {
    await using folder = await testFolder()
    await using simulation = await shipo(systemClock)
    const path = join(folder.path, 'billing.tty')
    const port = simulation.addresses['bus:shipo-pit/billing']!
    await using _pty = await openPty(path, { host, port })
    for (let time = 0; time < 3; time++) {
      expect(await read(NUMBER, { kind: 'rtu', path })).toBe('012620000000')
      // Others that come and go, the last of them with the program's end.
      for (let other = 0; other < 5; other++) await promisify(execFile)('sh', ['-c', `: < '${path}'`])
    }
  })
})
