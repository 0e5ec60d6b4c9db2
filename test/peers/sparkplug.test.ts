import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import sparkplugClient from 'sparkplug-client'
import { describe, expect, it } from 'vitest'
import type { Tap } from '../../cli/sparkplug/tap.ts'
import { CLAUSES, lint, type Verdict } from '../../cli/sparkplug/lint.ts'
import { startGateway } from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { freePort, startProcess, testFolder } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { EDGE, GROUP, openBroker, openBrokerTap, openHost, writeTwoMeters } from './sparkplug-world.ts'

const MAIN = fileURLToPath(new URL('../../cli/pitwatch.js', import.meta.url))

/** A gateway sends what it has read also when it is what it was: that a value still holds is news of a closed pit. */
const RECOMMENDATIONS_NOT_FOLLOWED = ['operational-behavior-data-publish-dbirth-change', 'principles-rbe-recommended']

/** Clauses of NDATA: a gateway has no metrics of its own that change. */
const NEVER_SENT = [
  'operational-behavior-data-publish-nbirth',
  'operational-behavior-data-publish-nbirth-change',
  'operational-behavior-data-publish-nbirth-order',
  'payloads-ndata-order',
  'payloads-ndata-qos',
  'payloads-ndata-retain',
  'payloads-ndata-seq',
  'payloads-ndata-seq-inc',
  'payloads-ndata-timestamp',
  'topics-nbirth-metric-reqs',
  'topics-ndata-mqtt',
  'topics-ndata-payload',
  'topics-ndata-seq-num',
  'topics-ndata-timestamp',
  'topics-ndata-topic',
]

/** What does not bind a gateway, with the reason. DataSets and Templates: it sends none; the last: permissions. */
const NOT_APPLICABLE: Readonly<Record<string, RegExp>> = {
  'no-dataset': /^payloads-(dataset|template-dataset)-/,
  'no-template': /^(topics-nbirth-templates|payloads-template-)/,
  'one-server': /multiple-servers-(single-server|walk)$/,
  'other-mqtt-version': /(persistence-clean-session-50|publisher-disconnect-mqtt50)$/,
  permission:
    /(duplicate-device-id-across-edge-node|name-cmd-requirement|parameters-default|members-data|instance-parameters)$/,
}

const idsOf = (verdicts: readonly Verdict[], is: Verdict['outcome']['is']) =>
  verdicts
    .filter(({ outcome }) => outcome.is === is)
    .map(({ id }) => id)
    .toSorted()

const PEER = 'peer'
const double = (name: string, value: number) => ({ name, type: 'Double' as const, value })

/** The edge node of the npm package, with one device. */
function startPeer(port: number) {
  const client = sparkplugClient.newClient({
    serverUrl: `mqtt://127.0.0.1:${port}`,
    ...{ username: '', password: '', groupId: GROUP, edgeNode: PEER, clientId: PEER, version: 'spBv1.0' },
  })
  client.on('birth', () => {
    client.publishNodeBirth({ timestamp: Date.now(), metrics: [double('load', 1)] })
    client.publishDeviceBirth('meter', { timestamp: Date.now(), metrics: [double('power', 1)] })
  })
  return client
}

/** Whether the newest connection listens and has not said a birth. */
function waits(tap: Tap): boolean {
  const { heard } = tap.timeline()
  const newest = heard.filter(({ connection }) => connection === heard.at(-1)?.connection).map(({ said }) => said.kind)
  return newest.includes('suback') && newest.filter((kind) => kind === 'publish').length === 1
}

