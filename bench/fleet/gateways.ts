import { setTimeout as sleep } from 'node:timers/promises'
import { bootId, systemClock } from '../../platform/clock.ts'
import { percentile } from '../bench.ts'
import { type GatewayTally, SimulatedGateway } from './gateway.ts'
import { PERIOD_MS } from './site.ts'

export interface FleetTally {
  readonly gateways: readonly GatewayTally[]
  /** From the sending of a range to its receipt, ms. */
  readonly receiptP50Ms: number
  readonly receiptP99Ms: number
  readonly receiptMaxMs: number
  readonly waiting: number
}

/**
 * A process of its own that is many simulated gateways, each with its own connection. Arguments: broker address, how many, and how long
 * a range is gathered, ms. It is asked by messages: `state` tells how many are born, `begin` lets them read, `end` closes and waits.
 */
const [url = '', count = '0', rangeMs = '60000'] = process.argv.slice(2)
const dating = {
  ...{ boot: bootId(systemClock), offsetMs: Math.round(Date.now() - systemClock.mono()) },
  ...{ uncertaintyMs: 1, source: 'ntp' as const },
}
const gateways: SimulatedGateway[] = []
const timers: NodeJS.Timeout[] = []
process.on('message', (order: { readonly kind: 'state' | 'begin' | 'end' }) => void answer(order.kind))
process.once('disconnect', () => process.exit(0))
void connectAll()

async function connectAll(): Promise<void> {
  for (let index = 0; index < Number(count); index += 1) {
    gateways.push(new SimulatedGateway(url, index, dating))
    // Not all at the same moment.
    if (index % 20 === 19) await sleep(25)
  }
}

async function answer(kind: 'state' | 'begin' | 'end'): Promise<void> {
  if (kind === 'state') process.send?.({ born: gateways.filter(({ isBorn }) => isBorn).length })
  else if (kind === 'begin') {
    begin()
    process.send?.({})
  } else process.send?.(await end())
}

/** Each has its own place in the period, so that the load is even, as it is in a county. */
function begin(): void {
  for (const [index, gateway] of gateways.entries()) {
    const share = index / gateways.length
    timers.push(
      setTimeout(() => {
        gateway.read()
        timers.push(setInterval(() => gateway.read(), PERIOD_MS))
      }, share * PERIOD_MS),
      setTimeout(() => timers.push(setInterval(() => gateway.close(), Number(rangeMs))), share * Number(rangeMs)),
      setInterval(() => gateway.remind(), 5_000),
    )
  }
}

async function end(): Promise<FleetTally> {
  for (const timer of timers) clearTimeout(timer)
  for (const gateway of gateways) gateway.close()
  for (let tries = 0; tries < 600 && !gateways.every(({ isEmpty }) => isEmpty); tries += 1) await sleep(100)
  const latencies = gateways.flatMap((gateway) => [...gateway.latencies])
  const tally = {
    gateways: gateways.map((gateway) => gateway.tally),
    receiptP50Ms: percentile(latencies, 0.5),
    receiptP99Ms: percentile(latencies, 0.99),
    receiptMaxMs: latencies.reduce((most, one) => Math.max(most, one), 0),
    waiting: gateways.filter(({ isEmpty }) => !isEmpty).length,
  }
  await Promise.all(gateways.map((gateway) => gateway.end()))
  return tally
}
