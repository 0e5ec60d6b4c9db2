import { spawn, type ChildProcess } from 'node:child_process'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { Receipt } from '../../../core/contract/lanes.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import { topicOf, topicText, type Topic } from '../../../core/contract/topics.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import type { Log } from '../../../platform/log.ts'
import { openMqtt, type MqttLink } from '../../../platform/mqtt.ts'
import { decodePayload, encodePayload, type Payload } from '../../../platform/sparkplug.ts'
import {
  readDeviceBirth,
  readDeviceData,
  readNodeData,
  rebirthCommand,
  type BornDevice,
  type TelemetryReading,
} from '../../../platform/telemetry.ts'

/** A log that keeps its lines. */
export function keptLog(
  lines: { level: string; facts: Record<string, unknown>; message: string }[] = [],
): Log & { lines: typeof lines } {
  const at = (level: string) => (facts: Record<string, unknown>, message: string) =>
    void lines.push({ level, facts, message })
  const log = { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), lines, child: () => log }
  return log
}

/** Waits until `holds`, generously: a deadline is there to end a broken test, not to measure. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 20_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'pitwatch-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A real Mosquitto on a port of its own, which can be killed and started again. */
export class Mosquitto {
  readonly port: number
  readonly url: string
  readonly #folder = temporaryFolder()
  #child: ChildProcess | null = null

  constructor(port: number) {
    this.port = port
    this.url = `mqtt://127.0.0.1:${port}`
  }

  async start(): Promise<void> {
    const file = join(this.#folder.path, 'mosquitto.conf')
    writeFileSync(file, `listener ${this.port} 127.0.0.1\nallow_anonymous true\npersistence false\n`)
    const child = spawn('mosquitto', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    this.#child = child
    await until(() => said.includes('running'), `mosquitto runs: ${said}`)
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  async end(): Promise<void> {
    await this.kill()
    this.#folder.remove()
  }
}

/** A connection to the broker that can be cut in the middle, as a 4G line is: no DISCONNECT reaches the broker. */
export class Cable {
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  url = ''

  constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from)
        from
          .on('error', () => undefined)
          .on('close', () => {
            this.#sockets.delete(from)
            to.destroy()
          })
        from.pipe(to)
      }
    })
  }

  async lay(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }
}

const REBIRTH_TOPIC = topicText({ kind: 'sparkplug-node', type: 'NCMD', group: 'demo', site: 'east-pit' })

export interface Heard {
  readonly topic: Topic
  readonly payload: Payload | null
  readonly bytes: Uint8Array
}

/** The least a control room does: hears everything, understands births and data, and gives receipts when told to. */
export class ControlRoom {
  readonly heard: Heard[] = []
  readonly readings: TelemetryReading[] = []
  readonly transitions: AlarmTransition[] = []
  receipting = { telemetry: true, alarm: true, evidence: true }
  stream = ''
  floor = 0
  readonly #born = new Map<string, BornDevice>()
  readonly #seen = new Set<number>()
  #upTo = -1
  readonly #link: MqttLink

