import { beforeEach, describe, expect, it } from 'vitest'
import { Feedback } from '../../../core/contract/activity.ts'
import { Command, orderOf } from '../../../core/contract/command.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { FeedbackOutcome } from '../../../core/rules/activity/feedback.ts'
import { feedbackLane, type FeedbackLaneOptions } from '../../../gateway/feedback/feedback-lane.ts'
import { makeKey } from '../../../platform/identity/keys.ts'
import { signCommand, signConfig, verifyCommand } from '../../../platform/identity/signatures.ts'
import { keptLog } from '../uplink/county.ts'

const NOW = UtcMs.parse(1_760_000_000_000)
const DAY = 86_400_000
const KEY = makeKey()
const ACCEPTED: FeedbackOutcome = { kind: 'accepted' }

describe('feedback at a gateway', () => {
  let heeded: Feedback[]
  let told: Command[]
  let options: FeedbackLaneOptions
  let lane: ReturnType<typeof feedbackLane>
  let connection: AbortController

  const open = (changes: Partial<FeedbackLaneOptions> = {}) => {
    options = {
      ...{ site: 'east-pit', accepts: 'signed', clock: { now: () => NOW }, isTimeKnown: () => true, log: keptLog() },
      verify: (order, signature) => verifyCommand(order, signature, KEY),
      heed: (feedback) => {
        heeded.push(feedback)
        return Promise.resolve(ACCEPTED)
      },
      ...changes,
    }
    lane = feedbackLane(options)
    connect()
  }
  const connect = () => {
    connection = new AbortController()
    const say = (to: unknown, text: string, how: unknown) => {
      const command = Command.parse(JSON.parse(text))
      expect([to, how]).toEqual([{ command: command.id }, { retain: true }])
      told.push(command)
      return Promise.resolve()
    }
    void lane.connected?.(say, connection.signal)
  }
  const command = (said: Partial<Feedback> = {}, changes: Partial<Command> = {}): Command => {
    const feedback = Feedback.parse({
      ...{ id: 'f-1', kind: 'known-appliance', occurrence: 'east-pit.site-activity.1', at: NOW, by: 'somebody' },
      ...{ power: 2_000, until: NOW + 30 * DAY, ...said },
    })
    const bare: Command = {
      ...{ id: 'f-1', site: 'east-pit', order: { kind: 'feedback', feedback }, by: 'somebody', requestedAt: NOW },
      ...{ state: 'requested', result: null, signature: null },
    }
    return { ...bare, signature: signCommand(orderOf(bare), KEY), ...changes }
  }
  const hear = async (one: Command | string) => {
    lane.hear(Buffer.from(typeof one === 'string' ? one : JSON.stringify(one)))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const states = () => told.map(({ state, result }) => (result === null ? state : `${state} ${result}`))

  beforeEach(() => {
    heeded = []
    told = []
    open()
  })

  it('is taken, and said so when it is durable', async () => {
    const durable = Promise.withResolvers<FeedbackOutcome>()
    open({ heed: () => durable.promise })
    const sent = command()
    await hear(sent)
    expect(states()).toEqual(['accepted'])
    durable.resolve(ACCEPTED)
    await hear('')
    expect(states()).toEqual(['accepted', 'done'])
    expect(told[1]).toMatchObject({ id: 'f-1', order: sent.order, signature: sent.signature })
  })

  it('is taken once, however often it comes, and answered each time', async () => {
    await hear(command())
    // What a gateway hears of itself.
    for (const state of ['accepted', 'done'] as const) await hear(command({}, { state }))
    connection.abort()
    await hear(command())
    connect()
    await hear(command())
    expect(heeded).toHaveLength(1)
    expect(states()).toEqual(['accepted', 'done', 'done', 'done'])
  })

  it('is taken up again where a kill came behind its acceptance', async () => {
    await hear(command({}, { state: 'accepted' }))
    expect([heeded.length, states()]).toEqual([1, ['accepted', 'done']])
  })

  it('waits for the next time where it cannot be kept', async () => {
    let isFull = true
    open({ heed: () => (isFull ? Promise.reject(new Error('disk full')) : Promise.resolve(ACCEPTED)) })
    await hear(command())
    expect(states()).toEqual(['accepted'])
    isFull = false
    await hear(command())
    expect(states()).toEqual(['accepted', 'accepted', 'done'])
  })

  it.each<[string, Partial<FeedbackLaneOptions>, Partial<Command>, string]>([
    ['unsigned', {}, { signature: null }, 'signature'],
    ['signed by another', {}, { signature: signCommand(orderOf(command()), makeKey()) }, 'signature'],
    ['signed as a configuration', {}, { signature: signConfig(orderOf(command()), KEY) }, 'signature'],
    ['signed, and changed after that', {}, { by: 'somebody-else' }, 'signature'],
    ['for a gateway that was never enrolled', { verify: null }, {}, 'not-enrolled'],
    ['for one that takes nothing from afar', { accepts: 'off' }, {}, 'off'],
    ['no feedback', { verify: null, accepts: 'unsigned' }, { order: { kind: 'rebirth' } }, 'unknown'],
  ])('is refused where it is %s', async (_what, changes, sent, word) => {
    open(changes)
    await hear(command({}, sent))
    expect(heeded).toEqual([])
    expect(states().at(-1)).toMatch(new RegExp(`^failed ${word}: expected |^failed off: `))
  })

  it('is taken unsigned where the technician has allowed that', async () => {
    open({ verify: null, accepts: 'unsigned' })
    await hear(command({}, { signature: null }))
    expect(states()).toEqual(['accepted', 'done'])
  })

  it.each<[string, Partial<Feedback>, string]>([
    ['is over', { at: UtcMs.parse(NOW - DAY), until: NOW }, 'over'],
    [
      'is dated ahead, to last longer',
      { at: UtcMs.parse(NOW + 2 * DAY), until: UtcMs.parse(NOW + 31 * DAY) },
      'too-long',
    ],
  ])('that %s is refused by the gateway itself', async (_what, said, word) => {
    await hear(command(said))
    expect([heeded, states().at(-1)?.startsWith(`failed ${word}: expected `)]).toEqual([[], true])
  })

  it('is taken though the control room is a little ahead', async () => {
    await hear(command({ at: UtcMs.parse(NOW + 60_000), until: UtcMs.parse(NOW + 60_000 + 30 * DAY) }))
    expect(states()).toEqual(['accepted', 'done'])
  })

  it('is answered with what the rules say against it', async () => {
    const refused: FeedbackOutcome = { kind: 'refused', reason: 'no-load', message: 'expected a load section' }
    open({ heed: () => Promise.resolve(refused) })
    await hear(command())
    expect(states()).toEqual(['accepted', 'failed no-load: expected a load section'])
  })

  describe('an order to sound', () => {
    const order = { kind: 'sound', output: 'siren', seconds: 5, occurrence: null } as const
    const ordered = () => {
      const bare = { ...command({}, { order }), signature: null }
      return { ...bare, signature: signCommand(orderOf(bare), KEY) }
    }

    it('is handed to the outputs, and done when they were seen to obey', async () => {
      const asked: unknown[] = []
      const sound = (...what: unknown[]) => Promise.resolve(void asked.push(what)).then(() => null)
      open({ sound })
      await hear(ordered())
      await hear('')
      expect([asked, states()]).toEqual([[[order, NOW]], ['accepted', 'done']])
    })

    it('fails with what the outputs say, and where there are none', async () => {
      open({ sound: () => Promise.resolve('unseen: coil 2 was not read back as on') })
      await hear(ordered())
      open()
      await hear({ ...ordered(), id: 'f-1' })
      expect(states()).toEqual([
        'accepted',
        'failed unseen: coil 2 was not read back as on',
        'failed unknown: expected feedback, came sound',
      ])
    })

    it('is obeyed from nobody but the control room', async () => {
      let sounded = 0
      open({ sound: () => Promise.resolve(void (sounded += 1)).then(() => null) })
      await hear({ ...ordered(), signature: null })
      expect([sounded, states().at(-1)?.startsWith('failed signature')]).toEqual([0, true])
    })
  })

  it.each([
    ['half a message', '{'],
    ['nothing', '{}'],
    ['a command of another site', JSON.stringify({ ...command(), site: 'west-pit' })],
    ['too much', 'x'.repeat(10_000)],
  ])('is not made out of %s', (_what, payload) => {
    expect(() => lane.hear(Buffer.from(payload))).toThrow()
    expect([heeded, told]).toEqual([[], []])
  })
})
