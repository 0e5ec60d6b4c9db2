import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { openTap, type Tap } from '../../cli/sparkplug/tap.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { hostStateTopic } from '../../platform/host-state.ts'
import { systemClock } from '../../platform/clock.ts'
import { type MqttLink, openMqtt } from '../../platform/mqtt.ts'
import { encodePayload } from '../../platform/sparkplug.ts'
import { rebirthCommand } from '../../platform/telemetry.ts'
import { freePort, type StartedProcess, startProcess, testFolder } from '../support/processes.ts'
import { quietLog } from '../support/quiet-log.ts'
import { until } from '../support/until.ts'

export const GROUP = 'county'
export const EDGE = 'old-pit'

/** Debian's Mosquitto, which can be ended and started again on its port. */
export interface Broker extends AsyncDisposable {
  readonly port: number
  restart(): Promise<void>
}

export async function openBroker(): Promise<Broker> {
  const folder = await testFolder()
  const port = await freePort()
  const path = join(folder.path, 'mosquitto.conf')
  await writeFile(path, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`)
  const start = () => startProcess('/usr/sbin/mosquitto', ['-c', path], { ready: /running/ })
  let running: StartedProcess = await start()
  return {
    port,
    restart: async () => {
      await running.stop('SIGKILL')
      running = await start()
    },
    [Symbol.asyncDispose]: async () => {
      await running.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A Sparkplug host that says its state and asks for births. */
export interface Host extends AsyncDisposable {
  /** Retained when it counts from now on; a late one is not. */
  state(online: boolean, timestamp: number, isLate?: boolean): Promise<void>
  askBirths(group?: string, edge?: string): Promise<void>
  /** Topics of Sparkplug messages it has heard. */
  readonly heard: readonly string[]
}

export async function openHost(port: number): Promise<Host> {
  const heard: string[] = []
  const link: MqttLink = openMqtt(
    { url: `mqtt://127.0.0.1:${port}` },
    {
      clientId: 'host',
      log: quietLog(),
      pauseMs: { first: 50, most: 100 },
      onMessage: ({ topic }) => void heard.push(topic),
      onConnect: (session) => session.subscribe(['spBv1.0/#']),
    },
  )
  const connected = () => until('the host to be connected', () => link.session())
  await connected()
  return {
    heard,
    state: async (online, timestamp, isLate = false) => {
      await connected()
      await link.publish(hostStateTopic(GROUP), JSON.stringify({ online, timestamp }), { qos: 1, retain: !isLate })
    },
    askBirths: async (group = GROUP, edge = EDGE) => {
      await connected()
      await link.publish(`spBv1.0/${group}/NCMD/${edge}`, encodePayload(rebirthCommand(UtcMs.parse(Date.now()))))
    },
    [Symbol.asyncDispose]: () => link.close(),
  }
}

/** A tap in front of a broker. */
export function openBrokerTap(port: number): Promise<Tap> {
  return openTap({ host: '127.0.0.1', port: 0, to: { host: '127.0.0.1', port }, clock: systemClock })
}

/** Writes site.yaml of a pit with a meter behind each port; answers its path. */
export async function writeTwoMeters(
  folder: string,
  uplinkPort: number,
  meterPorts: readonly number[],
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'site.yaml')
  const config = {
    group: GROUP,
    site: {
      id: EDGE,
      name: { 'zh-CN': '试验废井', en: 'Trial old pit' },
      kind: 'closed-pit',
      area: { 'zh-CN': '试验乡', en: 'Trial township' },
      place: { x: 40, y: 40 },
    },
    store: 'gateway',
    uplink: { url: `mqtt://127.0.0.1:${uplinkPort}`, primaryHost: true, deviceGoneAfter: '600ms' },
    buses: meterPorts.map((port, at) => ({ id: `bus-${at}`, kind: 'tcp', host: '127.0.0.1', port, timeout: '200ms' })),
    devices: meterPorts.map((_, at) => ({
      id: `meter-${at}`,
      profile: 'eastron/sdm630',
      bus: `bus-${at}`,
      unit: 1,
      every: '30ms',
      points: ['active-power', 'voltage-l1', 'current-l1'],
    })),
    rules: [],
  }
  await writeFile(path, stringify(config))
  return path
}
