import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { systemClock } from '../../platform/clock.ts'
import { serveModem } from '../../sim/modem/serve-modem.ts'
import type { PhoneText } from '../../sim/modem/network.ts'
import {
  type ControlFacts,
  signIn,
  startControl,
  startGateway,
  writeControlConfig,
  writeSiteConfig,
} from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { startProgram } from '../support/program.ts'
import { until } from '../support/until.ts'
import { signIn as signInOnPage, withBrowser } from '../web/support/browser.ts'

const OFFICER = '+8613900000001'
const NOTE = '已派人到场'

/** Changes a YAML file that a helper wrote. */
async function edit(path: string, change: (config: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
  await writeFile(path, stringify(change(parse(await readFile(path, 'utf8')) as Record<string, unknown>)))
}

/** A modem on a pseudo-terminal in the folder, and the texts its phones got. */
async function modemIn(folder: string, name: string) {
  const texts: PhoneText[] = []
  const onText = (text: PhoneText) => void texts.push(text)
  const modem = await serveModem({ path: join(folder, name), clock: systemClock, reportAfterMs: 300, onText })
  const code = (text: PhoneText | undefined) => /Q(\d{4})/.exec(text?.text ?? '')?.[1]
  return { ...modem, texts, code }
}

/** A control room whose every way out leads to a door nobody opens, but for the modem of its watchman. */
async function cutOff(folder: string, ports: { readonly http: number; readonly broker: number }, modem: string) {
  const nobody = `http://127.0.0.1:${await freePort()}/`
  const path = await writeControlConfig({
    ...{ folder, httpPort: ports.http, broker: { port: ports.broker }, phones: [nobody] },
  })
  await writeFile(join(folder, 'robot.token'), 'a-robot-of-tests-only')
  await edit(path, (config) => {
    const duty = config.duty as { persons: { contacts: unknown[] }[] }
    duty.persons[0]!.contacts = [
      { channel: 'phone', address: nobody },
      { channel: 'ding', address: '-' },
      { channel: 'mail', address: 'officer@mail.example' },
      { channel: 'sms', address: OFFICER },
    ]
    const mail = { host: '127.0.0.1', port: Number(new URL(nobody).port), from: 'watch@control.example' }
    return {
      ...config,
      channels: [
        { id: 'phone', kind: 'webhook' },
        { id: 'ding', kind: 'dingtalk', with: { base: nobody.replace(/\/$/, ''), tokenFile: 'robot.token' } },
        { id: 'mail', kind: 'email', with: mail },
        { id: 'sms', kind: 'sms' },
      ],
      watchman: { modem: { path: modem } },
    }
  })
  return path
}

describe('a red alarm while the network is cut', () => {
  it('reaches the phone by the control room’s own modem, is acknowledged by an answer, and the page shows who and when', async () => {
    await using folder = await testFolder()
    await using meter = await openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 0, 'current-l1': 0 })
    await using modem = await modemIn(folder.path, 'modem')
    const ports = { http: await freePort(), broker: await freePort() }
    const control = await cutOff(folder.path, ports, modem.path)
    const brokerUrl = `mqtt://127.0.0.1:${ports.broker}`
    const site = await writeSiteConfig({ folder: folder.path, meterPort: meter.port, brokerUrl })
    await using room = await startControl(control)
    await using _watchman = await startProgram(['watchman', control])
    await using _gateway = await startGateway(site)
    const { url, administratorPassword } = room.facts
    await withBrowser({}, async ({ page }) => {
      await signInOnPage(page, url, { user: 'admin', password: administratorPassword ?? '' })
      await page.locator('.map-links [data-site=old-pit]').getByText('正常').waitFor({ state: 'attached' })

      meter.set({ 'active-power': 18_500, 'voltage-l1': 228.4, 'current-l1': 31.2 })
      const text = await until('the text', () => modem.texts.find(({ to }) => to === OFFICER))
      expect(text.text).toMatch(/【红】.*试验废井/)
      modem.reply(OFFICER, `q${modem.code(text)} ${NOTE}`)

      const desk = await signIn(url, administratorPassword ?? '')
      const alarm = await until('the acknowledgement', async () =>
        (await desk.alarms()).find(({ acknowledgement }) => acknowledgement !== null),
      )
      expect(alarm.acknowledgement).toMatchObject({ by: '值班员1', via: 'sms' })
      await page.goto(`${url}/#/alarms/${alarm.id}`)
      await page.getByText('已由 值班员1 确认').waitFor()
      await page.locator('.acknowledged').getByText('短信回复').waitFor()
      await page.locator('.acknowledged').getByText(NOTE).waitFor()
      await page.locator('.notice.is-seen').waitFor()
      // The other ways are known to be down, and nobody is told otherwise.
      expect(alarm.notices.filter(({ state }) => ['accepted', 'delivered', 'seen'].includes(state))).toHaveLength(1)
    })
  })

  it('is told by the gateway’s own modem when there is no control room at all, and nobody is called again when it is back', async () => {
    await using folder = await testFolder()
    await using meter = await openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 0, 'current-l1': 0 })
    await using own = await modemIn(folder.path, 'modem')
    await using siteModem = await modemIn(folder.path, 'site-modem')
    const ports = { http: await freePort(), broker: await freePort() }
    const control = await cutOff(folder.path, ports, own.path)
    const brokerUrl = `mqtt://127.0.0.1:${ports.broker}`
    const site = await writeSiteConfig({ folder: folder.path, meterPort: meter.port, brokerUrl })
    await edit(site, (config) => ({
      ...config,
      remoteConfig: 'unsigned',
      modem: { path: siteModem.path },
      alone: { after: '3s' },
    }))
    let room = await startControl(control)
    await using _watchman = await startProgram(['watchman', control])
    await using _gateway = await startGateway(site)
    try {
      const { url, administratorPassword } = room.facts
      const password = administratorPassword ?? ''
      const first = await signIn(url, password)
      await until('the site to be heard of', async () => (await first.site('old-pit'))?.summary.online === true)
      // The sheet of whom to call is made once the site is known.
      await systemClock.sleep(3_000)
      await room.kill()

      meter.set({ 'active-power': 18_500, 'voltage-l1': 228.4, 'current-l1': 31.2 })
      const text = await until('the text', () => siteModem.texts.find(({ to }) => to === OFFICER))
      siteModem.reply(OFFICER, `Q${siteModem.code(text)} ${NOTE}`)
      // It leaves the SIM once the gateway has it for good.
      await until('the answer to be taken', () => siteModem.modem.card.kept.length === 0)
      await until('everybody who was called to be told that somebody has it', () =>
        siteModem.texts.some((later) => later !== text && later.to === OFFICER),
      )
      const told = own.texts.length

      room = await startProgram<ControlFacts>(['control', control])
      const desk = await signIn(room.facts.url, password)
      const alarm = await until('the alarm', async () =>
        (await desk.alarms()).find(({ rule, acknowledgement }) => rule === 'dead-feeder' && acknowledgement !== null),
      )
      expect(alarm.acknowledgement).toMatchObject({ by: '值班员1', via: 'edge' })
      expect(alarm.acknowledgement?.note).toContain(NOTE)
      expect(alarm.notices.find(({ byEdge }) => byEdge)).toMatchObject({ person: 'officer-1', medium: 'sms' })
      await systemClock.sleep(3_000)
      expect(own.texts.slice(told).filter((one) => one.text.includes('试验废井'))).toEqual([])
    } finally {
      await room.stop()
    }
  })
})
