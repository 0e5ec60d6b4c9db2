import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import {
  type ControlOptions,
  signIn,
  startControl,
  startGateway,
  writeControlConfig,
  writeSiteConfig,
} from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { openPhone } from '../support/phone.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { until } from '../support/until.ts'

/** How often each is killed. Every round is a fresh alarm with the knife at another place in the chain. */
const ROUNDS = 6

async function world(folder: string, escalateAfter: string) {
  const meter = await openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 0, 'current-l1': 0 })
  const phone = await openPhone()
  const ports = { broker: await freePort(), http: await freePort() }
  const options: ControlOptions = {
    folder,
    httpPort: ports.http,
    broker: { port: ports.broker },
    phones: [phone.url],
    escalateAfter,
  }
  const control = await writeControlConfig(options)
  const site = await writeSiteConfig({
    folder,
    meterPort: meter.port,
    brokerUrl: `mqtt://127.0.0.1:${ports.broker}`,
    every: '100ms',
  })
  const dispose = async () => {
    await meter[Symbol.asyncDispose]()
    await phone[Symbol.asyncDispose]()
  }
  return { meter, phone, control, site, [Symbol.asyncDispose]: dispose }
}

const isRaised = (alarm: Alarm) => alarm.state === 'unacked'

describe('kill −9 in the middle of the chain', () => {
  it('of the gateway loses no alarm and tells none twice', async () => {
    await using folder = await testFolder()
    await using here = await world(folder.path, '10min')
    await using room = await startControl(here.control)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    for (let round = 0; round < ROUNDS; round++) {
      const gateway = await startGateway(here.site)
      await until('live values', async () =>
        (await desk.site('old-pit'))?.points.some(
          ({ latest }) => latest?.value === 0 && latest.validUntil > Date.now(),
        ),
      )
      here.meter.set({ 'active-power': 20_000 + round })
      await until('the meter to be asked', () => here.meter.firstAskedAt())
      // From before the commit to after the receipt.
      await new Promise((passed) => setTimeout(passed, round * 12))
      await gateway.kill()
      await using again = await startGateway(here.site)
      const alarm = await until('the alarm', async () => (await desk.alarms()).find(isRaised))
      await until('the officer to be told', () => here.phone.messages.some((message) => message.alarm === alarm.id))
      await desk.acknowledge(alarm.id, '演练：网关被强行结束')
      here.meter.set({ 'active-power': 0 })
      await until('the alarm to close', async () => (await desk.alarms()).length === 0)
      await again.stop()
    }
    const raised = here.phone.messages.filter(({ kind }) => kind === 'raise').map(({ alarm }) => alarm)
    expect(raised).toHaveLength(ROUNDS)
    expect(new Set(raised).size).toBe(ROUNDS)
    expect(await desk.get('/api/ledger/verdict')).toMatchObject({ intact: true })
  })

  it('of the control room loses no alarm and tells none twice', async () => {
    await using folder = await testFolder()
    await using here = await world(folder.path, '10min')
    let room = await startControl(here.control)
    const password = room.facts.administratorPassword ?? ''
    await using _gateway = await startGateway(here.site)
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const before = await signIn(room.facts.url, password)
        await until('live values', async () =>
          (await before.site('old-pit'))?.points.some(
            ({ latest }) => latest?.value === 0 && latest.validUntil > Date.now(),
          ),
        )
        here.meter.set({ 'active-power': 20_000 + round })
        await until('the meter to be asked', () => here.meter.firstAskedAt())
        await new Promise((passed) => setTimeout(passed, round * 12))
        await room.kill()
        room = await startControl(here.control)
        expect(room.facts.administratorPassword).toBeNull()
        const desk = await signIn(room.facts.url, password)
        const alarm = await until('the alarm', async () => (await desk.alarms()).find(isRaised))
        await until('the officer to be told', () => here.phone.messages.some((message) => message.alarm === alarm.id))
        await desk.acknowledge(alarm.id, '演练：中心被强行结束')
        here.meter.set({ 'active-power': 0 })
        await until('the alarm to close', async () => (await desk.alarms()).every(({ rule }) => rule !== 'dead-feeder'))
      }
      const desk = await signIn(room.facts.url, password)
      const dead = (await desk.alarms('all')).filter(({ rule }) => rule === 'dead-feeder')
      expect(dead).toHaveLength(ROUNDS)
      const raised = here.phone.messages.filter(
        ({ kind, alarm }) => kind === 'raise' && alarm?.includes('dead-feeder') === true,
      )
      // A message whose answer the killed process never saw may come again under the same notice id; a notice is never new.
      expect(new Set(raised.map(({ notice }) => notice)).size).toBe(ROUNDS)
      expect(await desk.get('/api/ledger/verdict')).toMatchObject({ intact: true })
    } finally {
      await room.stop()
    }
  })
})
