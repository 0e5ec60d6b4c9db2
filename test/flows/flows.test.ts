import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect as connectSocket, createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aClearedAlarm, aSite, aSiteDetail, aTransition } from './examples.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const EDITOR_TOKEN = 'editor-token-of-this-test'
const SERVICE_TOKEN = 'service-token-of-this-test'
const GROUP = 'county'
const GIVE_UP_MS = 30_000

interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string
  readonly body: unknown
}

/** A server that answers what `answer` says and remembers what it was asked. */
async function httpServer(answer: (asked: Asked) => { status: number; body: unknown }) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const one: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        authorization: request.headers.authorization ?? '',
        body: text === '' ? null : JSON.parse(text),
      }
      asked.push(one)
      const { status, body } = answer(one)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function until<T>(what: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + GIVE_UP_MS
  for (;;) {
    const found = await what()
    if (found !== undefined && found !== null && found !== false) return found
    if (Date.now() > deadline) throw new Error(`did not happen in ${GIVE_UP_MS} ms: ${what.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function freePort(): Promise<number> {
  const server = createSocketServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

describe('the flows in a real Node-RED', () => {
  let folder = ''
  let brokerUrl = ''
  let broker: ChildProcess
  let flows: ChildProcess
  let editor = ''
  const servers: Server[] = []
  let control: Awaited<ReturnType<typeof httpServer>>
  let webhook: Awaited<ReturnType<typeof httpServer>>
  const state = { detail: aSiteDetail() }

  /** What came to the webhook under /name. */
  const got = (name: string) => webhook.asked.filter((one) => one.path === `/${name}`).map((one) => one.body)

  const call = (path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}) =>
    fetch(`${editor}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${EDITOR_TOKEN}`, 'content-type': 'application/json', ...init.headers },
    })
  /** Adds nodes to what runs; `out` is an http request node that posts to the webhook under /name. */
  const deploy = async (name: string, nodes: readonly object[]) => {
    const shipped = JSON.parse(readFileSync(join(ROOT, 'flows/shipped/night-digest.json'), 'utf8')) as object[]
    const out = {
      id: 'out',
      type: 'http request',
      z: 'tab',
      method: 'POST',
      url: `${webhook.url}/${name}`,
      ret: 'txt',
      wires: [],
    }
    const body = JSON.stringify([...shipped, { id: 'tab', type: 'tab', label: 'test' }, out, ...nodes])
    expect((await call('flows', { method: 'POST', body })).status).toBe(204)
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pitwatch-flows-'))
    control = await httpServer(({ method, path, authorization, body }) => {
      if (authorization !== `Bearer ${SERVICE_TOKEN}`) {
        return { status: 401, body: { code: 'http/unauthenticated', message: 'no valid token' } }
      }
      if (path === '/api/sites') return { status: 200, body: [aSite()] }
      if (path === '/api/sites/east-pit') return { status: 200, body: state.detail }
      if (path.startsWith('/api/alarms?')) return { status: 200, body: { alarms: [aClearedAlarm()] } }
      if (method === 'POST' && path === `/api/alarms/${aClearedAlarm().id}/notes`) {
        const note = { at: 1, by: 'flows', text: (body as { text: string }).text }
        return { status: 200, body: { ...aClearedAlarm(), notes: [note] } }
      }
      return { status: 404, body: { code: 'http/not-found', message: `there is no ${path}` } }
    })
    webhook = await httpServer(() => ({ status: 200, body: {} }))
    servers.push(control.server, webhook.server)

    const port = await freePort()
    brokerUrl = `mqtt://127.0.0.1:${port}`
    writeFileSync(join(folder, 'passwords'), '')
    execFileSync('mosquitto_passwd', ['-b', join(folder, 'passwords'), 'flows', SERVICE_TOKEN])
    execFileSync('mosquitto_passwd', ['-b', join(folder, 'passwords'), 'gateway', 'gateway password'])
    writeFileSync(
      join(folder, 'mosquitto.conf'),
      `listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${join(folder, 'passwords')}\nuser ${process.env.USER ?? 'root'}\n`,
    )
    broker = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], {
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin` },
    })
    await until(
      () =>
        new Promise<boolean>((resolve) => {
          const socket = connectSocket(port, '127.0.0.1', () => socket.end(() => resolve(true)))
          socket.once('error', () => resolve(false))
        }),
    )

    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'service.token'), `${SERVICE_TOKEN}\n`)
    flows = spawn(process.execPath, [join(ROOT, 'flows/run.ts')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        ...process.env,
        PITWATCH_FLOWS_DATA: join(folder, 'data'),
        PITWATCH_FLOWS_PORT: '0',
        PITWATCH_FLOWS_TOKEN: EDITOR_TOKEN,
        PITWATCH_CONTROL_URL: control.url,
        PITWATCH_BROKER_URL: brokerUrl,
        PITWATCH_GROUP: GROUP,
        PITWATCH_SERVICE_TOKEN_FILE: join(folder, 'service.token'),
        PITWATCH_DIGEST_WEBHOOK: `${webhook.url}/digest`,
      },
    })
    const ready = await new Promise<{ url: string }>((resolve) =>
      flows.once('message', (said) => resolve(said as never)),
    )
    editor = ready.url
  })

  afterAll(async () => {
    for (const child of [flows, broker]) {
      if (child.exitCode === null) child.kill('SIGKILL')
      await exited(child)
    }
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
    rmSync(folder, { recursive: true, force: true })
  })

  beforeEach(() => {
    control.asked.length = 0
    webhook.asked.length = 0
  })

  it('serves nothing of the editor without the token only the proxy knows', async () => {
    for (const path of ['', 'flows', 'settings', 'red/red.min.js', 'auth/token', 'nodes']) {
      expect((await fetch(`${editor}${path}`)).status, path).toBe(401)
      expect((await fetch(`${editor}${path}`, { headers: { authorization: 'Bearer guessed' } })).status).toBe(401)
    }
    const page = await call('')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('Pitwatch')
    expect((await fetch(new URL('/', editor), { headers: { authorization: `Bearer ${EDITOR_TOKEN}` } })).status).toBe(
      404,
    )
  })

  it('has its nodes in the palette, with help in both languages, and can install nothing from outside', async () => {
    const sets = (await (await call('nodes', { headers: { accept: 'application/json' } })).json()) as {
      module: string
      types: string[]
      err?: string
    }[]
    const own = sets.filter((set) => set.module === '@pitwatch/flows')
    expect(own.flatMap((set) => set.types).sort()).toEqual([
      'pitwatch-alarms',
      'pitwatch-connection',
      'pitwatch-note',
      'pitwatch-readings',
    ])
    expect(own.filter((set) => set.err !== undefined)).toEqual([])
    const help = async (language: string) =>
      (await call('nodes', { headers: { accept: 'text/html', 'accept-language': language } })).text()
    expect(await help('zh-CN')).toContain('它不是确认')
    expect(await help('en-US')).toContain('it is no acknowledgement')
    const settings = (await (await call('settings')).json()) as {
      externalModules: { palette: object }
      telemetryEnabled: boolean
    }
    expect(settings.externalModules.palette).toMatchObject({ allowInstall: false, allowUpload: false })
    expect(settings.telemetryEnabled).toBe(false)
    const install = await call('nodes', { method: 'POST', body: JSON.stringify({ module: 'left-pad' }) })
    expect(install.status).toBeGreaterThanOrEqual(400)
  })

  it('sends the digest of the night to the webhook when asked', async () => {
    await until(async () => (await call('inject/night-digest-at', { method: 'POST' })).status === 200)
    const body = await until(() => got('digest')[0])
    expect(body).toMatchObject({
      count: 1,
      unacknowledged: 0,
      alarms: [{ id: aClearedAlarm().id, site: { en: 'East pit' }, priority: 'red', acknowledgedBy: 'officer' }],
    })
    const { title, text } = body as Record<string, Record<string, string>>
    expect(title?.['zh-CN']).toContain('夜间报警摘要')
    expect(text?.en).toMatch(/^1 alarm, 0 of them acknowledged by nobody\.\n\[red\] .* East pit feeder\/power/)
  })

  it('hands out each alarm transition of the lane, and drops what is none', async () => {
    await deploy('alarms', [
      { id: 'alarms', type: 'pitwatch-alarms', z: 'tab', connection: 'night-digest-connection', wires: [['out'], []] },
    ])
    const gateway = await connectAsync(brokerUrl, { username: 'gateway', password: 'gateway password' })
    const lane = `pitwatch/v1/${GROUP}/east-pit/alarm`
    try {
      await until(async () => {
        await gateway.publishAsync(lane, '{"not": "an alarm"}', { qos: 1 })
        await gateway.publishAsync(`pitwatch/v1/${GROUP}/west-pit/alarm`, JSON.stringify(aTransition()), { qos: 1 })
        await gateway.publishAsync(lane, JSON.stringify(aTransition()), { qos: 1 })
        return got('alarms').length > 0
      })
    } finally {
      await gateway.endAsync()
    }
    for (const body of got('alarms')) expect(body).toEqual(aTransition())
  })

  it('hands out a reading once, again when it is newer, and once as bad when it has expired', async () => {
    const at = Date.now()
    state.detail = aSiteDetail({ value: 1_500, at, validUntil: at + 600_000 })
    await deploy('readings', [
      {
        id: 'readings',
        type: 'pitwatch-readings',
        z: 'tab',
        connection: 'night-digest-connection',
        site: 'east-pit',
        every: 1,
        wires: [['wrap']],
      },
      {
        id: 'wrap',
        type: 'function',
        z: 'tab',
        func: 'msg.payload = msg.reading; return msg',
        outputs: 1,
        wires: [['out']],
      },
    ])
    const handed = () => got('readings') as Record<string, unknown>[]
    await until(() => handed().length === 1)
    state.detail = aSiteDetail({ value: 1_500, at, validUntil: at })
    await until(() => handed().length === 2)
    expect(handed().map(({ site, point, value, quality, reason }) => [site, point, value, quality, reason])).toEqual([
      ['east-pit', 'power', 1_500, 'good', null],
      ['east-pit', 'power', null, 'bad', 'expired'],
    ])
    state.detail = aSiteDetail({ value: 0, at: at + 1, validUntil: at + 600_000 })
    await until(() => handed().length === 3)
    expect(handed()[2]).toMatchObject({ value: 0, quality: 'good', unit: 'W' })
  })

  it('adds a note to an alarm with its token, and says what the control room refuses', async () => {
    await deploy('notes', [
      {
        id: 'go',
        type: 'inject',
        z: 'tab',
        props: [
          { p: 'alarm', v: aClearedAlarm().id, vt: 'str' },
          { p: 'note', v: '已派人核查', vt: 'str' },
        ],
        wires: [['note']],
      },
      {
        id: 'wrong',
        type: 'inject',
        z: 'tab',
        props: [
          { p: 'alarm', v: 'no.such.alarm', vt: 'str' },
          { p: 'note', v: 'x', vt: 'str' },
        ],
        wires: [['note']],
      },
      { id: 'note', type: 'pitwatch-note', z: 'tab', connection: 'night-digest-connection', wires: [['out']] },
      { id: 'caught', type: 'catch', z: 'tab', scope: ['note'], wires: [['error']] },
      {
        id: 'error',
        type: 'function',
        z: 'tab',
        func: 'msg.payload = { error: msg.error.message }; return msg',
        outputs: 1,
        wires: [['out']],
      },
    ])
    await until(async () => (await call('inject/go', { method: 'POST' })).status === 200)
    const body = await until(() => got('notes')[0])
    expect(body).toMatchObject({ id: aClearedAlarm().id, notes: [{ text: '已派人核查' }] })
    expect(control.asked.find((one) => one.method === 'POST')?.body).toEqual({ text: '已派人核查' })
    await call('inject/wrong', { method: 'POST' })
    const refused = await until(() => got('notes')[1])
    expect(refused).toEqual({ error: 'Error: http/not-found: there is no /api/alarms/no.such.alarm/notes' })
  })

  it('keeps its flows in the data folder and writes no token there', () => {
    const data = join(folder, 'data')
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.map((file) => file.name)).toContain('flows.json')
    for (const file of files) {
      const text = readFileSync(join(file.parentPath, file.name), 'utf8')
      expect(text.includes(SERVICE_TOKEN) || text.includes(EDITOR_TOKEN), file.name).toBe(false)
    }
  })

  it('ends cleanly when it is told to, and when its parent is gone', async () => {
    flows.kill('SIGTERM')
    expect(await exited(flows)).toBe(0)
    const again = spawn(process.execPath, [join(ROOT, 'flows/run.ts')], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {
        ...process.env,
        PITWATCH_FLOWS_DATA: join(folder, 'data'),
        PITWATCH_FLOWS_PORT: '0',
        PITWATCH_FLOWS_TOKEN: EDITOR_TOKEN,
      },
    })
    await new Promise((resolve) => again.once('message', resolve))
    again.disconnect()
    expect(await exited(again)).toBe(0)
  })

  it('says what is missing when it is not set up', () => {
    const { PITWATCH_FLOWS_DATA: _, ...environment } = process.env
    expect(() =>
      execFileSync(process.execPath, [join(ROOT, 'flows/run.ts')], { env: environment, stdio: 'pipe' }),
    ).toThrow(/PITWATCH_FLOWS_DATA: expected a folder/)
  })
})
