import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { Alarm } from '../../core/contract/alarm.ts'
import { RulePrecision } from '../../core/contract/http.ts'
import { EngineState, RuleEngine } from '../../core/rules/engine.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { loadGatewayConfig } from '../../platform/site/loaded-gateway.ts'
import { openGatewayStore } from '../../gateway/store/open.ts'
import { systemClock } from '../../platform/clock.ts'
import {
  type Desk,
  signIn,
  startControl,
  startGateway,
  writeControlConfig,
  writeSiteConfig,
} from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { openPhone } from '../support/phone.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { quietLog } from '../support/quiet-log.ts'
import { until } from '../support/until.ts'
import { DATING } from '../gateway/store/world.ts'

const DAY = 86_400_000
const POINT = 'feeder-meter/active-power'

/** A site that puts its signs together, where one that is strong enough is enough. */
async function writeActiveSite(options: Parameters<typeof writeSiteConfig>[0]): Promise<string> {
  const path = await writeSiteConfig(options)
  const site = parse(await readFile(path, 'utf8')) as { rules: object[] }
  const more = {
    remoteConfig: 'unsigned',
    load: { meter: POINT, declared: 3_000 },
    activity: { watch: 0.5, alarm: 1, critical: 9 },
  }
  await writeFile(path, stringify({ ...site, ...more }))
  return path
}

/** What a gateway has kept of its rules when it has ended. */
function stateOf(folder: string): EngineState {
  const options = { site: 'old-pit', clock: systemClock, dating: () => DATING, log: quietLog() }
  using store = openGatewayStore(join(folder, 'gateway'), options)
  return EngineState.parse(JSON.parse(store.engineState() ?? 'null'))
}

const judge = async (desk: Desk, alarm: string, body: object) => {
  const headers = { cookie: desk.cookie, 'content-type': 'application/json' }
  const answer = await fetch(`${alarm}/feedback`, { method: 'POST', headers, body: JSON.stringify(body) })
  return Alarm.parse(await answer.json())
}
const feedbackAt = async (desk: Desk, alarm: string) =>
  Alarm.parse(await desk.get(`/api/alarms/${alarm}`)).feedback ?? []

/** Which alarms a site's rules raise when its feeder comes alive, going on from what was kept. */
function raisedBy(site: string, saved: EngineState | null): string[] {
  const engine = new RuleEngine(loadGatewayConfig(site).plan, saved)
  engine.restart()
  const from = Date.now()
  for (let second = 0; second < 120; second += 1) {
    const at = UtcMs.parse(from + second * 1_000)
    const reading: Reading = {
      ...{
        device: 'feeder-meter',
        point: 'active-power',
        value: second < 30 ? 0 : 18_500,
        quality: 'good',
        reason: null,
      },
      ...{ at, mono: MonoMs.parse(second * 1_000), validUntil: UtcMs.parse(at + 5_000) },
    }
    engine.take([reading])
    engine.advance({ at, mono: second * 1_000 })
  }
  return engine.transitions().flatMap(({ kind, rule }) => (kind === 'raise' ? [rule] : []))
}

describe('what people found out about an alarm', () => {
  it('reaches the rules of the gateway over the broker, once, and is there after a start of each side', async () => {
    await using folder = await testFolder()
    await using meter = await openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 228, 'current-l1': 0 })
    await using phone = await openPhone()
    const broker = { port: await freePort() }
    const control = await writeControlConfig({
      folder: folder.path,
      httpPort: await freePort(),
      broker,
      phones: [phone.url],
    })
    const site = await writeActiveSite({
      ...{ folder: folder.path, meterPort: meter.port, brokerUrl: `mqtt://127.0.0.1:${broker.port}` },
    })
    let password: string
    {
      await using room = await startControl(control)
      await using gateway = await startGateway(site)
      password = room.facts.administratorPassword ?? ''
      const desk = await signIn(room.facts.url, password)
      await until('the site', () => desk.site('old-pit'))
      meter.set({ 'active-power': 18_500, 'voltage-l1': 228, 'current-l1': 31.2 })
      const alarm = await until('an alarm of the site', async () =>
        (await desk.alarms()).find(({ rule }) => rule === 'site-activity'),
      )
      const { id } = alarm
      await judge(desk, `${room.facts.url}/api/alarms/${id}`, {
        kind: 'known-appliance',
        power: 4_000,
        until: Date.now() + DAY,
        note: 'a heater',
      })
      await until('the answer', async () => (await feedbackAt(desk, id))[0]?.state === 'refused')
      expect((await feedbackAt(desk, id))[0]?.answer).toBe(
        'too-much: expected an appliance of at most 3000 W, came 4000 W',
      )
      await judge(desk, `${room.facts.url}/api/alarms/${id}`, {
        kind: 'sensor-fault',
        point: POINT,
        until: Date.now() + DAY,
        note: 'wired wrong',
      })
      await until('the answer', async () => (await feedbackAt(desk, id))[1]?.state === 'applied')
      await gateway.stop()
      await judge(desk, `${room.facts.url}/api/alarms/${id}`, {
        kind: 'known-appliance',
        power: 2_000,
        until: Date.now() + DAY,
      })
      expect((await feedbackAt(desk, id))[2]?.state).toBe('pending')
      const { types } = RulePrecision.parse(await desk.get('/api/rules/precision'))
      expect(types.find(({ ruleType }) => ruleType === 'site-activity')).toMatchObject({ alarms: 1, wrong: 1 })
      await room.stop()
    }
    const first = stateOf(folder.path)
    expect(first.feedback).toHaveLength(1)
    expect(raisedBy(site, null)).toContain('site-activity')
    expect(raisedBy(site, first)).not.toContain('site-activity')

    // What was said while the gateway was away reaches it, though the broker has forgotten it too.
    {
      await using room = await startControl(control)
      await using gateway = await startGateway(site)
      const desk = await signIn(room.facts.url, password)
      const [alarm] = (await desk.alarms('all')).filter(({ rule }) => rule === 'site-activity').slice(-1)
      await until('the answer', async () => (await feedbackAt(desk, alarm?.id ?? ''))[2]?.state === 'applied')
      await gateway.stop()
      await room.stop()
    }
    const second = stateOf(folder.path)
    expect(second.feedback).toHaveLength(2)
    expect(second.feedback?.[0]).toBe(first.feedback?.[0])
  })
})
