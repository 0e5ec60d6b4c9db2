import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws'
import { LIVE_REVISION } from '../../core/contract/live-revision.ts'
import { LiveMessage, LiveRequest } from '../../core/contract/live.ts'
import { openLive, type Live } from '../../dashboard/web/stores/live.ts'
import { COUNTY, NIGHT, summaryOf } from './support/county.ts'
import { handClock, type HandClock } from './support/hand-clock.ts'

const WAIT = { timeout: 10_000 }
const sites = COUNTY.map((site) => summaryOf(site, [], NIGHT))
const text = (message: object) => JSON.stringify(LiveMessage.parse({ now: NIGHT, ...message }))
const hello = { version: 'test', revision: LIVE_REVISION, page: null }
const status = { lamps: [], watchman: 'good', storm: false, onDuty: [], suppressed: 0 }
const snapshot = (rev: number) => text({ type: 'snapshot', rev, hello, sites, alarms: [], status })

describe('the live feed', () => {
  let server: WebSocketServer
  let clock: HandClock
  let live: Live
  let ended: AbortController
  let running: Promise<void>
  let asked: LiveRequest[]
  let clients: ServerSocket[]
  let mayTryAgain: boolean

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    clock = handClock(NIGHT - 777_000)
    ended = new AbortController()
    asked = []
    clients = []
    mayTryAgain = true
    server.on('connection', (client) => {
      clients.push(client)
      client.on('message', (data: Buffer) => asked.push(LiveRequest.parse(JSON.parse(data.toString('utf8')))))
      client.send(snapshot(3))
    })
    const { port } = server.address() as AddressInfo
    live = openLive({
      clock,
      chance: () => 0.5,
      url: `ws://127.0.0.1:${port}/api/live`,
      lost: () => Promise.resolve(mayTryAgain),
    })
    running = live.run(ended.signal)
    await vi.waitFor(() => expect(live.link.value).toBe('live'), WAIT)
  })

  afterEach(async () => {
    ended.abort()
    for (const client of server.clients) client.terminate()
    await running
    await new Promise((resolve) => server.close(resolve))
  })

  it('shows the control room’s time, not this computer’s', () => {
    expect(live.now.value).toBe(NIGHT)
    clock.advance(2_000)
    expect(clock.now()).toBe(NIGHT - 775_000)
  })

  it('asks for a snapshot when a revision is missing', async () => {
    clients[0]?.send(text({ type: 'delta', rev: 9, sites: [], pulses: [], alarms: [], readings: [] }))
    await vi.waitFor(() => expect(asked).toContainEqual({ type: 'snapshot' }), WAIT)
    clients[0]?.send(snapshot(9))
    await vi.waitFor(() => expect(live.state.value.rev).toBe(9), WAIT)
  })

  it('counts a message that breaks the contract and goes on', async () => {
    clients[0]?.send('{"type":"delta"')
    clients[0]?.send('{"type":"gossip"}')
    await vi.waitFor(() => expect(live.refused.value).toBe(2), WAIT)
    expect(live.state.value.rev).toBe(3)
  })

  it('is out of date after 15 s of silence, then connects again and is live again', async () => {
    clock.advance(15_000)
    expect(live.alive.value).toBe(true)
    clock.advance(600)
    await vi.waitFor(() => expect(live.link.value).toBe('silent'), WAIT)
    expect(live.alive.value).toBe(false)
    expect(live.now.value).toBe(NIGHT + 15_600)
    await vi.waitFor(() => {
      clock.advance(500)
      expect(clients.length).toBe(2)
    }, WAIT)
    await vi.waitFor(() => expect(live.link.value).toBe('live'), WAIT)
    expect(live.state.value.epoch).toBe(2)
  })

  it('asks for the watched site again after it has connected again', async () => {
    const watches = () => asked.filter(({ type }) => type === 'watch').length
    live.watch('east-gully')
    await vi.waitFor(() => expect(watches()).toBe(1), WAIT)
    clients[0]?.terminate()
    await vi.waitFor(() => {
      clock.advance(500)
      expect(clients.length).toBe(2)
    }, WAIT)
    await vi.waitFor(() => expect(watches()).toBe(2), WAIT)
  })

  it('keeps watching what the newest screen asked for, whenever the one before it leaves', async () => {
    const leaveFirst = live.watch('east-gully')
    const leaveSecond = live.watch('east-gully')
    leaveFirst()
    leaveSecond()
    const sites = () => asked.map((request) => (request.type === 'watch' ? request.site : request.type))
    await vi.waitFor(() => expect(sites()).toEqual(['east-gully', 'east-gully', null]), WAIT)
  })

  it('says whether something could be told, so that what was lost is told again', async () => {
    const said: LiveRequest = { type: 'desk', sound: 'running', shown: [], notices: [] }
    expect(live.tell(said)).toBe(true)
    await vi.waitFor(() => expect(asked).toContainEqual(said), WAIT)
    mayTryAgain = false
    clients[0]?.terminate()
    await running
    expect(live.tell(said)).toBe(false)
  })

  it('gives up when the control room no longer knows the session', async () => {
    mayTryAgain = false
    clients[0]?.terminate()
    await running
    expect(clients.length).toBe(1)
  })
})
