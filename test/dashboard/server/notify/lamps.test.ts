import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LedgerEntry } from '../../../../core/contract/ledger.ts'
import { openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import type { OwnTrouble } from '../../../../dashboard/server/alarms/own-alarms.ts'
import type { Channel } from '../../../../dashboard/server/config.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'
import { type Channels, openChannels } from '../../../../dashboard/server/notify/channels.ts'
import { openDesk } from '../../../../dashboard/server/notify/desk-channel.ts'
import { openLamps } from '../../../../dashboard/server/notify/lamps.ts'
import { systemClock } from '../../../../platform/clock.ts'
import type { ProviderFault } from '../../../../sim/providers/faults.ts'
import { serveMail } from '../../../../sim/providers/mail.ts'
import { serveRobots } from '../../../../sim/providers/robots.ts'
import { openFaultProxy } from '../../../../sim/fault-proxy/fault-proxy.ts'
import { MESSAGE } from '../../../platform/notifiers/message.ts'
import { secretFolder } from '../../../platform/notifiers/open.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'

async function world(list: readonly Channel[], secrets: Readonly<Record<string, string>> = {}) {
  const folder = secretFolder(secrets)
  const log = quietLog()
  const pace = handClock()
  const db = openDatabase(join(folder, 'control.sqlite'))
  const alarms = openAlarmDesk({ db, clock: systemClock, log, prefix: 'PW' })
  const desk = openDesk({ clock: pace, versionOf: () => Promise.resolve(1) })
  const channels: Channels = openChannels(list, {
    ...{ baseFolder: folder, folder, clock: systemClock, log, desk: desk.channel },
  })
  const troubles: (OwnTrouble | null)[] = []
  const own = {
    set: (_rule: string, trouble: OwnTrouble | null) => {
      troubles.push(trouble)
      return Promise.resolve()
    },
  }
  const open = () =>
    openLamps({
      ...{ channels, db, desk: alarms, own, look: () => desk.look(), waiting: () => 0 },
      ...{ clock: systemClock, pace, log },
    })
  const lamps = await open()
  const stop = new AbortController()
  const running = lamps.run(stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await running
    await db.close()
  })
  const lamp = (id: string) => lamps.list().find(({ channel }) => channel === id)!
  const send = async (id: string, address: string) => {
    try {
      await channels.get(id)!.channel.send(MESSAGE, address, new AbortController().signal)
      lamps.sent(id, null)
    } catch (error) {
      lamps.sent(id, error)
    }
    return lamp(id)
  }
  const ledger = async (): Promise<LedgerEntry[]> => (await alarms.ledger({ after: 0, limit: 500 })).entries
  const acts = async () =>
    (await ledger()).filter(({ act }) => act.startsWith('channel-')).map(({ act, subject }) => `${act} ${subject}`)
  return { pace, desk, lamps, lamp, send, acts, troubles, open, log }
}

async function robotWorld({ token = 'tok3n', within = '10s' } = {}) {
  const robots = await serveRobots({
    ...{ host: '127.0.0.1', port: 0, clock: systemClock, robots: [{ app: 'wecom', token: 'tok3n' }] },
  })
  const proxy = await openFaultProxy({ host: '127.0.0.1', port: 0, to: { host: '127.0.0.1', port: robots.port } })
  onTestFinished(async () => {
    await proxy.close()
    await robots.close()
  })
  const base = `http://127.0.0.1:${proxy.port}`
  const params = { base, tokenFile: 'token', within }
  const room = await world([{ id: 'group', kind: 'wecom', with: params }], { token })
  return { robots, proxy, ...room, say: () => room.send('group', '-') }
}

