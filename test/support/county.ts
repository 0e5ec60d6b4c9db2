import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { AlarmList, type History, SiteDetail } from '../../core/contract/http.ts'
import type { Alarm } from '../../core/contract/alarm.ts'
import { Duration } from '../../core/contract/time.ts'
import { type Program, startProgram } from './program.ts'
import { smallRoster } from './roster.ts'

export interface ControlFacts {
  readonly url: string
  readonly brokerUrl: string
  readonly administratorPassword: string | null
}

export type ControlRoom = Program<ControlFacts>
export type Gateway = Program<{ readonly site: string }>

export interface ControlOptions {
  readonly folder: string
  readonly httpPort: number
  /** The embedded broker's port, or an external broker's address. */
  readonly broker: { readonly port: number } | { readonly url: string }
  readonly history?: { readonly url: string; readonly database: string }
  /** Webhook addresses in the order their owners are called. */
  readonly phones: readonly string[]
  readonly escalateAfter?: string
}

const GATEWAY_SECRET = 'a-secret-for-tests-only'
export const FLOWS_TOKEN = 'a-token-for-tests-only'

/** Writes control.yaml with its secrets into `folder`; answers its path. */
export async function writeControlConfig(options: ControlOptions): Promise<string> {
  await mkdir(options.folder, { recursive: true })
  await writeFile(join(options.folder, 'gateway.secret'), GATEWAY_SECRET)
  await writeFile(join(options.folder, 'flows.token'), FLOWS_TOKEN)
  const officers = options.phones.map((url, index) => ({ id: `officer-${index + 1}`, name: `值班员${index + 1}`, url }))
  const waitS = Duration.parse(options.escalateAfter ?? '2min') / 1_000
  const config = {
    group: 'county',
    store: 'control',
    http: { port: options.httpPort },
    broker:
      'url' in options.broker
        ? { kind: 'external', url: options.broker.url }
        : {
            kind: 'embedded',
            port: options.broker.port,
            accounts: [{ user: 'old-pit', site: 'old-pit', passwordFile: 'gateway.secret' }],
          },
    history: options.history === undefined ? { kind: 'embedded' } : { kind: 'influxdb', ...options.history },
    ...smallRoster(officers, { waitS }),
    serviceAccounts: [{ name: 'flows', tokenFile: 'flows.token' }],
    gatewaySilentAfter: '20s',
  }
  const path = join(options.folder, 'control.yaml')
  await writeFile(path, stringify(config))
  return path
}

export interface GatewayOptions {
  readonly folder: string
  readonly meterPort: number
  readonly brokerUrl: string
  /** Poll period. */
  readonly every?: string
  /** How long power must be on before the rule raises. */
  readonly onDelay?: string
  readonly offDelay?: string
}

/** Writes site.yaml of one closed pit with one SDM630 feeder meter and a should-be-off rule; answers its path. */
export async function writeSiteConfig(options: GatewayOptions): Promise<string> {
  await mkdir(options.folder, { recursive: true })
  await writeFile(join(options.folder, 'gateway.secret'), GATEWAY_SECRET)
  const config = {
    group: 'county',
    site: {
      id: 'old-pit',
      name: { 'zh-CN': '试验废井', en: 'Trial old pit' },
      kind: 'closed-pit',
      area: { 'zh-CN': '试验乡', en: 'Trial township' },
      place: { x: 40, y: 40 },
      headline: 'feeder-meter/active-power',
    },
    store: 'gateway',
    uplink: { url: options.brokerUrl, user: 'old-pit', passwordFile: 'gateway.secret' },
    buses: [{ id: 'feeder', kind: 'tcp', host: '127.0.0.1', port: options.meterPort, timeout: '500ms' }],
    devices: [
      {
        id: 'feeder-meter',
        profile: 'eastron/sdm630',
        bus: 'feeder',
        unit: 1,
        every: options.every ?? '200ms',
        points: ['active-power', 'voltage-l1', 'current-l1'],
      },
    ],
    rules: [
      {
        id: 'dead-feeder',
        type: 'should-be-off',
        point: 'feeder-meter/active-power',
        priority: 'red',
        with: { onDelay: options.onDelay ?? '0ms', offDelay: options.offDelay ?? '0ms' },
      },
    ],
  }
  const path = join(options.folder, 'site.yaml')
  await writeFile(path, stringify(config))
  return path
}

export function startControl(path: string): Promise<ControlRoom> {
  return startProgram<ControlFacts>(['control', path])
}

export function startGateway(path: string): Promise<Gateway> {
  return startProgram<{ site: string }>(['gateway', path])
}

/** The HTTP API as a signed-in person uses it. */
export interface Desk {
  readonly cookie: string
  alarms(state?: 'open' | 'all'): Promise<readonly Alarm[]>
  site(id: string): Promise<SiteDetail | null>
  history(point: string, from: number, to: number): Promise<History>
  acknowledge(id: string, note: string): Promise<Alarm>
  get(path: string): Promise<unknown>
}

/** Signs in at `url`. Rejects with the control room's own words when it refuses. */
export async function signIn(url: string, password: string, user = 'admin'): Promise<Desk> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ user, password }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { cookie, origin: url, 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { ...init, headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  return {
    cookie,
    alarms: async (state = 'open') => AlarmList.parse(await ask(`/api/alarms?state=${state}`)).alarms,
    site: async (id) => {
      const found = await ask(`/api/sites/${id}`).catch(() => null)
      return found === null ? null : SiteDetail.parse(found)
    },
    history: async (point, from, to) =>
      (await ask(`/api/sites/old-pit/points/${point}/history?from=${from}&to=${to}&columns=200`)) as History,
    acknowledge: async (id, note) =>
      (await ask(`/api/alarms/${encodeURIComponent(id)}/acknowledge`, {
        method: 'POST',
        body: JSON.stringify({ note }),
      })) as Alarm,
    get: ask,
  }
}
