import { describe, expect, it } from 'vitest'
import { signIn, startControl, startGateway, writeControlConfig, writeSiteConfig } from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { openPhone } from '../support/phone.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { startInflux, startMosquitto } from '../support/servers.ts'
import { until } from '../support/until.ts'

describe('the whole chain through Mosquitto and InfluxDB', () => {
  it('carries a register at a closed pit to an alarm that a person acknowledges', async () => {
    await using folder = await testFolder()
    await using mosquitto = await startMosquitto()
    await using influx = await startInflux()
    await using meter = await openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 0, 'current-l1': 0 })
    await using first = await openPhone()
    await using second = await openPhone()
    const startedAt = Date.now()
    const control = await writeControlConfig({
      folder: folder.path,
      httpPort: await freePort(),
      broker: { url: mosquitto.url },
      history: { url: influx.url, database: 'county' },
      phones: [first.url, second.url],
      escalateAfter: '2s',
    })
    const site = await writeSiteConfig({ folder: folder.path, meterPort: meter.port, brokerUrl: mosquitto.url })
    await using room = await startControl(control)
    await using _gateway = await startGateway(site)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')

    await until('a quiet site with good values', async () => {
      const detail = await desk.site('old-pit')
      return detail?.points.every(({ latest }) => latest?.quality === 'good')
    })
    expect(await desk.alarms()).toEqual([])

    meter.set({ 'active-power': 18_500, 'voltage-l1': 228.4, 'current-l1': 31.2 })
    const alarm = await until('an open alarm', async () => (await desk.alarms())[0])
    expect(alarm).toMatchObject({ site: 'old-pit', rule: 'dead-feeder', state: 'unacked', priority: 'red' })
    expect(alarm.explanation.values).toMatchObject({ value: 18_500, limit: 1_000 })
    const told = await until('the first officer to be told', () => first.messages[0])
    expect(told.text).toMatch(/18\.5/)
    expect(told.site['zh-CN']).toBe('试验废井')
    const escalated = await until('the second officer to be told', () => second.messages[0])
    expect(escalated.kind).toBe('escalation')

    await desk.acknowledge(alarm.id, '已派人到现场核查')
    const heard = [first.messages.length, second.messages.length]
    const acknowledged = await until('the acknowledgement', async () =>
      (await desk.alarms()).find(({ state }) => state === 'acked'),
    )
    expect(acknowledged.acknowledgement).toMatchObject({ by: 'admin', note: '已派人到现场核查', via: 'desk' })

    meter.set({ 'active-power': 0, 'voltage-l1': 0, 'current-l1': 0 })
    await until('the alarm to be closed', async () => (await desk.alarms()).length === 0)
    const [closed] = await desk.alarms('all')
    expect(closed).toMatchObject({ id: alarm.id, state: 'closed' })
    expect(closed?.returnedAt).not.toBeNull()
    expect([first.messages.length, second.messages.length]).toEqual(heard)

    const trend = await until('the step in the trend', async () => {
      const history = await desk.history('feeder-meter/active-power', startedAt - 1_000, Date.now() + 1_000)
      return history.max.includes(18_500) && history
    })
    expect(trend.source).toBe('influxdb')
    const kept = await fetch(
      `${influx.url}/query?db=county&q=${encodeURIComponent(`select count(value) from power where site = 'old-pit'`)}`,
    ).then((answer) => answer.json() as Promise<{ results: { series: { values: [string, number][] }[] }[] }>)
    expect(kept.results[0]?.series[0]?.values[0]?.[1]).toBe(trend.readings)
    expect(await desk.get('/api/ledger/verdict')).toMatchObject({ intact: true })
  })

  it('starts without broker, InfluxDB and device, says so, and takes up its work when they come', async () => {
    await using folder = await testFolder()
    await using phone = await openPhone()
    const ports = { broker: await freePort(), http: await freePort(), influx: await freePort() }
    const control = await writeControlConfig({
      folder: folder.path,
      httpPort: ports.http,
      broker: { url: `mqtt://127.0.0.1:${ports.broker}` },
      history: { url: `http://127.0.0.1:${ports.influx}`, database: 'county' },
      phones: [phone.url],
    })
    const deadMeter = await freePort()
    const site = await writeSiteConfig({
      folder: folder.path,
      meterPort: deadMeter,
      brokerUrl: `mqtt://127.0.0.1:${ports.broker}`,
    })
    await using room = await startControl(control)
    await using gateway = await startGateway(site)
    const health = (await fetch(`${room.facts.url}/api/health`).then((answer) => answer.json())) as {
      broker: string
      history: { ok: boolean }
    }
    expect(health.broker).toBe('disconnected')
    expect(health.history.ok).toBe(false)
    await until('both to name what is missing', () => /mqtt\/refused|link\/down/.test(gateway.output()))
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    expect(await desk.alarms()).toEqual([])
  })
})
