import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LiveView } from '../../../gateway/field-page/live-view.ts'
import type { ScanDesk } from '../../../gateway/field-page/scan-desk.ts'
import type { SheetDesk } from '../../../gateway/field-page/sheet-desk.ts'
import { runGateway } from '../../../gateway/main.ts'
import { systemClock } from '../../../platform/clock.ts'
import { loadGatewayConfig } from '../../../platform/site/loaded-gateway.ts'
import { shippedProfiles } from '../../../platform/site/profiles.ts'
import type { Listener } from '../../../sim/listen.ts'
import { serveBus } from '../../../sim/modbus/bus.ts'
import { imageOf } from '../../../sim/modbus/image.ts'
import type { Station } from '../../../sim/modbus/pdu.ts'
import { plausibleValues } from '../../../sim/models/plausible.ts'
import { until } from '../../support/until.ts'
import { freePort, keptLog, temporaryFolder } from '../uplink/county.ts'

export const PASSWORD = 'ten tall pines'
const COIL = 2

type View<T extends (...given: never[]) => unknown> = NonNullable<ReturnType<T>>

/** What the page is answered. */
interface Answers {
  readonly '/api/live': View<LiveView['live']>
  readonly '/api/site': View<LiveView['site']>
  readonly '/api/plan': View<LiveView['plan']>
  readonly '/api/scan': { readonly scan: View<ScanDesk['view']> }
  readonly '/api/sheet': View<SheetDesk['view']>
}

/** What an order is answered. */
export type Told = Readonly<Partial<Record<'code' | 'field' | 'armed' | 'is' | 'because' | 'sha256', string>>>

/** A gateway on a wire behind a network: a meter, a relay board with a siren, a meter nobody configured, and a configured one that is away. */
export class Site implements AsyncDisposable {
  readonly log = keptLog()
  /** What was written to the siren's coil. */
  readonly written: number[] = []
  readonly url: string
  readonly folder: string
  readonly file: string
  #cookie = ''
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  readonly #line: Listener
  readonly #remove: () => void

  private constructor(line: Listener, port: number, written: number[]) {
    const folder = temporaryFolder()
    this.#line = line
    this.#remove = folder.remove
    this.folder = folder.path
    this.url = `http://127.0.0.1:${port}`
    this.written = written
    this.file = writeSite(folder.path, { line: line.port, page: port })
    const deps = { clock: systemClock, log: this.log, signal: this.#stop.signal }
    this.#done = runGateway(loadGatewayConfig(this.file), deps)
  }

  static async begin(): Promise<Site> {
    const written: number[] = []
    const coils = new Map([[COIL, 0]])
    const relay: Station = {
      unit: 5,
      maxRegisters: 100,
      image: () => ({
        coil: coils,
        'discrete-input': new Map([0, 1, 2, 3, 4, 5, 6, 7].map((address) => [address, 0])),
        'holding-register': new Map(),
        'input-register': new Map(),
      }),
      write: (_table, address, values) => {
        written.push(values[0] ?? -1)
        coils.set(address, values[0] ?? 0)
      },
    }
    const stations = [meter('eastron/sdm630', 1), meter('acrel/adl400', 4), relay]
    const line = await serveBus({ kind: 'rtu-over-tcp', host: '127.0.0.1', port: 0, stations, latencyMs: 5 })
    const site = new Site(line, await freePort(), written)
    await until('the page', () =>
      fetch(site.url).then(
        () => true,
        () => false,
      ),
    )
    return site
  }

  /** Signs in; later requests are of that session. */
  async signIn(by = 'T. Echnician'): Promise<void> {
    const answer = await this.ask('/api/sign-in', { by, password: PASSWORD })
    this.#cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  }

  ask(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const own = { cookie: this.#cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const sent =
      body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
    return fetch(`${this.url}${path}`, { headers: { ...own, ...headers }, ...sent })
  }

  async get<P extends keyof Answers>(path: P): Promise<Answers[P]> {
    return (await (await this.ask(path)).json()) as Answers[P]
  }

  async post(path: string, body: unknown): Promise<Told> {
    return (await (await this.ask(path, body)).json()) as Told
  }

  async photo(bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
    return fetch(`${this.url}/api/photo`, { method: 'POST', body: bytes, headers: { cookie: this.#cookie } })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
    await this.#line.close()
    this.#remove()
  }
}

function meter(name: string, unit: number): Station {
  const profile = shippedProfiles().get(name)
  if (profile?.driver !== 'modbus') throw new TypeError(name)
  const image = imageOf(profile, { ...plausibleValues(profile, 1), 'voltage-l1': 230.5, 'active-power': 28_512 })
  return { unit, maxRegisters: profile.maxRegisters, image: () => image }
}

function writeSite(folder: string, ports: { readonly line: number; readonly page: number }): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'technician.password'), `${PASSWORD}\n`, { mode: 0o600 })
  const path = join(folder, 'site.yaml')
  writeFileSync(
    path,
    `group: demo
site:
  id: east-pit
  name: { zh-CN: 东坑废井, en: East pit }
  kind: closed-pit
  area: { zh-CN: 东乡, en: East township }
  place: { x: 10, y: 20 }
  simulated: true
store: store
uplink: { url: 'mqtt://127.0.0.1:1' }
technician: { port: ${ports.page}, passwordFile: technician.password }
buses:
  - { id: cabinet, kind: rtu-over-tcp, host: 127.0.0.1, port: ${ports.line}, timeout: 600ms }
devices:
  - { id: feeder-meter, name: { zh-CN: 馈线电能表, en: Feeder meter }, profile: eastron/sdm630, bus: cabinet, unit: 1, every: 2s, points: [voltage-l1, active-power, frequency] }
  - { id: relay, name: { zh-CN: 门磁与警号, en: Contacts and siren }, profile: waveshare/modbus-rtu-io-8ch, bus: cabinet, unit: 5, every: 2s, points: [di-1, di-2] }
  - { id: spare-meter, name: { zh-CN: 备用电表, en: Spare meter }, profile: eastron/sdm630, bus: cabinet, unit: 9, every: 2s, points: [voltage-l1] }
deterrents:
  - { id: siren, name: { zh-CN: 井口警号, en: Pit-head siren }, kind: siren, device: relay, coil: ${COIL} }
rules:
  - { id: dead-feeder, type: high-limit, point: feeder-meter/active-power, priority: red, name: { zh-CN: 已断电馈线带电, en: Dead feeder energised }, with: { limit: 100 } }
`,
  )
  return path
}