  constructor(url: string) {
    this.#link = openMqtt(
      { url },
      {
        clientId: 'control-room',
        log: keptLog(),
        pauseMs: { first: 50, most: 200 },
        onMessage: ({ topic, payload }) => this.#hear(topic, payload),
        onConnect: async (session) => {
          await session.subscribe(['spBv1.0/#', 'pitwatch/v1/#'])
          // Births may have gone by while this host was away.
          await session.publish(REBIRTH_TOPIC, encodePayload(rebirthCommand(UtcMs.parse(1))))
        },
      },
    )
  }

  ready(): Promise<void> {
    return until(() => this.#link.session() !== null, 'the control room is connected')
  }

  types(): string[] {
    return this.heard.flatMap(({ topic }) => ('type' in topic ? [topic.type] : []))
  }

  sparkplug(): Payload[] {
    return this.heard.flatMap(({ topic, payload }) => ('type' in topic && payload !== null ? [payload] : []))
  }

  /** Distinct stream numbers heard. */
  seqs(): number[] {
    return [...this.#seen].sort((a, b) => a - b)
  }

  receipt(receipt: Receipt): Promise<void> {
    return this.#link.publish('pitwatch/v1/demo/east-pit/receipt', JSON.stringify(receipt), { qos: 1 })
  }

  rebirth(): Promise<void> {
    return this.#link.publish(REBIRTH_TOPIC, encodePayload(rebirthCommand(UtcMs.parse(1))))
  }

  say(topic: string, text: string): Promise<void> {
    return this.#link.publish(topic, text, { qos: 1 })
  }

  close(): Promise<void> {
    return this.#link.close()
  }

  #hear(text: string, bytes: Uint8Array): void {
    const topic = topicOf(text)
    if (topic === null) throw new Error(`unknown topic ${text}`)
    if ('type' in topic && topic.type === 'NCMD') return
    const payload = 'type' in topic ? decodePayload(bytes) : null
    this.heard.push({ topic, payload, bytes })
    if (topic.kind === 'alarm') this.#alarm(AlarmTransition.parse(JSON.parse(Buffer.from(bytes).toString())))
    if (topic.kind === 'evidence' && this.receipting.evidence) this.#quietly({ lane: 'evidence', sha256: topic.sha256 })
    if (payload === null || !('type' in topic)) return
    if (topic.type === 'NBIRTH') this.stream = streamIn(payload)
    if (topic.type === 'NBIRTH' || topic.type === 'NDATA') this.#below(readNodeData(payload).floor ?? 0)
    if (topic.kind !== 'sparkplug-device') return
    if (topic.type === 'DBIRTH') this.#born.set(topic.device, readDeviceBirth(payload, topic.device))
    const born = this.#born.get(topic.device)
    if (topic.type === 'DDATA' && born !== undefined) this.#data(readDeviceData(payload, born))
  }

  /** What the gateway holds no longer need not be waited for. */
  #below(floor: number): void {
    this.floor = floor
    this.#upTo = Math.max(this.#upTo, floor - 1)
    if (this.#seen.size > 0) this.#data([])
  }

  #data(readings: TelemetryReading[]): void {
    this.readings.push(...readings)
    for (const { seq } of readings) this.#seen.add(seq)
    if (!this.receipting.telemetry) return
    while (this.#seen.has(this.#upTo + 1)) this.#upTo += 1
    this.#quietly({ lane: 'telemetry', stream: this.stream, upTo: this.#upTo })
  }

  #alarm(transition: AlarmTransition): void {
    this.transitions.push(transition)
    const { occurrence, n } = transition
    if (this.receipting.alarm) this.#quietly({ lane: 'alarm', occurrence, n })
  }

  #quietly(receipt: Receipt): void {
    this.receipt(receipt).catch(() => undefined)
  }
}

function streamIn(payload: Payload): string {
  const about = payload.metrics.find(({ name }) => name === 'About')?.value
  return (JSON.parse(String(about)) as { stream: string }).stream
}

/** A good reading of feeder-meter/active-power. */
export function powerAt(at: number, value: number): Reading {
  return {
    device: 'feeder-meter',
    point: 'active-power',
    value,
    quality: 'good',
    reason: null,
    at: UtcMs.parse(at),
    mono: MonoMs.parse(at % 1_000_000),
    validUntil: UtcMs.parse(at + 2_500),
  }
}

/** A transition of one occurrence. */
export function transitionOf(
  stamp: string,
  n: number,
  kind: AlarmTransition['kind'] = n === 1 ? 'raise' : 'update',
): AlarmTransition {
  return {
    occurrence: `east-pit.night-load.${stamp}`,
    n,
    kind,
    site: 'east-pit',
    rule: 'night-load',
    ruleType: 'should-be-off',
    point: 'feeder-meter/active-power',
    priority: 'red',
    at: UtcMs.parse(1_760_000_000_000 + n),
    explanation: { key: 'should-be-off.raised', values: { value: 5 } },
    readings: [],
    evidence: [],
  }
}
