import { spawn, type ChildProcess } from 'node:child_process'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { LinkHead, TrendColumns, TrendHead } from '../../../core/contract/chain.ts'
import type { Verdict } from '../../../core/contract/lanes.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import { topicOf, topicText, type Topic } from '../../../core/contract/topics.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { decodeRangeBody } from '../../../core/decode/range-body.ts'
import { decodeTrendBody } from '../../../core/decode/trend-body.ts'
import { decodeLinkMessage, decodeTrendMessage, hashOfBody, unpackBody } from '../../../platform/chain.ts'
import { hostStateTopic } from '../../../platform/host-state.ts'
import type { Log } from '../../../platform/log.ts'
import { openMqtt, type MqttLink } from '../../../platform/mqtt.ts'
import { decodePayload, encodePayload, type Payload } from '../../../platform/sparkplug.ts'
import { PictureParts } from '../../../platform/picture-parts.ts'
import {
  readDeviceBirth,
  readDeviceData,
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
  const end = Date.now() + 60_000
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
  #isOut = false
  url = ''

  constructor(port: number) {
    this.#server = createServer((near) => {
      if (this.#isOut) {
        near.destroy()
        return
      }
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

  /** Cuts, and takes no connection until it is plugged in again. */
  unplug(): void {
    this.#isOut = true
    this.cut()
  }

  plug(): void {
    this.#isOut = false
  }

  /** Stays plugged in and carries nothing any more, until it is cut. */
  hold(): void {
    for (const socket of this.#sockets) socket.unpipe().pause()
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

/** A link as the control room has it. */
export interface HeardLink {
  readonly head: LinkHead
  readonly hash: string
}

/** The least a control room does: hears everything, understands births and data, and gives receipts when told to. */
export class ControlRoom {
  readonly heard: Heard[] = []
  /** What came as DDATA. */
  readonly readings: TelemetryReading[] = []
  readonly transitions: AlarmTransition[] = []
  /** As they came, also those that came twice. */
  readonly links: HeardLink[] = []
  readonly trends: { readonly head: TrendHead; readonly columns: readonly TrendColumns[]; readonly after: number }[] =
    []
  readonly pictures: { readonly sha256: string; readonly bytes: Uint8Array }[] = []
  receipting = { range: true, trend: true, alarm: true, evidence: true }
  verdict: (link: HeardLink) => Verdict = () => 'accept'
  readonly #born = new Map<string, BornDevice>()
  readonly #parts = new PictureParts({ bytes: 2 ** 20, open: 4 })
  readonly #seen = new Map<number, unknown>()
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

  /** Distinct stream numbers that came in ranges, of one stream. */
  seqs(): number[] {
    return [...this.#seen.keys()].sort((a, b) => a - b)
  }

  /** The values that came in ranges, by stream number. */
  values(): unknown[] {
    return this.seqs().map((seq) => this.#seen.get(seq))
  }

  receipt(receipt: object): Promise<void> {
    return this.#link.publish('pitwatch/v1/demo/east-pit/receipt', JSON.stringify(receipt), { qos: 1 })
  }

  rebirth(): Promise<void> {
    return this.#link.publish(REBIRTH_TOPIC, encodePayload(rebirthCommand(UtcMs.parse(1))))
  }

  /** Says as the primary host whether it is there. */
  host(online: boolean, timestamp: number): Promise<void> {
    const options = { qos: 1, retain: true } as const
    return this.#link.publish(hostStateTopic('demo'), JSON.stringify({ online, timestamp }), options)
  }

  say(topic: string, payload: string | Uint8Array): Promise<void> {
    return this.#link.publish(topic, payload, { qos: 1 })
  }

  close(): Promise<void> {
    return this.#link.close()
  }

  #hear(text: string, bytes: Uint8Array): void {
    if (text.startsWith('spBv1.0/STATE/')) return
    const topic = topicOf(text)
    if (topic === null) throw new Error(`unknown topic ${text}`)
    if ('type' in topic && (topic.type === 'NCMD' || topic.type === 'DCMD')) return
    const payload = 'type' in topic ? decodePayload(bytes) : null
    this.heard.push({ topic, payload, bytes })
    if (topic.kind === 'alarm') this.#alarm(AlarmTransition.parse(JSON.parse(Buffer.from(bytes).toString())))
    if (topic.kind === 'evidence') this.#picture(topic.sha256, bytes)
    if (topic.kind === 'range') this.#range(bytes)
    if (topic.kind === 'trend') this.#trend(bytes)
    if (payload === null || topic.kind !== 'sparkplug-device') return
    if (topic.type === 'DBIRTH') this.#born.set(topic.device, readDeviceBirth(payload, topic.device))
    const born = this.#born.get(topic.device)
    if (topic.type === 'DDATA' && born !== undefined) this.readings.push(...readDeviceData(payload, born))
  }

  #range(bytes: Uint8Array): void {
    const { head, hash, body } = decodeLinkMessage(bytes)
    this.links.push({ head, hash })
    if (head.link.kind === 'range' && head.fidelity === 'raw') {
      const plain = unpackBody(body, 2 ** 22)
      if (hashOfBody(plain) !== head.link.body) throw new Error('the body is not that of its link')
      for (const { firstSeq, readings } of decodeRangeBody(plain))
        for (const [place, { value }] of readings.entries()) this.#seen.set(firstSeq + place, value)
    }
    if (!this.receipting.range) return
    const { stream, n } = head.link
    this.#quietly({ lane: 'range', stream, n, hash, verdict: this.verdict({ head, hash }) })
  }

  #trend(bytes: Uint8Array): void {
    const { head, body } = decodeTrendMessage(bytes)
    const columns = decodeTrendBody(unpackBody(body, 2 ** 22))
    this.trends.push({ head, columns, after: this.links.length })
    const { stream, from, to } = head
    if (this.receipting.trend) this.#quietly({ lane: 'trend', stream, from, to })
  }

  #picture(sha256: string, bytes: Uint8Array): void {
    const picture = this.#parts.take(sha256, bytes)
    if (picture === null) return
    this.pictures.push({ sha256, bytes: picture })
    if (this.receipting.evidence) this.#quietly({ lane: 'evidence', sha256 })
  }

  #alarm(transition: AlarmTransition): void {
    this.transitions.push(transition)
    const { occurrence, n } = transition
    if (this.receipting.alarm) this.#quietly({ lane: 'alarm', occurrence, n })
  }

  #quietly(receipt: object): void {
    this.receipt(receipt).catch(() => undefined)
  }
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
