import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Modem, OutgoingText } from '../../../platform/modem/modem.ts'
import { type Kept, openKept } from '../../../dashboard/watchman/kept.ts'
import { openOwed } from '../../../dashboard/watchman/owed.ts'
import { openTexting, type Texting } from '../../../dashboard/watchman/texting.ts'
import { openTurns } from '../../../dashboard/watchman/turns.ts'
import type { LineMessage, TextAsk } from '../../../platform/watch-line/messages.ts'
import { handClock, type HandClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { testFolder } from '../../support/processes.ts'

const never = new AbortController().signal
const ask = (id: string, more: Partial<TextAsk> = {}): TextAsk => ({
  ...{ do: 'sms', id, to: '+8613900000001', text: id, urgent: false },
  ...more,
})

/** A modem that takes texts when it is told to. */
function slowModem(clock: HandClock) {
  const sent: string[] = []
  const waiting: (() => void)[] = []
  let fault: HouseError | null = null
  let isSlow = false
  const modem: Pick<Modem, 'send' | 'call'> = {
    send: async ({ id, to }: OutgoingText) => {
      if (isSlow) await new Promise<void>((settle) => waiting.push(settle))
      if (fault !== null) throw fault
      sent.push(id)
      return { id, to, refs: [sent.length % 256], at: clock.now() }
    },
    call: () => Promise.resolve({ outcome: 'answered', digits: '1' }),
  }
  return {
    ...{ modem, sent },
    fail: (error: HouseError | null) => (fault = error),
    slow: () => (isSlow = true),
    next: async () => {
      waiting.shift()?.()
      for (let n = 0; n < 10; n += 1) await Promise.resolve()
    },
  }
}

function world(kept?: Kept) {
  const clock = handClock()
  const fake = slowModem(clock)
  const store = kept ?? openKept(':memory:', { log: quietLog(), now: clock.now() })
  const open = (): Texting =>
    openTexting({ modem: fake.modem, kept: store, clock, limits: { perMinute: 8, perDay: 20 } })
  return { clock, ...fake, store, open, texting: open() }
}

describe('texts the control room asks for', () => {
  it('go once for an id and number, however often and at once they are asked for', async () => {
    const { texting, sent } = world()
    const answers = await Promise.all([1, 2, 3].map(() => texting.ask(ask('a'), never)))
    expect(answers).toEqual(Array(3).fill({ is: 'accepted', parts: 1 }))
    await texting.ask(ask('a'), never)
    expect(sent).toEqual(['a'])
    await texting.ask(ask('a', { to: '+8613900000002' }), never)
    expect(sent).toEqual(['a', 'a'])
  })

  it('are remembered for 10 min, also by a watchman that was killed meanwhile', async () => {
    const { open, sent, clock } = world()
    await open().ask(ask('a'), never)
    expect(await open().ask(ask('a'), never)).toEqual({ is: 'accepted', parts: 1 })
    expect(sent).toEqual(['a'])
    await clock.advance(10 * 60_000)
    await open().ask(ask('a'), never)
    expect(sent).toEqual(['a', 'a'])
  })

  it('that did not go are tried anew when they are asked for again', async () => {
    const { texting, sent, fail } = world()
    fail(new HouseError('notify/temporary', 'unplugged', { why: 'no-modem' }))
    expect(await texting.ask(ask('a'), never)).toEqual({ is: 'temporary', why: 'no-modem', message: 'unplugged' })
    fail(new HouseError('notify/refused', 'no credit', { why: 'no-credit' }))
    expect(await texting.ask(ask('a'), never)).toMatchObject({ is: 'refused', why: 'no-credit' })
    fail(null)
    expect(await texting.ask(ask('a'), never)).toMatchObject({ is: 'accepted' })
    expect(sent).toEqual(['a'])
  })

  it("go in the order: the watchman's own, red, the others", async () => {
    const { texting, sent, slow, next } = world()
    slow()
    const all = [
      texting.ask(ask('first'), never),
      texting.ask(ask('other'), never),
      texting.ask(ask('red', { urgent: true }), never),
      texting.own({ id: 'watchman-1', to: '1390000', text: 'x' }, never),
    ]
    for (let n = 0; n < 4; n += 1) await next()
    await Promise.all(all)
    expect(sent).toEqual(['first', 'watchman-1', 'red', 'other'])
  })

  it('that are withdrawn before they are begun do not go; what is begun is brought to its end', async () => {
    const { texting, sent, slow, next } = world()
    slow()
    const giveUp = new AbortController()
    const begun = texting.ask(ask('begun'), giveUp.signal)
    const queued = texting.ask(ask('queued'), giveUp.signal)
    giveUp.abort(new Error('withdrawn'))
    expect(await queued).toMatchObject({ is: 'temporary' })
    await next()
    expect(await begun).toMatchObject({ is: 'accepted' })
    expect(sent).toEqual(['begun'])
  })

  it('keep the limits of the contract, with two a minute for red; its own go all the same', async () => {
    const { texting, clock, sent } = world()
    const answers = async (ids: readonly string[], urgent: boolean) => {
      const all = await Promise.all(ids.map((id) => texting.ask(ask(id, { urgent }), never)))
      return all.map(({ is }) => is)
    }
    expect(await answers(['1', '2', '3', '4', '5', '6', '7'], false)).toEqual([
      ...Array<string>(6).fill('accepted'),
      'throttled',
    ])
    expect(await answers(['r1', 'r2', 'r3'], true)).toEqual(['accepted', 'accepted', 'throttled'])
    expect(await texting.own({ id: 'watchman-1', to: '1390000', text: 'x' }, never)).toMatchObject({ is: 'accepted' })
    await clock.advance(60_000)
    expect(await answers(['8', '9', '10', '11', '12', '13'], false)).toEqual(Array(6).fill('accepted'))
    await clock.advance(60_000)
    expect(await answers(['14', '15', '16', '17', '18'], true)).toEqual([...Array<string>(5).fill('accepted')])
    expect(await answers(['19'], true)).toEqual(['throttled'])
    expect(texting.usedToday()).toBe(sent.length)
    await clock.advance(86_400_000)
    expect(await answers(['20'], false)).toEqual(['accepted'])
  })

  it('wait for turns of one each, lowest rank first, whatever comes and goes', async () => {
    const work = fc.array(fc.record({ rank: fc.integer({ min: 0, max: 3 }), gone: fc.boolean() }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(work, async (all) => {
        const turns = openTurns()
        const done: number[] = []
        let inHand = 0
        const open = Promise.withResolvers<void>()
        const blocked = turns.enter(0, never, () => open.promise)
        const entered = all.map(({ rank, gone }, place) => {
          const signal = new AbortController()
          const turn = turns.enter(rank, signal.signal, async () => {
            inHand += 1
            expect(inHand).toBe(1)
            await Promise.resolve()
            done.push(place)
            inHand -= 1
          })
          if (gone) signal.abort(new Error('gone'))
          return turn.catch(() => undefined)
        })
        open.resolve()
        await Promise.all([blocked, ...entered])
        const expected = all.map(({ rank, gone }, place) => ({ rank, gone, place })).filter(({ gone }) => !gone)
        expect(done).toEqual(expected.sort((a, b) => a.rank - b.rank || a.place - b.place).map(({ place }) => place))
      }),
      { numRuns: 300 },
    )
  })
})

describe('what a watchman keeps', () => {
  it('is told in order until it is confirmed, over a restart, and never twice under two names', async () => {
    await using folder = await testFolder()
    const path = `${folder.path}/watchman.sqlite`
    const open = () => openKept(path, { log: quietLog(), now: utcMs(1_000) })
    const first = open()
    for (const ref of ['a', 'b', 'c']) first.add({ kind: 'delivered', ref, answer: '' }, utcMs(1_000))
    const key = first.next()?.key ?? ''
    expect(first.next()).toMatchObject({ event: { ref: 'a' } })
    first.confirmed(key)
    first.confirmed(key)
    first.confirmed('another-2')
    first[Symbol.dispose]()
    using second = open()
    expect(second.next()).toMatchObject({ event: { ref: 'b' } })
    expect(second.next()?.key).not.toBe(key)
    expect(second.events(utcMs(0))).toHaveLength(3)
  })

  it('is remembered where no disk takes it', async () => {
    await using folder = await testFolder()
    const log = quietLog()
    writeFileSync(`${folder.path}/file`, '')
    using kept = openKept(`${folder.path}/file/watchman.sqlite`, { log, now: utcMs(1_000) })
    kept.add({ kind: 'delivered', ref: 'a', answer: '' }, utcMs(1_000))
    expect(kept.next()).toMatchObject({ event: { ref: 'a' } })
    expect(log.lines.map(({ facts }) => facts.code)).toEqual(['store/failed'])
  })

  it('is said again to a control room that comes back, and a text is kept in the SIM until it is confirmed', async () => {
    const said: LineMessage[] = []
    using kept = openKept(':memory:', { log: quietLog(), now: utcMs(1_000) })
    const owed = openOwed({ kept, say: (message) => said.push(message), now: () => utcMs(1_000) })
    let isDeleted = false
    const text = { key: 't', from: '1390000', text: 'Q7', sentAt: utcMs(900), isWhole: true }
    const taking = owed.incoming(text).then(() => (isDeleted = true))
    void owed.reported({ id: 'a', to: '1', outcome: 'delivered', status: 0, at: utcMs(950) })
    void owed.reported({ id: 'watchman-9', to: '1', outcome: 'delivered', status: 0, at: utcMs(950) })
    void owed.reported({ id: 'b', to: '1', outcome: 'failed', status: 70, at: utcMs(950) })
    expect(said.map(({ say }) => say)).toEqual(['text', 'event'])
    owed.again()
    expect(said.map(({ say }) => say)).toEqual(['text', 'event', 'event', 'text'])
    expect(isDeleted).toBe(false)
    owed.confirmed('text', 't')
    await taking
    const first = said[1]
    owed.confirmed('event', first?.say === 'event' ? first.key : '')
    expect(said.at(-1)).toMatchObject({ say: 'event', event: { kind: 'undelivered', ref: 'b' } })
  })
})
