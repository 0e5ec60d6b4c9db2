import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../../../core/contract/alarm.ts'
import { type DeskStatus, LiveMessage } from '../../../../core/contract/live.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { alarmChanges } from '../../../../dashboard/server/alarms/changes.ts'
import { openCounty } from '../../../../dashboard/server/ingest/county.ts'
import { openAlarmBoard } from '../../../../dashboard/server/live/alarm-board.ts'
import { openLiveFeed } from '../../../../dashboard/server/live/feed.ts'
import { openDesk } from '../../../../dashboard/server/notify/desk-channel.ts'
import { MESSAGE } from '../../../platform/notifiers/message.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { edge, START } from '../ingest/edge.ts'

function alarm(part: Partial<Alarm> = {}): Alarm {
  const at = UtcMs.parse(START)
  return {
    ...{ id: 'east-pit.winch.a', site: 'east-pit', rule: 'winch', ruleType: 'should-be-off' },
    ...{ point: 'feeder/active-power', priority: 'red', state: 'unacked', raisedAt: at, receivedAt: at },
    ...{ returnedAt: null, closedAt: null, activations: [], explanation: { key: 'a.b', values: {} } },
    ...{ readings: [], evidence: [], acknowledgement: null, notes: [], notices: [], version: 1 },
    ...{ number: 'PW-20260112-0001', latched: false, late: false, ruleVersion: null, returnRuleVersion: null },
    ...{ sampledAt: null, storedAt: null, suppressions: [], held: 0, reAlarmAt: null, assignee: null, findings: [] },
    ...{ chattering: false, quality: 'good', ladder: null },
    ...part,
  }
}

async function world() {
  const county = openCounty([])
  county.nodeBorn(edge().about())
  county.deviceBorn('east-pit', {
    ...{ device: 'feeder', name: { 'zh-CN': '电表', en: 'meter' }, profile: 'a/b' },
    points: [
      { device: 'feeder', point: 'active-power', name: null, quantity: 'power', unit: 'W', range: null, latest: null },
    ],
  })
  const newest = new Map<string, Alarm>()
  const changes = alarmChanges((ids) => Promise.resolve(ids.flatMap((id) => newest.get(id) ?? [])), quietLog())
  const desk = {
    open: () => Promise.resolve([]),
    changed: (ids: Iterable<string>) => changes.changed(ids),
    changes: (signal: AbortSignal) => changes.follow(signal),
  }
  const raise = (changed: Alarm) => {
    newest.set(changed.id, changed)
    changes.changed([changed.id])
  }
  const board = await openAlarmBoard(desk, quietLog())
  const clock = handClock(START)
  const pages = openDesk({ clock, versionOf: () => Promise.resolve(1) })
  const status: DeskStatus = { lamps: [], watchman: 'absent', storm: false, onDuty: [], suppressed: 0 }
  const stands = { ...status }
  const said = { version: 'test', revision: 'same', page: '/assets/a.js' }
  let isNews = false
  const hello = {
    now: () => ({ ...said }),
    look: () => {
      const was = isNews
      isNews = false
      return Promise.resolve(was)
    },
  }
  const rebuild = (page: string) => {
    said.page = page
    isNews = true
  }
  const feed = openLiveFeed({ county, board, clock, hello, status: () => stands, desk: pages })
  const stop = new AbortController()
  const running = feed.run(stop.signal)
  const join = () => {
    const heard: LiveMessage[] = []
    const socket = {
      ...{
        buffered: 0,
        refused: '',
        isEnded: false,
        isWelcome: true,
        who: { user: 'lin', isOperator: true },
        sees: null,
      },
      send: (text: string) => void heard.push(LiveMessage.parse(JSON.parse(text))),
      bufferedBytes: () => socket.buffered,
      refuse: (why: string) => void (socket.refused = why),
      end: () => void (socket.isEnded = true),
      isAllowed: () => Promise.resolve(socket.isWelcome),
    }
    return { heard, socket, client: feed.join(socket) }
  }
  const read = (value: number, ms: number) =>
    county.reading('east-pit', 'feeder/active-power', {
      ...{
        value,
        quality: 'good',
        reason: null,
        uncertaintyMs: 0,
        at: UtcMs.parse(START + ms),
        validUntil: UtcMs.parse(START + ms + 2_500),
      },
    })
  const end = async () => {
    stop.abort()
    await running
  }
  return { county, feed, join, read, raise, pages, stands, rebuild, [Symbol.asyncDispose]: end }
}

const readingsOf = (heard: readonly LiveMessage[]) =>
  heard.flatMap((message) => (message.type === 'delta' ? message.readings.map(({ latest }) => latest.value) : []))