describe('Sparkplug 3.0, clause by clause', () => {
  it('is kept by the gateway through start, request, loss of a device, of the broker and of the host, stop and kill', async () => {
    await using folder = await testFolder()
    await using meters = new AsyncDisposableStack()
    const [one, two] = [
      meters.use(await openMeter('eastron/sdm630', { 'active-power': 0 })),
      meters.use(await openMeter('eastron/sdm630', { 'active-power': 5 })),
    ]
    await using broker = await openBroker()
    await using tap = await openBrokerTap(broker.port)
    await using host = await openHost(broker.port)
    const site = await writeTwoMeters(folder.path, tap.port, [one.port, two.port])
    const count = (type: string) => host.heard.filter((topic) => topic.split('/')[2] === type).length
    const more = async (type: string, what: string, act: () => PromiseLike<unknown>, times = 1) => {
      const before = count(type)
      await act()
      await until(what, () => count(type) >= before + times)
    }

    await host.state(false, 1_000)
    let gateway = await startGateway(site)
    await sleep(300)
    expect(count('NBIRTH')).toBe(0)
    await more('DBIRTH', 'births once the host is online', () => host.state(true, 2_000), 2)
    await more('DDATA', 'data', () => Promise.resolve(), 10)
    await more('DBIRTH', 'births on request', () => host.askBirths(), 2)
    await more('DDATA', 'more than 256 messages', () => Promise.resolve(), 260)
    await more('DDEATH', 'the death of a device that is gone', () => two[Symbol.asyncDispose]())
    // A word of before: it is delivered late and must end nothing.
    await host.state(false, 1_500, true)
    await more('DDATA', 'data as before', () => Promise.resolve(), 3)
    await more('NDEATH', 'a death when the host goes', () => host.state(false, 3_000))
    await until('the gateway to wait anew', () => waits(tap))
    await host.state(true, 2_500, true)
    await sleep(200)
    await more('NBIRTH', 'births when the host is back', () => host.state(true, 4_000))
    await more('NBIRTH', 'births on a new broker', async () => {
      await broker.restart()
      await host.state(true, 5_000)
    })
    await more('DDATA', 'data', () => Promise.resolve(), 3)
    await gateway.kill()
    await more('NBIRTH', 'births after a kill', async () => (gateway = await startGateway(site)))
    await more('DDATA', 'data', () => Promise.resolve(), 3)
    await gateway.stop()

    const verdicts = lint(tap.timeline(), { group: GROUP, edge: EDGE })
    expect(verdicts.filter(({ outcome }) => outcome.is === 'failed')).toEqual([])
    expect(idsOf(verdicts, 'advised')).toEqual(RECOMMENDATIONS_NOT_FOLLOWED)
    expect(idsOf(verdicts, 'not-seen')).toEqual(NEVER_SENT)
    const inapplicable = verdicts.filter(({ outcome }) => outcome.is === 'not-applicable')
    for (const { id, outcome } of inapplicable) {
      expect(id).toMatch(outcome.is === 'not-applicable' ? (NOT_APPLICABLE[outcome.reason] ?? /^$/) : /^$/)
    }
    expect(verdicts.filter(({ outcome }) => outcome.is === 'passed').length).toBeGreaterThan(140)
  }, 60_000)

  it('is broken by sparkplug-client 3.2.4 where it is known to break it', async () => {
    await using broker = await openBroker()
    await using tap = await openBrokerTap(broker.port)
    await using host = await openHost(broker.port)
    const peer = startPeer(tap.port)
    await until('births', () => host.heard.some((topic) => topic.includes('DBIRTH')))
    peer.publishDeviceData('meter', { timestamp: Date.now(), metrics: [double('power', 2)] })
    await until('data', () => host.heard.some((topic) => topic.includes('DDATA')))
    tap.hangUp()
    await until('births on a new connection', () => host.heard.filter((topic) => topic.includes('NBIRTH')).length > 1)
    peer.stop()
    await until('its end', () => tap.timeline().heard.at(-1)?.said.kind === 'end')

    const failed = idsOf(lint(tap.timeline(), { group: GROUP, edge: PEER }), 'failed')
    expect(failed).toEqual(
      expect.arrayContaining([
        'message-flow-edge-node-birth-publish-will-message-qos',
        'payloads-ndeath-will-message-qos',
        'topics-nbirth-bdseq-increment',
        'message-flow-edge-node-ncmd-subscribe',
        'message-flow-device-dcmd-subscribe',
        'topics-nbirth-rebirth-metric',
        'operational-behavior-data-commands-rebirth-name',
      ]),
    )
  }, 60_000)
})

describe('pitwatch sparkplug lint', () => {
  it('stands between node and broker, prints the verdicts as JSON, and answers 1 when one is broken', async () => {
    await using broker = await openBroker()
    await using host = await openHost(broker.port)
    const port = await freePort()
    const words = [
      'sparkplug',
      'lint',
      '--broker',
      `mqtt://127.0.0.1:${broker.port}`,
      '--listen',
      String(port),
      '--json',
    ]
    await using lintProgram = await startProcess(process.execPath, [MAIN, ...words, '--lang=en'], {
      ready: /connect to/,
    })
    const peer = startPeer(port)
    await until('births', () => host.heard.some((topic) => topic.includes('DBIRTH')))
    lintProgram.signal('SIGINT')
    expect(await lintProgram.ended).toBe(1)
    peer.stop()
    const json = lintProgram
      .output()
      .split('\n')
      .find((line) => line.startsWith('['))
    const [report] = JSON.parse(json ?? '[]') as { edge: string; clauses: { id: string; is: string }[] }[]
    expect(report?.edge).toBe(PEER)
    expect(report?.clauses).toHaveLength(CLAUSES.length)
    expect(report?.clauses).toContainEqual(
      expect.objectContaining({ id: 'tck-id-payloads-ndeath-will-message-qos', is: 'failed' }),
    )
  }, 30_000)
})

describe('the list of clauses', () => {
  it('names each once, as the specification writes it', () => {
    const ids = CLAUSES.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][a-zA-Z0-9-]*[a-zA-Z0-9]$/)
  })
})
