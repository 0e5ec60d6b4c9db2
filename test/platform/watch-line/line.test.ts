import { connect } from 'node:net'
import { stat } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { UtcMs } from '../../../core/contract/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { openWatchLine, type WatchLine } from '../../../platform/watch-line/client.ts'
import type { CallAsk, LineAnswer, LineMessage, TextAsk, WatchHealth } from '../../../platform/watch-line/messages.ts'
import { type LineServer, openLineServer } from '../../../platform/watch-line/server.ts'
import { testFolder } from '../../support/processes.ts'
import { handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { until } from '../../support/until.ts'

const clock = systemClock
const at = UtcMs.parse(1_700_000_000_000)
const health: WatchHealth = {
  ...{ at, startedAt: at, modem: null, buzzer: 'none', audit: null, usedToday: 0, perDay: 0, perMinute: 0 },
}
const textAsk = (id: string, more: Partial<TextAsk> = {}): TextAsk => ({
  ...{ do: 'sms', id, to: '+8613900000001', text: 'hello', urgent: false },
  ...more,
})

/** A watchman's end that can be stopped and started at the same path. */
class FakeWatchman {
  server: LineServer | null = null
  readonly asked: (TextAsk | CallAsk)[] = []
  readonly confirmed: string[] = []
  readonly withdrawn: string[] = []
  owed: LineMessage[] = []
  answer: (request: TextAsk | CallAsk, signal: AbortSignal) => Promise<LineAnswer> = () =>
    Promise.resolve({ is: 'accepted', parts: 1 })
  readonly log = quietLog()
  readonly path: string
  constructor(path: string) {
    this.path = path
  }
  async start(time: Clock = clock): Promise<void> {
    this.server = await openLineServer({
      ...{ path: this.path, clock: time, log: this.log },
      owner: {
        ask: (request, signal) => {
          this.asked.push(request)
          signal.addEventListener('abort', () => this.withdrawn.push(request.id))
          return this.answer(request, signal)
        },
        confirmed: (of, key) => {
          this.confirmed.push(`${of} ${key}`)
          this.owed = this.owed.filter((message) => !(message.say === 'event' && message.key === key))
        },
        came: () => {
          this.server?.say({ say: 'health', health })
          for (const message of this.owed) this.server?.say(message)
        },
        gone: () => undefined,
      },
    })
  }
}

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function watchmanAt() {
  const folder = await testFolder()
  const watchman = new FakeWatchman(`${folder.path}/watchman.sock`)
  await watchman.start()
  cleanups.push(async () => {
    await watchman.server?.close()
    await folder[Symbol.asyncDispose]()
  })
  return watchman
}

function lineTo(path: string): WatchLine {
  const line = openWatchLine({ path, perMinute: null, clock, log: quietLog() })
  const stop = new AbortController()
  const running = line.run(stop.signal)
  cleanups.push(async () => {
    stop.abort()
    await running
  })
  return line
}

const isGood = (line: WatchLine) => until('the line to stand', () => line.state().is === 'good')
const never = new AbortController().signal

describe('the line between control room and watchman', () => {
  it('carries a request and its answer, over a socket that only this user may open', async () => {
    const watchman = await watchmanAt()
    const line = lineTo(watchman.path)
    await isGood(line)
    await expect(line.ask(textAsk('a'), never)).resolves.toEqual({ is: 'accepted', parts: 1 })
    expect(watchman.asked).toEqual([textAsk('a')])
    expect((await stat(watchman.path)).mode & 0o777).toBe(0o600)
  })

  it('says what to start where there is no watchman, and stands by itself once there is', async () => {
    const folder = await testFolder()
    cleanups.push(async () => {
      await folder[Symbol.asyncDispose]()
    })
    const watchman = new FakeWatchman(`${folder.path}/watchman.sock`)
    const line = lineTo(watchman.path)
    expect(line.state().is).toBe('absent')
    await expect(line.ask(textAsk('a'), never)).rejects.toMatchObject({
      code: 'notify/temporary',
      message: expect.stringContaining('pitwatch watchman') as string,
      facts: { why: 'no-watchman' },
    })
    await watchman.start()
    cleanups.push(async () => {
      await watchman.server?.close()
    })
    await isGood(line)
  })

  it('tells refusals, throttles and passing trouble apart', async () => {
    const watchman = await watchmanAt()
    const line = lineTo(watchman.path)
    await isGood(line)
    watchman.answer = ({ id }) => {
      if (id === 'no') return Promise.resolve({ is: 'refused', why: 'no-credit', message: 'no credit' })
      if (id === 'later') return Promise.resolve({ is: 'throttled', forMs: 5_000, message: 'full' })
      return Promise.resolve({ is: 'temporary', why: 'no-modem', message: 'gone' })
    }
    await expect(line.ask(textAsk('no'), never)).rejects.toMatchObject({
      code: 'notify/refused',
      facts: { why: 'no-credit' },
    })
    await expect(line.ask(textAsk('later'), never)).rejects.toMatchObject({
      ...{ code: 'notify/throttled', facts: { penaltyMs: 5_000 } },
    })
    await expect(line.ask(textAsk('x'), never)).rejects.toMatchObject({ code: 'notify/temporary' })
  })

  it('withdraws what nobody waits for any more', async () => {
    const watchman = await watchmanAt()
    const line = lineTo(watchman.path)
    await isGood(line)
    watchman.answer = () => new Promise(() => undefined)
    const giveUp = new AbortController()
    const asking = line.ask(textAsk('a'), giveUp.signal)
    await until('the request', () => watchman.asked.length === 1)
    giveUp.abort()
    await expect(asking).rejects.toMatchObject({ code: 'notify/temporary', facts: { mayBeSent: true } })
    // The end of the line would withdraw it too, but later.
    await until('the withdrawal', () => watchman.withdrawn.includes('a'), 5_000)
  })

  it('fails what was asked when the watchman is killed, and goes on with the next one without a restart', async () => {
    const watchman = await watchmanAt()
    const line = lineTo(watchman.path)
    await isGood(line)
    watchman.answer = () => new Promise(() => undefined)
    const asking = line.ask(textAsk('a'), never)
    await until('the request', () => watchman.asked.length === 1)
    const failed = expect(asking).rejects.toMatchObject({ code: 'notify/temporary' })
    await watchman.server?.close()
    await failed
    expect(line.state().is).toBe('silent')
    watchman.answer = () => Promise.resolve({ is: 'accepted', parts: 2 })
    await watchman.start()
    await isGood(line)
    await expect(line.ask(textAsk('a'), never)).resolves.toEqual({ is: 'accepted', parts: 2 })
  })

  it('hands a text over again and again until it is kept, and confirms it only then', async () => {
    const watchman = await watchmanAt()
    watchman.owed = [
      { say: 'text', text: { key: 'k1', from: '+8613900000001', text: 'Q4821', sentAt: at, isWhole: true } },
    ]
    const line = lineTo(watchman.path)
    let tries = 0
    const hearing = new AbortController()
    void line.hear(
      {
        text: () => {
          tries += 1
          expect(watchman.confirmed).toEqual([])
          return tries < 2 ? Promise.reject(new Error('disk full')) : Promise.resolve()
        },
      },
      hearing.signal,
    )
    await until('the confirmation', () => watchman.confirmed.includes('text k1'))
    expect(tries).toBe(2)
    hearing.abort()
  })

  it('tells an event to the ear it is for, again on a new connection, until it is confirmed', async () => {
    const watchman = await watchmanAt()
    watchman.owed = [{ say: 'event', key: 's-1', at, event: { kind: 'delivered', ref: 'a', answer: '+CDS 0' } }]
    const line = lineTo(watchman.path)
    await isGood(line)
    await watchman.server?.close()
    await watchman.start()
    await isGood(line)
    expect(watchman.confirmed).toEqual([])
    const seen: string[] = []
    void line.hear({ event: () => Promise.resolve(false) }, never)
    void line.hear(
      {
        event: ({ key }) => {
          seen.push(key)
          return Promise.resolve(true)
        },
      },
      never,
    )
    await until('the confirmation', () => watchman.confirmed.includes('event s-1'))
    expect(seen).toEqual(['s-1'])
  })

  it('sends a second control room away while the first is there', async () => {
    const watchman = await watchmanAt()
    const first = lineTo(watchman.path)
    await isGood(first)
    const said = await heardFrom(watchman.path, '')
    expect(said.trim()).toBe('{"say":"busy"}')
    expect(first.state().is).toBe('good')
    await expect(first.ask(textAsk('a'), never)).resolves.toMatchObject({ is: 'accepted' })
  })

  it('counts what is no request and lives on, and hangs up on a line without an end', async () => {
    const watchman = await watchmanAt()
    const noise = ['', 'hello', '{"do":"sms"}', '{"do":"dance"}', '[]', `{"do":"sms","id":"${'x'.repeat(65)}"}`]
    await heardFrom(watchman.path, `${noise.join('\n')}\n{"do":"sms","id":"half`)
    expect(watchman.server?.malformed()).toBe(noise.length)
    const said = heardFrom(watchman.path, 'x'.repeat(40_000), { waits: true })
    await said
    expect(watchman.server?.malformed()).toBe(noise.length + 1)
    expect(watchman.asked).toEqual([])
    const line = lineTo(watchman.path)
    await isGood(line)
  })

  it('lets go of a control room that hangs, so that the next one is heard', async () => {
    const folder = await testFolder()
    const time = handClock()
    const watchman = new FakeWatchman(`${folder.path}/watchman.sock`)
    await watchman.start(time)
    cleanups.push(async () => {
      await watchman.server?.close()
      await folder[Symbol.asyncDispose]()
    })
    const hanging = connect({ path: watchman.path })
    const gone = new Promise((settle) => hanging.once('close', settle))
    await new Promise((settle) => hanging.once('data', settle))
    await time.advance(20_000)
    expect(hanging.destroyed).toBe(false)
    await time.advance(2_000)
    await gone
    const line = lineTo(watchman.path)
    await isGood(line)
  })

  it('reads a request that comes in pieces', async () => {
    const watchman = await watchmanAt()
    const socket = connect({ path: watchman.path })
    const bytes = Buffer.from(`${JSON.stringify(textAsk('piece', { text: '红色报警' }))}\n`)
    for (const byte of bytes) {
      socket.write(Uint8Array.of(byte))
      if (byte % 16 === 0) await new Promise((settle) => setImmediate(settle))
    }
    await until('the request', () => watchman.asked.length === 1)
    expect(watchman.asked[0]).toMatchObject({ text: '红色报警' })
    socket.destroy()
  })

  it('lets only one watchman hold the socket, and takes it over from one that was killed', async () => {
    const watchman = await watchmanAt()
    const second = new FakeWatchman(watchman.path)
    await expect(second.start()).rejects.toMatchObject({ code: 'link/busy' })
    await watchman.server?.close()
    await second.start()
    const line = lineTo(watchman.path)
    await isGood(line)
    await second.server?.close()
  })
})

/** What the watchman says to a stranger who writes `text`, until it hangs up or the stranger does. */
async function heardFrom(path: string, text: string, { waits = false } = {}): Promise<string> {
  const socket = connect({ path })
  let said = ''
  socket.on('data', (bytes) => (said += bytes.toString()))
  socket.on('error', () => undefined)
  const closed = new Promise((settle) => socket.once('close', settle))
  if (text !== '') socket.write(text)
  if (!waits && text !== '') setTimeout(() => socket.end(), 100)
  await closed
  return said
}