describe('the live feed', () => {
  it('begins with a snapshot and counts on without gaps', async () => {
    await using live = await world()
    const { heard, client } = live.join()
    expect(heard[0]).toMatchObject({ type: 'snapshot', rev: 0, sites: [{ site: { id: 'east-pit' } }], alarms: [] })
    client.take('{"type":"watch","site":"east-pit"}')
    for (let n = 1; n <= 3; n++) {
      live.read(n, n)
      await until('the reading', () => readingsOf(heard).includes(n))
    }
    const revs = heard.flatMap((message) => (message.type === 'delta' ? [message.rev] : []))
    expect(revs).toEqual(revs.map((_, index) => index + 1))
  })

  it('gives a client the readings of the site it watches, and of no other', async () => {
    await using live = await world()
    const [watching, looking] = [live.join(), live.join()]
    live.read(7, 1)
    watching.client.take('{"type":"watch","site":"east-pit"}')
    await until('the reading', () => readingsOf(watching.heard).includes(7))
    watching.client.take('{"type":"watch","site":null}')
    live.read(8, 2)
    await until('the summary', () =>
      looking.heard.some((message) => message.type === 'delta' && message.sites.length > 0),
    )
    expect(readingsOf(looking.heard)).toEqual([])
    expect(readingsOf(watching.heard)).toEqual([7])
  })

  it('sends an alarm with the summary that counts it, and once more when it is closed', async () => {
    await using live = await world()
    const { heard } = live.join()
    live.raise(alarm())
    const delta = await until('the alarm', () =>
      heard.find((message) => message.type === 'delta' && message.alarms.length > 0),
    )
    expect(delta).toMatchObject({
      alarms: [{ id: 'east-pit.winch.a' }],
      sites: [{ openAlarms: { red: 1 }, worstUnacked: 'red' }],
    })
    live.raise(alarm({ state: 'closed', version: 2 }))
    await until('the end', () =>
      heard.some((message) => message.type === 'delta' && message.alarms[0]?.state === 'closed'),
    )
    expect(live.join().heard[0]).toMatchObject({ alarms: [], sites: [{ openAlarms: { red: 0 }, worstUnacked: null }] })
  })

  it('leaves a slow client out and gives it a snapshot once it can take one', async () => {
    await using live = await world()
    const [slow, quick] = [live.join(), live.join()]
    for (const { client } of [slow, quick]) client.take('{"type":"watch","site":"east-pit"}')
    slow.socket.buffered = 5 << 20
    for (let n = 1; n <= 3; n++) {
      live.read(n, n)
      await until('the reading', () => readingsOf(quick.heard).includes(n))
    }
    expect(slow.heard).toHaveLength(1)
    slow.socket.buffered = 0
    await until('the snapshot', () => slow.heard.length > 1)
    expect(slow.heard[1]).toMatchObject({ type: 'snapshot', rev: 0 })
    await until('the readings', () => readingsOf(slow.heard).includes(3))
  })

  it('gives a snapshot to a client that asks for one', async () => {
    await using live = await world()
    const { heard, client } = live.join()
    client.take('{"type":"snapshot"}')
    await until('the snapshot', () => heard.filter(({ type }) => type === 'snapshot').length === 2)
  })

  it('tells of anything but an alarm at most twice a second, and of an alarm at once', async () => {
    await using live = await world()
    const { heard, client } = live.join()
    client.take('{"type":"watch","site":"east-pit"}')
    await until('the first', () => heard.length > 1)
    const before = heard.length
    const from = performance.now()
    for (let n = 1; n <= 60; n++) {
      live.read(n, n)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    expect(heard.length - before).toBeLessThanOrEqual(Math.ceil((performance.now() - from) / 500) + 1)
    live.read(99, 99)
    const raised = performance.now()
    live.raise(alarm())
    await until('the alarm', () => heard.some((message) => message.type === 'delta' && message.alarms.length > 0))
    expect(performance.now() - raised).toBeLessThan(450)
    await until('the last reading', () => readingsOf(heard).includes(99))
  })

  it('says who it is, and once more when another page has been built', async () => {
    await using live = await world()
    const { heard } = live.join()
    expect(heard[0]).toMatchObject({ type: 'snapshot', hello: { version: 'test', page: '/assets/a.js' } })
    live.rebuild('/assets/b.js')
    await until('the new page', () =>
      heard.some((message) => message.type === 'snapshot' && message.hello.page === '/assets/b.js'),
    )
  })

  it('beats while nothing happens', async () => {
    await using live = await world()
    const { heard } = live.join()
    await until('a beat', () => heard.some(({ type }) => type === 'beat'))
  })

  it('refuses a client that says what no client says', async () => {
    await using live = await world()
    for (const text of ['', 'nonsense', '{"type":"watch"}', '{"type":"watch","site":"../x"}', '[]']) {
      const { client, socket } = live.join()
      client.take(text)
      expect(socket.refused).not.toBe('')
    }
  })

  it('ends a client whose session has ended', async () => {
    await using live = await world()
    const { socket } = live.join()
    socket.isWelcome = false
    await until('the end', () => socket.isEnded)
    expect(live.feed.clients()).toBe(0)
  })

  it('says how the watch stands, at once and when it has changed', async () => {
    await using live = await world()
    const { heard } = live.join()
    expect(heard[0]).toMatchObject({ type: 'snapshot', status: { storm: false } })
    live.stands.storm = true
    const delta = await until(
      'the change',
      () => heard.find((message) => message.type === 'delta' && message.status !== undefined),
      5_000,
    )
    expect(delta).toMatchObject({ status: { storm: true } })
    const before = heard.length
    live.read(1, 1)
    await until('the summary', () => heard.length > before)
    expect(heard.at(-1)).not.toHaveProperty('status')
  })

  it('makes a page a desk once it says so, and shows it what belongs to no alarm', async () => {
    await using live = await world()
    const { heard, client, socket } = live.join()
    const { channel } = live.pages
    const { signal } = new AbortController()
    const memo = { ...MESSAGE, alarm: null }
    await expect(channel.send(memo, '*', signal)).rejects.toMatchObject({ code: 'notify/temporary' })
    client.take('{"type":"desk","sound":"running","shown":[]}')
    await channel.send(memo, '*', signal)
    expect(heard.at(-1)).toMatchObject({ type: 'notice', message: { notice: 'n0tice' } })
    expect(socket.refused).toBe('')
    client.left()
    await expect(channel.send(memo, '*', signal)).rejects.toMatchObject({ code: 'notify/temporary' })
    client.take('{"type":"desk","sound":"loud","shown":[]}')
    expect(socket.refused).toContain('expected')
  })
})
