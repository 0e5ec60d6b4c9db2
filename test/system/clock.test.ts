import { appendFile } from 'node:fs/promises'
import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GatewayReport } from '../../core/contract/http.ts'
import { signIn, startControl, writeControlConfig, writeSiteConfig } from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { openPhone } from '../support/phone.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { startProgram } from '../support/program.ts'
import { until } from '../support/until.ts'

/** A machine that wakes in 1970: Debian's faketime moves its wall clock and leaves its monotonic one alone. */
const IN_1970 = {
  LD_PRELOAD: globSync('/usr/lib/*/faketime/libfaketime.so.1')[0] ?? '',
  FAKETIME: '@1970-01-01 00:01:00',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
}

const POINT = 'feeder-meter/active-power'

describe('a gateway that starts in 1970', () => {
  it('is told the time by the control room, and what it read before that ends at the right time there', async () => {
    await using folder = await testFolder()
    await using meter = await openMeter('eastron/sdm630', {
      'active-power': 18_500,
      'voltage-l1': 230,
      'current-l1': 30,
    })
    await using phone = await openPhone()
    const ports = { broker: await freePort(), http: await freePort() }
    const control = await writeControlConfig({
      folder: folder.path,
      httpPort: ports.http,
      broker: { port: ports.broker },
      phones: [phone.url],
    })
    await appendFile(control, 'clock: { within: 200ms }\n')
    const brokerUrl = `mqtt://127.0.0.1:${ports.broker}`
    const site = await writeSiteConfig({ folder: folder.path, meterPort: meter.port, brokerUrl })
    const startedAt = Date.now()
    await using gateway = await startProgram<{ site: string }>(['gateway', site], IN_1970)
    await until('an alarm while nobody has told it the time', () => gateway.output().includes('alarm raise'))
    expect(gateway.output()).toContain('1970-01-01')
    const aloneUntil = Date.now()

    await using room = await startControl(control)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    const latest = await until('live values of now', async () => {
      const detail = await desk.site('old-pit')
      const found = detail?.points.find(({ point }) => point === 'active-power')?.latest
      return found !== null && found !== undefined && Math.abs(found.at - Date.now()) < 60_000 && found
    })
    expect(latest.uncertaintyMs).toBeLessThan(5_000)

    const alarm = await until('the alarm', async () => (await desk.alarms())[0])
    expect(alarm.raisedAt).toBeGreaterThan(startedAt - 5_000)
    expect(alarm.raisedAt).toBeLessThan(aloneUntil + 5_000)
    expect(alarm.clock?.recordedAt).toBeLessThan(3_600_000)
    expect(alarm.clock?.uncertaintyMs).toBeLessThan(5_000)

    const trend = await until(
      'what was read before it knew the time',
      async () => {
        const history = await desk.history(POINT, startedAt - 60_000, Date.now() + 60_000)
        return history.at.some((at) => at < aloneUntil) && history
      },
      90_000,
    )
    expect(Math.min(...trend.at)).toBeGreaterThan(startedAt - 5_000)
    expect((await desk.history(POINT, 0, 100_000_000)).readings).toBe(0)

    const { health } = GatewayReport.parse(
      await until('its health', async () => {
        const report = GatewayReport.parse(await desk.get('/api/sites/old-pit/gateway'))
        return report.health !== null && report
      }),
    )
    expect(health?.clock).toMatchObject({ source: 'control-room' })
    expect(health?.clock.systemAheadMs).toBeLessThan(-50 * 365 * 86_400_000)
  }, 180_000)
})
