import { beforeEach, describe, expect, it } from 'vitest'
import { AloneWorld, person, SHEET, transition } from './edge-alone-world.ts'

const OCCURRENCE = 'east-pit.night-load.1'
const MINUTE = 60_000

describe('a gateway that is alone', () => {
  let world: AloneWorld
  beforeEach(() => {
    world = new AloneWorld()
  })

  it('texts the watch and the fallback at once when a red alarm was not receipted in time, and sounds', () => {
    world.raise()
    world.pass(59_000)
    expect([world.called, world.sounded]).toEqual([[], 0])
    world.pass(1_000)
    expect(world.called).toEqual(['one·0', 'three·0'])
    expect(world.acts.map(({ n, did }) => [n, did.kind])).toEqual([
      [1, 'told'],
      [2, 'told'],
    ])
    expect(world.deeds).toEqual([{ do: 'sound', occurrence: OCCURRENCE, output: 'siren', seconds: 30 }])
  })

  it('calls again every ten minutes, for ever, though the condition has gone', () => {
    world.raise()
    world.step({ kind: 'committed', transitions: [clear()], code: '1111' })
    world.pass(MINUTE + 3 * 60 * MINUTE)
    expect(world.taken.filter(({ person: who }) => who === 'three')).toHaveLength(19)
    expect(new Set(world.called).size).toBe(world.called.length)
    // The watch has changed after the first hour.
    expect(world.called.filter((who) => who.startsWith('two'))).toHaveLength(13)
  })

  it('calls nobody about what the control room has, has told of, or a person has', () => {
    const stops = [
      () => world.step({ kind: 'receipted', occurrence: OCCURRENCE, n: 1, verdict: 'accept' }),
      ...(['told', 'acknowledged', 'closed'] as const).map((state) => () => {
        world.step({ kind: 'word', alarms: [{ occurrence: OCCURRENCE, state, by: null }] })
      }),
    ]
    for (const stop of stops) {
      world = new AloneWorld()
      world.raise()
      stop()
      world.pass(30 * MINUTE, 10_000)
      expect([world.called, world.deeds]).toEqual([[], []])
    }
  })

  it('goes on where the control room refuses the alarm for good, or puts it off', () => {
    for (const verdict of ['reject', 'keep'] as const) {
      world = new AloneWorld()
      world.raise()
      world.step({ kind: 'receipted', occurrence: OCCURRENCE, n: 1, verdict })
      world.pass(MINUTE)
      expect(world.called).toHaveLength(2)
    }
  })

  it('leaves the calling to the control room once it has the alarm, and the siren falls silent', () => {
    world.raise()
    world.pass(MINUTE)
    world.step({ kind: 'receipted', occurrence: OCCURRENCE, n: 1, verdict: 'accept' })
    expect(world.deeds.at(-1)).toEqual({ do: 'hush', output: 'siren' })
    world.pass(60 * MINUTE, 10_000)
    expect(world.called).toHaveLength(2)
  })

  it('is acknowledged by a reply with the code, and tells those who were called who has it', () => {
    world.raise()
    world.pass(MINUTE)
    world.reply(' Q 4821 on my way')
    expect(world.acts.at(-1)?.did).toEqual({
      ...{ kind: 'acknowledged', person: 'one', name: 'Person one', note: 'on my way' },
    })
    expect(world.deeds.at(-1)).toEqual({ do: 'hush', output: 'siren' })
    world.pass(60 * MINUTE, 10_000)
    expect(world.called).toHaveLength(2)
    expect(world.taken.slice(2).map(({ kind, person: who }) => [kind, who])).toEqual([
      ['taken', 'one'],
      ['taken', 'three'],
    ])
  })

  it('takes an acknowledgement also when the control room has the alarm meanwhile', () => {
    world.raise()
    world.pass(MINUTE)
    world.step({ kind: 'receipted', occurrence: OCCURRENCE, n: 1, verdict: 'accept' })
    world.reply('4821', '13900000003')
    expect(world.acts.at(-1)?.did).toMatchObject({ kind: 'acknowledged', person: 'three' })
  })

  it.each([
    ['an unknown number', '4821', '+8613900000009', 'number'],
    ['a number of another country', '4821', '+13900000001', 'number'],
    ['a wrong code', '1234', '+8613900000001', 'code'],
    ['no code', 'who is this?', '+8613900000001', 'code'],
    ['a longer number', '48210', '+8613900000001', 'code'],
  ])('refuses a reply with %s, and says so', (_what, text, from, why) => {
    world.raise()
    world.pass(MINUTE)
    world.reply(text, from)
    expect(world.acts.at(-1)?.did).toEqual({ kind: 'reply-refused', from: from.slice(-4), why })
    expect(world.deeds.at(-1)).toEqual({ do: 'refuse', from: from.slice(-4), why })
    world.pass(10 * MINUTE, 10_000)
    expect(world.called).toHaveLength(4)
  })

  it('takes each reply once, and none for what is acknowledged', () => {
    world.raise()
    world.pass(MINUTE)
    world.reply('4821', undefined, 'a')
    world.reply('4821', undefined, 'a')
    world.reply('4821', '+8613900000003', 'b')
    expect(world.did.slice(2)).toEqual(['acknowledged', 'reply-refused'])
    expect(world.acts.at(-1)?.did).toMatchObject({ why: 'again' })
  })

  it('listens to nobody for an hour after five wrong codes', () => {
    world.raise()
    world.pass(MINUTE)
    for (let index = 0; index < 5; index += 1) world.reply(`100${index}`)
    world.reply('4821')
    expect(world.acts.at(-1)?.did).toMatchObject({ kind: 'reply-refused', why: 'locked' })
    world.reply('4821', '+8613900000003')
    expect(world.acts.at(-1)?.did).toMatchObject({ kind: 'acknowledged', person: 'three' })
    world.raise({ occurrence: 'east-pit.night-load.2' }, '7777')
    world.pass(60 * MINUTE, 10_000)
    world.reply('7777')
    expect(world.acts.at(-1)?.did).toMatchObject({ kind: 'acknowledged', person: 'one' })
  })

  it('sounds, and texts nobody, while it knows nobody; and texts at once when it does', () => {
    world.ground = { ...world.ground, sheet: null }
    world.raise()
    world.pass(11 * MINUTE, 10_000)
    expect([world.called, world.sounded]).toEqual([[], 2])
    world.ground = { ...world.ground, sheet: SHEET }
    world.step({ kind: 'sheet' })
    world.pass(1_000)
    expect(world.called).toEqual(['one·2', 'three·2'])
  })

  it('piles up no texts for a modem that takes none, and sounds all the same', () => {
    world.raise()
    for (let hour = 0; hour < 60; hour += 1) {
      world.mono += 60 * MINUTE
      world.step({ kind: 'passed' })
    }
    expect(world.state.alarms[0]?.texts.map(({ person: who }) => who)).toEqual(['two', 'three'])
    expect(world.sounded).toBe(60)
  })

  it('uses a sheet that is over, and those of its last watch', () => {
    world.mono = 10 * 86_400_000
    world.raise()
    world.pass(MINUTE)
    expect(world.called).toEqual(['two·0', 'three·0'])
  })

  it('calls about orange where it shall: the watch first, the fallback with it from the second call on', () => {
    world.raise({ priority: 'orange' })
    world.pass(20 * MINUTE, 10_000)
    expect(world.called).toEqual([])
    world = new AloneWorld()
    world.ground = { ...world.ground, priorities: ['red', 'orange'] }
    world.raise({ priority: 'orange' })
    world.pass(11 * MINUTE, 10_000)
    expect(world.called).toEqual(['one·0', 'one·1', 'three·1'])
  })

  it('begins anew with an alarm that became graver after somebody had it', () => {
    world.ground = { ...world.ground, priorities: ['red', 'orange'] }
    world.raise({ priority: 'orange' })
    world.pass(MINUTE)
    world.reply('4821')
    world.raise({ n: 2, kind: 'update', priority: 'red' }, '4821')
    world.step({ kind: 'receipted', occurrence: OCCURRENCE, n: 1, verdict: 'accept' })
    // What the control room says may be of before.
    world.step({ kind: 'word', alarms: [{ occurrence: OCCURRENCE, state: 'acknowledged', by: null }] })
    world.pass(MINUTE)
    expect(world.called.slice(1)).toEqual(['one·1', 'three·1'])
    world.reply('4821')
    expect(world.acts.at(-1)?.did).toMatchObject({ kind: 'reply-refused', why: 'code' })
  })

  it('tries again with growing pauses what the network does not take, and says so once a call', () => {
    world.modem = () => 'temporary'
    world.raise()
    world.pass(5 * MINUTE)
    expect(world.acts.map(({ did }) => did)).toMatchObject([
      { kind: 'told', person: 'one', accepted: false },
      { kind: 'told', person: 'three', accepted: false },
    ])
    world.modem = () => 'accepted'
    world.pass(5 * MINUTE)
    expect(world.called).toEqual(['one·0', 'three·0'])
  })

  it('does not try a number again that is refused before the next call', () => {
    world.modem = (who) => (who === 'one' ? 'refused' : 'accepted')
    world.raise()
    world.pass(9 * MINUTE)
    expect(world.acts.map(({ did }) => did)).toMatchObject([{ accepted: false }, { accepted: true }])
  })

  it('sends what it does not know the fate of again under the same id, and nothing else twice', () => {
    world.raise()
    world.pass(59_000)
    world.mono += 1_000
    world.step({ kind: 'passed' })
    world.send()
    const before = world.taken.map(({ id }) => id)
    world.send(true)
    world.sendAll()
    expect([before, world.taken.map(({ id }) => id)]).toEqual([['e1'], ['e1', 'e2']])
  })

  it('counts on from the wall clock after a boot, never longer than it would have waited', () => {
    world.raise()
    world.pass(20_000)
    world.mono = 25_000
    world.step({ kind: 'started', boot: 'boot-2' })
    world.pass(35_000)
    expect(world.called).toEqual([])
    world.pass(2_000)
    expect(world.called).toHaveLength(2)
    // A clock that fell back to the beginning of time must not make it wait for years.
    world = new AloneWorld()
    world.mono = 86_400_000
    world.raise()
    world.mono = 5
    world.step({ kind: 'started', boot: 'boot-2' })
    world.pass(61_000)
    expect(world.called).toHaveLength(2)
  })

  it('tells of deliveries once', () => {
    world.raise()
    world.pass(MINUTE)
    world.step({ kind: 'delivered', id: 'e1' })
    world.step({ kind: 'delivered', id: 'e1' })
    expect(world.acts.slice(2)).toEqual([{ occurrence: OCCURRENCE, n: 3, did: { kind: 'delivered', person: 'one' } }])
  })

  it('texts each number once a call, and gives each alarm a code of its own', () => {
    const fallback = [person('three', 3), person('one-again', 1)]
    world.ground = { ...world.ground, sheet: { ...SHEET, fallback } }
    world.raise()
    world.raise({ occurrence: 'east-pit.fan.1', rule: 'fan' }, '4821')
    world.pass(MINUTE)
    expect(world.called.toSorted()).toEqual(['one·0', 'one·0', 'three·0', 'three·0'])
    expect(world.state.alarms.map(({ code }) => code)).toEqual(['4821', '4822'])
  })

  it('forgets what is over and answered for after a day, and nothing else', () => {
    world.raise()
    world.raise({ occurrence: 'east-pit.fan.1', rule: 'fan' })
    world.step({ kind: 'receipted', occurrence: OCCURRENCE, n: 1, verdict: 'accept' })
    world.step({ kind: 'committed', transitions: [clear()], code: '0000' })
    world.pass(25 * 60 * MINUTE, MINUTE)
    expect(world.state.alarms.map(({ occurrence }) => occurrence)).toEqual(['east-pit.fan.1'])
  })
})

function clear() {
  return transition({ n: 2, kind: 'clear', explanation: { key: 'high-limit.cleared', values: {} } })
}
