import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
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
import { freePort, startProcess, testFolder } from '../support/processes.ts'
import { startProgram } from '../support/program.ts'
import { until } from '../support/until.ts'

const PITWATCH = join(import.meta.dirname, '..', '..', 'cli', 'pitwatch.js')

/** A machine that wakes in 1970: Debian's faketime moves its wall clock and leaves its monotonic one alone. */
const IN_1970 = {
  LD_PRELOAD: globSync('/usr/lib/*/faketime/libfaketime.so.1')[0] ?? '',
  FAKETIME: '@1970-01-01 00:01:00',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
}

interface Said {
  readonly code: number
  readonly text: string
}

/** What a command says, and how it ends. */
async function pitwatch(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Said> {
  const env = { ...process.env, ...environment }
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [PITWATCH, ...words, '--lang', 'en'], {
      env,
    })
    return { code: 0, text: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, text: stdout + stderr }
  }
}

/** A pit with a meter, and a control room that knows gateways by their certificates. */
async function openCounty(broker: { readonly url: string } | null) {
  const folder = await testFolder()
  const meter = await openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 230, 'current-l1': 0 })
  const phone = await openPhone()
  const ports = { plain: await freePort(), tls: await freePort(), http: await freePort(), https: await freePort() }
  const control = await writeControlConfig({
    ...{ folder: folder.path, httpPort: ports.http, phones: [phone.url] },
    broker: broker ?? { port: ports.plain },
  })
  const config = parse(await readFile(control, 'utf8')) as { http: object; broker: object }
  const tls = { host: '127.0.0.1', port: ports.tls }
  const http = { ...config.http, tls: { host: '127.0.0.1', port: ports.https } }
  const identity = { names: ['127.0.0.1', 'localhost'] }
  const made = { ...config, http, identity, broker: broker === null ? { ...config.broker, tls } : config.broker }
  await writeFile(control, stringify(made))
  const brokerUrl = broker?.url ?? `mqtts://127.0.0.1:${ports.tls}`
  const site = await writeSiteConfig({ folder: folder.path, meterPort: meter.port, brokerUrl })
  const own = parse(await readFile(site, 'utf8')) as object
  await writeFile(site, stringify({ ...own, uplink: { url: brokerUrl } }))
  return {
    ...{ folder, meter, phone, control, site },
    token: async () => {
      const { text } = await pitwatch(['enrol', 'new', '--site', 'old-pit', '--control', control])
      return /PW1\.\S+/.exec(text)?.[0] ?? text
    },
    [Symbol.asyncDispose]: async () => {
      await phone[Symbol.asyncDispose]()
      await meter[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const online = (desk: Desk) => async () => (await desk.site('old-pit'))?.summary.online === true
const offline = (desk: Desk) => async () => (await desk.site('old-pit'))?.summary.online === false

describe('a gateway with a certificate', () => {
  it('is enrolled by a token, alarms, is taken back at once, and comes back by another token', async () => {
    await using county = await openCounty(null)
    const { control, site, meter } = county
    await using room = await startControl(control)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    expect(await pitwatch(['check', site])).toMatchObject({ code: 2, text: expect.stringContaining('no certificate') })
    await using gateway = await startGateway(site)

    const token = await county.token()
    const enrolled = await pitwatch(['enrol', token, '--site', site])
    expect(enrolled).toMatchObject({ code: 0, text: expect.stringContaining('old-pit of county is enrolled') })
    expect(await pitwatch(['enrol', token, '--site', site])).toMatchObject({
      code: 1,
      text: expect.stringContaining('used already'),
    })
    expect(await pitwatch(['check', site])).toMatchObject({
      code: 0,
      text: expect.stringContaining('certificate good until'),
    })
    await until('the gateway that was running all along', online(desk), 60_000)
    meter.set({ 'active-power': 18_500 })
    const isDead = ({ rule }: { rule: string }) => rule === 'dead-feeder'
    await until('its alarm', async () => (await desk.alarms()).some(isDead))

    const taken = await pitwatch([
      'enrol',
      'revoke',
      '--site',
      'old-pit',
      '--reason',
      'card stolen',
      '--control',
      control,
    ])
    expect(taken).toMatchObject({ code: 0, text: expect.stringContaining('1 certificate') })
    await until('its death', offline(desk))
    await until('it to be refused', () => gateway.output().includes('Not authorized'))
    expect((await pitwatch(['enrol', 'list', '--control', control])).text).toMatch(/revoked: card stolen/)

    expect(await pitwatch(['enrol', await county.token(), '--site', site])).toMatchObject({ code: 0 })
    await gateway.stop()
    await using again = await startGateway(site)
    await until('it to be back', online(desk), 60_000)
    expect(again.output()).not.toMatch(/Not authorized/)
    expect(await desk.get('/api/ledger/verdict')).toMatchObject({ intact: true })
    const identities = (await desk.get('/api/identities')) as { refusals: Record<string, number> }
    expect(identities.refusals['revoked-certificate']).toBeGreaterThan(0)
  }, 120_000)

  it('and with a clock in 1970 enrols and connects all the same', async () => {
    await using county = await openCounty(null)
    const { control, site } = county
    await appendFile(control, 'clock: { within: 200ms }\n')
    await using room = await startControl(control)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    expect(await pitwatch(['enrol', await county.token(), '--site', site], IN_1970)).toMatchObject({ code: 0 })
    await using gateway = await startProgram<{ site: string }>(['gateway', site], IN_1970)
    await until('it to be there', online(desk), 60_000)
    expect(gateway.output()).toMatch(/broker connected/)
  }, 120_000)

  it('through Mosquitto with the files made for it is a county like any other', async () => {
    const port = await freePort()
    await using county = await openCounty({ url: `mqtts://127.0.0.1:${port}` })
    const { control, site, meter, folder } = county
    const out = join(folder.path, 'mosquitto')
    const words = ['--out', out, '--names', '127.0.0.1', '--port', String(port), '--control', control]
    expect(await pitwatch(['enrol', 'mosquitto', ...words])).toMatchObject({ code: 0 })
    // The test owns the files, so Mosquitto stays who the test is.
    const conf = join(out, 'test.conf')
    await writeFile(conf, `${await readFile(join(out, 'pitwatch.conf'), 'utf8')}user root\nlog_type information\n`)
    await using _broker = await startProcess('/usr/sbin/mosquitto', ['-c', conf], { ready: /running/ })
    await using room = await startControl(control)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    expect(await pitwatch(['enrol', await county.token(), '--site', site])).toMatchObject({ code: 0 })
    await using _gateway = await startGateway(site)
    await until('it to be there', online(desk), 60_000)
    meter.set({ 'active-power': 18_500 })
    await until('its alarm', async () => (await desk.alarms()).some(({ rule }) => rule === 'dead-feeder'), 60_000)
  }, 120_000)
})