describe('the lamps under faults of providers', () => {
  it.each<[ProviderFault, string]>([
    ['throttle', 'degraded'],
    ['error-200', 'down'],
    ['timeout', 'down'],
    ['slow-loris', 'down'],
    ['endless', 'down'],
    ['broken', 'down'],
    ['not-json', 'down'],
    ['hang-up', 'down'],
    ['500', 'down'],
  ])('%s: not green while it lasts, and green with the first message that is taken', async (fault, worst) => {
    const isSlow = fault === 'timeout' || fault === 'slow-loris'
    const { robots, say, lamp } = await robotWorld({ within: isSlow ? '600ms' : '10s' })
    expect(lamp('group').state).toBe('unproven')
    robots.fault('wecom', fault)
    expect((await say()).state).toBe('degraded')
    await say()
    const last = await say()
    expect(last).toMatchObject({ state: worst, attempted: 3, accepted: 0, failed: 3, lastAcceptedAt: null })
    expect(last.why).not.toBeNull()
    robots.fault('wecom', 'none')
    expect(await say()).toMatchObject({ state: 'good', why: null, attempted: 4, accepted: 1 })
  })

  it('a wrong key is down at once, and neither lamp nor ledger says the key', async () => {
    const { say } = await robotWorld({ token: 'wr0ng' })
    const lamp = await say()
    expect(lamp.state).toBe('down')
    expect(lamp.why).not.toContain('wr0ng')
  })

  it('a connection whose far side is gone without a word is cut by time, and the next message goes over another', async () => {
    const { proxy, say } = await robotWorld({ within: '1s' })
    for (let n = 0; n < 3; n++) expect((await say()).state).toBe('good')
    // The connection of the last message is put back a moment after its answer.
    await new Promise(setImmediate)
    const open = proxy.connections()
    proxy.halfOpen()
    expect((await say()).state).toBe('degraded')
    const states = []
    for (let n = 0; n < open; n++) states.push((await say()).state)
    expect(states.at(-1)).toBe('good')
  })

  it('a network that is cut is down, and heals by itself', async () => {
    const { proxy, say } = await robotWorld()
    proxy.set({ refuses: true })
    await say()
    await say()
    expect((await say()).state).toBe('down')
    proxy.set({})
    expect((await say()).state).toBe('good')
  })
})

describe('the lamps', () => {
  it('write down when a channel goes down and when it is good again, and raise and end one alarm', async () => {
    const { robots, say, pace, acts, troubles } = await robotWorld()
    await until('the first look', () => troubles.length === 1)
    robots.fault('wecom', '500')
    for (let n = 0; n < 3; n++) await say()
    await pace.advance(1_000)
    await until('the alarm', () => troubles.length === 2)
    expect(troubles[1]).toMatchObject({
      priority: 'red',
      explanation: { key: 'control-room.channel-down', values: { channels: 'group', down: 1, of: 2 } },
    })
    robots.fault('wecom', 'none')
    await say()
    await pace.advance(1_000)
    await until('its end', () => troubles.length === 3)
    expect(troubles.at(-1)).toBeNull()
    expect(await acts()).toEqual(['channel-down group', 'channel-good group'])
  })

  it('are as they were after a restart', async () => {
    const { say, pace, open, lamp } = await robotWorld()
    await say()
    await pace.advance(1_000)
    await until('that it is written', async () => (await open()).list().some(({ state }) => state === 'good'))
    const again = (await open()).list().find(({ channel }) => channel === 'group')
    expect(again).toEqual(lamp('group'))
  })

  it('ask what bothers nobody, every five minutes and every minute while it does not answer', async () => {
    const mail = await serveMail({ host: '127.0.0.1', port: 0, clock: systemClock, login: null })
    onTestFinished(() => mail.close())
    mail.refuse({ at: 'connect', code: 421 })
    const params = { host: '127.0.0.1', port: mail.port, from: 'a@b.example' }
    const { pace, lamp } = await world([{ id: 'mail', kind: 'email', with: params }])
    await until('the first answer', () => lamp('mail').state === 'degraded')
    expect(lamp('mail')).toMatchObject({ why: expect.stringContaining('421'), attempted: 0 })
    mail.refuse(null)
    await until('its pause', () => pace.sleepers === 2)
    await pace.advance(60_000)
    await until('the next', () => lamp('mail').state === 'unproven')
    mail.refuse({ at: 'connect', code: 421 })
    await until('its pause', () => pace.sleepers === 2)
    await pace.advance(299_000)
    expect(lamp('mail').state).toBe('unproven')
    await pace.advance(1_000)
    await until('the third', () => lamp('mail').state === 'degraded')
    expect(mail.mails).toEqual([])
  })

  it('show the desk as it is', async () => {
    const { pace, desk, lamp, send, acts } = await world([])
    expect(lamp('desk').state).toBe('unproven')
    const page = desk.join({ user: 'lin', isOperator: true, show: () => undefined })
    const say = (sound: 'running' | 'blocked') => page.heard({ type: 'desk', sound, shown: [], notices: [] })
    say('running')
    const pass = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        await until('the end of a tick', () => pace.sleepers === 1)
        await pace.advance(1_000)
      }
    }
    await pass(1)
    expect((await send('desk', 'lin')).state).toBe('good')
    say('blocked')
    await pass(12)
    expect(lamp('desk')).toMatchObject({ state: 'degraded', why: 'sound-blocked' })
    page.left()
    await pass(62)
    await until('the row', async () => (await acts()).length > 0)
    expect(lamp('desk')).toMatchObject({ state: 'down', why: 'no-page' })
    expect(await acts()).toEqual(['channel-down desk'])
  })
})
