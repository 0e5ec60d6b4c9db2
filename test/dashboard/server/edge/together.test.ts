import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import { openAccounts } from '../../../../dashboard/server/broker/accounts.ts'
import { type EmbeddedBroker, openEmbeddedBroker } from '../../../../dashboard/server/broker/embedded.ts'
import { openSoundAtSite } from '../../../../dashboard/server/edge/sound-at-site.ts'
import { openEmbeddedHistory } from '../../../../dashboard/server/history/embedded.ts'
import { openCounty } from '../../../../dashboard/server/ingest/county.ts'
import { openEvidenceStore } from '../../../../dashboard/server/ingest/evidence-store.ts'
import { openIngest } from '../../../../dashboard/server/ingest/ingest.ts'
import { controlRoomFilters } from '../../../../core/contract/topics.ts'
import { feedbackLane } from '../../../../gateway/feedback/feedback-lane.ts'
import { gatewayHealth } from '../../../../gateway/health.ts'
import { openUplink } from '../../../../gateway/uplink/uplink.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { siteNotifier } from '../../../../platform/notifiers/site.ts'
import { signCommand, verifyCommand } from '../../../../platform/identity/signatures.ts'
import type { PhoneText } from '../../../../sim/modem/network.ts'
import { serveModem } from '../../../../sim/modem/serve-modem.ts'
import { LoneSite, transitionOf } from '../../../gateway/alone/site.ts'
import { Relay } from '../../../gateway/deterrent/relay.ts'
import { freePort, temporaryFolder } from '../../../gateway/uplink/county.ts'
import { DATING, SITE as FACTS } from '../../../gateway/uplink/gateway.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { type EdgeWorld, KEY, openEdgeWorld, SITE } from './world.ts'

const A = 'east-pit.night-load.a'

describe('a gateway and its control room', () => {
  const closing = { stack: new AsyncDisposableStack() }
  let folder: ReturnType<typeof temporaryFolder>
  let world: EdgeWorld
  let room: Room
  let site: LoneSite
  let texts: PhoneText[]
  let relay: Relay
  let reply: (from: string, text: string) => void

  /** The control room's side of the line: its broker, which can be cut off, and what hears it. */
  class Room {
    broker: EmbeddedBroker | null = null
    readonly port: number
    readonly take: ((message: { topic: string; payload: Uint8Array }) => void)[] = []
    constructor(port: number) {
      this.port = port
      world.publish = (topic, payload, how) =>
        this.broker?.publish(topic, payload, how) ?? Promise.reject(new Error('no broker'))
    }

    async open(): Promise<void> {
      this.broker = await openEmbeddedBroker(
        {
          ...{ host: '127.0.0.1', port: this.port, group: 'county', log: quietLog() },
          accounts: openAccounts([{ user: 'gateway', site: SITE, passwordFile: 'secret' }], [], folder.path),
        },
        {
          filters: controlRoomFilters('county'),
          onMessage: (message) => {
            for (const take of this.take) take(message)
          },
          onConnected: (publish) => world.edge.announce(publish),
        },
      )
    }

    async cut(): Promise<void> {
      await this.broker?.close()
      this.broker = null
    }
  }

  const openUplinkOf = (one: LoneSite, stop: AbortSignal): Promise<void> => {
    const commands = feedbackLane({
      ...{ site: SITE, accepts: 'signed', clock: systemClock, isTimeKnown: () => true, log: quietLog() },
      verify: (order, signature) => verifyCommand(order, signature, KEY),
      heed: () => Promise.reject(new Error('no feedback here')),
      sound: (order, requestedAt) => one.alone.sound(order, requestedAt),
    })
    const uplink = openUplink({
      ...{ group: 'county', site: SITE, store: one.store, devices: [], primaryHost: false, bitRate: null },
      about: () => ({ site: FACTS, version: '1', stream: one.store.stream, dating: DATING, rules: [] }),
      access: { url: `mqtt://127.0.0.1:${room.port}`, user: 'gateway', password: 'a-secret' },
      datingOf: () => null,
      ...{ clock: systemClock, log: quietLog(), lanes: [...one.alone.lanes, commands] },
      health: () =>
        gatewayHealth({
          ...{ site: SITE, startedAt: systemClock.mono(), store: one.store, buses: [], devices: [], alone: one.alone },
          clock: { ...systemClock, health: () => ({ ...DATING, systemAheadMs: 0 }) },
        }),
      mqtt: { pauseMs: { first: 30, most: 100 }, keepaliveS: 2 },
      timing: { alarmResendMs: 300, tickMs: 50 },
    })
    const nothing = { stream: one.store.stream, device: null, firstSeq: 0, readings: [], pictures: [], acts: [] }
    one.onActs = (acts) => uplink.committed({ ...nothing, acts, uncertaintyMs: 40 }, [])
    one.onTransitions = (transitions) => uplink.committed({ ...nothing, uncertaintyMs: 40 }, transitions)
    return uplink.run(stop)
  }

  beforeEach(async () => {
    closing.stack = new AsyncDisposableStack()
    folder = temporaryFolder()
    texts = []
    writeFileSync(join(folder.path, 'secret'), 'a-secret\n')
    const path = join(folder.path, 'modem')
    const modem = await serveModem({ path, clock: systemClock, bootMs: 10, onText: (text) => texts.push(text) })
    reply = (from, text) => modem.reply(from, text)
    relay = new Relay()
    await relay.listen()
    world = openEdgeWorld(systemClock)
    room = new Room(await freePort())
    await room.open()
    site = new LoneSite({ folder: folder.path, modemPath: path, relay, alone: { siren: 'siren' }, key: KEY })
    const history = await openEmbeddedHistory(folder.path)
    const archive = openArchive(folder.path)
    const ingest = openIngest({
      ...{ group: 'county', county: openCounty([]), history, archive, desk: world.desk, log: quietLog() },
      ...{ evidence: openEvidenceStore(folder.path), keysOf: () => [], timeIsWorth: () => 30, heard: () => undefined },
      publish: (topic, payload, how) => world.publish(topic, payload, how),
      clock: systemClock,
    })
    room.take.push(
      (message) => world.edge.take(message),
      (message) => ingest.take(message),
    )
    const stop = new AbortController()
    const running = [ingest.run(stop.signal), world.edge.run(stop.signal), openUplinkOf(site, stop.signal)]
    closing.stack.defer(async () => {
      stop.abort()
      await Promise.all(running)
      await room.cut()
      archive.close()
      await history.close()
      await world.end()
      await site.end()
      await relay[Symbol.asyncDispose]()
      await modem[Symbol.asyncDispose]()
      folder.remove()
    })
    await until('the sheet', () => site.alone.health().sheet !== null)
    await site.modemReady()
  })
  afterEach(() => closing.stack.disposeAsync())

  it('are one again after a cut: the alarm shows who was told and who has it, and nobody is called again', async () => {
    await room.cut()
    site.commit(transitionOf('a'))
    await until('both texts', () => texts.length === 2)
    const officer = texts[0]!
    const code = /Q(\d{4})/.exec(officer.text)
    reply(officer.to, `${code?.[1] ?? code?.[2] ?? ''} on my way`)
    await until('the acknowledgement', () => site.did.includes('acknowledged'))
    await until('silence', () => !relay.isOn)
    await room.open()
    await until('the alarm', async () => (await world.desk.get(A)) !== null)
    const alarm = (await world.desk.get(A))!
    const said = site.told.find(({ did }) => did.kind === 'acknowledged')!
    expect(alarm.state).toBe('acked')
    expect(alarm.acknowledgement).toMatchObject({ at: said.at, via: 'edge', note: 'on my way' })
    expect(alarm.notices.map(({ byEdge, medium }) => [byEdge, medium])).toEqual([
      [true, 'sms'],
      [true, 'sms'],
    ])
    for (let ticks = 0; ticks < 3; ticks += 1) {
      await world.dispatcher.tick()
      await world.dispatcher.idle()
    }
    expect(world.sent.filter((line) => !line.endsWith(' acknowledged'))).toEqual([])
    await until('empty hands', () => site.store.edgeActs().length === 0 && site.store.alarms().length === 0)
    await until('the word', () => site.store.note('alarm-word')?.includes('"acknowledged"') === true)
    expect((await world.acts()).filter((act) => act === 'siren-sounded')).toHaveLength(1)
  })

  it('call nobody twice: an acknowledgement at the desk silences the site, though its receipt was lost', async () => {
    await room.cut()
    site.commit(transitionOf('a'))
    await until('both texts', () => texts.length === 2 && relay.isOn)
    // What the control room got by another way.
    await world.desk.receive(transitionOf('a'))
    await world.desk.acknowledge(A, { by: 'lin', note: '已派人去看', via: 'desk' })
    await room.open()
    await until('silence', () => !relay.isOn)
    await until('the site knows', () => site.alone.health().calling === 0)
  })

  it('sound the siren together: the control room orders it, the gateway does it and sees it', async () => {
    const sound = openSoundAtSite({
      ...{ group: 'county', sign: (order) => signCommand(order, KEY), clock: systemClock },
      publish: (topic, payload, how) => world.publish(topic, payload, how),
    })
    room.take.push((message) => sound.take(message))
    const deps = {
      id: 'siren',
      baseFolder: folder.path,
      folder: folder.path,
      clock: systemClock,
      log: quietLog(),
      sites: sound,
    }
    const channel = siteNotifier.open({ seconds: 5 }, deps)
    const message = { alarm: A, to: '张甲' } as never
    const signal = new AbortController().signal
    expect(await channel.send(message, '-', signal)).toEqual({ answer: 'seen to sound' })
    expect(relay.isOn).toBe(true)
    await expect(channel.send(message, SITE, signal)).rejects.toMatchObject({ code: 'notify/temporary' })
    const unknown = siteNotifier.open({ output: 'pump' }, deps)
    await expect(unknown.send(message, '-', signal)).rejects.toMatchObject({ code: 'notify/refused' })
    await room.cut()
    await expect(channel.send(message, '-', signal)).rejects.toThrow()
    const down = siteNotifier.open({}, { ...deps, sites: undefined as never })
    await expect(down.send(message, '-', signal)).rejects.toMatchObject({ code: 'notify/temporary' })
  })
})
