import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmWord } from '../../../core/contract/edge.ts'
import { freshAlone } from '../../../core/alarms/edge-alone-state.ts'
import { isSameNumber, parseReply } from '../../../core/alarms/reply.ts'
import { AloneWorld, person } from './edge-alone-world.ts'

const RUNS = { numRuns: 2_000 }
const MINUTE = 60_000
const ALARMS = ['east-pit.night-load.1', 'east-pit.fan.1', 'east-pit.door.1'] as const
const PERSONS = ['one', 'two', 'three'] as const

type Move =
  | { readonly do: 'raise'; readonly alarm: number; readonly priority: 'red' | 'orange' }
  | { readonly do: 'clear' | 'receipt' | 'reject'; readonly alarm: number }
  | { readonly do: 'word'; readonly alarm: number; readonly state: AlarmWord['alarms'][number]['state'] }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'modem'; readonly says: 'accepted' | 'temporary' | 'refused' }
  | { readonly do: 'reply'; readonly alarm: number; readonly by: number; readonly isRight: boolean }
  | { readonly do: 'die' | 'kill' | 'boot' | 'deliver' }

const alarm = fc.nat(ALARMS.length - 1)
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('raise'), alarm, priority: fc.constantFrom('red', 'orange') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('clear', 'receipt', 'reject'), alarm }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('word'), alarm, state: fc.constantFrom('told', 'acknowledged', 'closed') }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.constantFrom(1_000, 15_000, MINUTE, 10 * MINUTE) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('modem'), says: fc.constantFrom('accepted', 'temporary', 'refused') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reply'), alarm, by: fc.nat(2), isRight: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('die', 'kill', 'boot', 'deliver') }) },
)

/** A world that notes what must never happen while it is played. */
class Watched extends AloneWorld {
  readonly faults: string[] = []
  readonly numbers = new Map<string, number>()
  readonly began = new Map<string, number>()
  boots = 1

  constructor() {
    super()
    this.state = freshAlone('boot-1')
    this.ground = { ...this.ground, priorities: ['red', 'orange'] }
  }

  play(one: Move): void {
    const occurrence = 'alarm' in one ? (ALARMS[one.alarm] ?? '') : ''
    switch (one.do) {
      case 'raise': {
        const n = 1 + (this.numbers.get(occurrence) ?? 0)
        this.numbers.set(occurrence, n)
        if (n === 1) this.began.set(occurrence, this.mono)
        const rule = occurrence.split('.')[1] ?? ''
        this.raise({ occurrence, rule, n, kind: n === 1 ? 'raise' : 'update', priority: one.priority })
        return
      }
      case 'clear':
        this.raise({ occurrence, n: 99, kind: 'clear' })
        return
      case 'receipt':
      case 'reject':
        if (this.numbers.has(occurrence))
          this.step({
            ...{ kind: 'receipted', occurrence, n: this.numbers.get(occurrence) ?? 1 },
            verdict: one.do === 'receipt' ? 'accept' : 'reject',
          })
        return
      case 'word':
        this.step({ kind: 'word', alarms: [{ occurrence, state: one.state, by: null }] })
        return
      case 'pass':
        this.pass(one.ms, one.ms > MINUTE ? 30_000 : 5_000)
        return
      case 'modem':
        this.modem = () => one.says
        return
      case 'reply': {
        const code = this.state.alarms.find((known) => known.occurrence === occurrence)?.code ?? '0000'
        const from = person('x', one.by + 1).number
        this.reply(one.isRight ? code : String((Number(code) + 1_234) % 10_000).padStart(4, '0'), from)
        return
      }
      case 'die':
        this.send(true)
        return
      case 'kill':
      case 'boot':
        if (one.do === 'boot') this.mono = 10
        this.boots += Number(one.do === 'boot')
        this.step({ kind: 'started', boot: `boot-${this.boots}` })
        return
      case 'deliver':
        for (const { id } of this.taken.slice(-3)) this.step({ kind: 'delivered', id })
    }
  }

  override send(dies = false): void {
    for (const known of this.state.alarms) {
      const calls = known.texts.filter(({ kind, state }) => kind === 'alarm' && state === 'waiting')
      if (calls.length > 0 && (known.stage === 'held' || known.isAcknowledged))
        this.faults.push('a call after somebody had it')
    }
    super.send(dies)
  }
}

describe('whatever happens to a gateway that is alone', () => {
  it('every alarm is told, receipted or acknowledged while a modem works', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        const world = new Watched()
        for (const one of moves) world.play(one)
        world.modem = () => 'accepted'
        const from = world.taken.length
        // One round of calls at most, and the longest pause of a retry.
        world.pass(16 * MINUTE, 10_000)
        for (const { occurrence, stage } of world.state.alarms) {
          const isTold = world.taken.slice(from).some((text) => text.occurrence === occurrence)
          if (stage !== 'held') expect([occurrence, isTold]).toEqual([occurrence, true])
        }
        for (const occurrence of world.numbers.keys())
          expect(world.state.alarms.some((known) => known.occurrence === occurrence)).toBe(true)
      }),
      RUNS,
    )
  })

  it('nobody is called about what somebody has, and never twice in one call', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const world = new Watched()
        for (const one of moves) world.play(one)
        expect(world.faults).toEqual([])
        const calls = world.taken.map(
          ({ kind, occurrence, person: who, round, id }) => `${kind} ${occurrence} ${who} ${round} ${id}`,
        )
        expect(new Set(calls).size).toBe(calls.length)
        const rounds = world.taken
          .filter(({ kind }) => kind === 'alarm')
          .map(({ occurrence, person: who, round }) => `${occurrence} ${who} ${round}`)
        expect(new Set(rounds).size).toBe(rounds.length)
      }),
      RUNS,
    )
  })

  it('texts are bounded: one a person and call, and calls have their distance', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const world = new Watched()
        for (const one of moves) world.play(one)
        const passed = moves.reduce((sum, one) => sum + (one.do === 'pass' ? one.ms : 0), 0)
        const begins = moves.filter((one) => one.do === 'raise' || one.do === 'boot').length
        const most =
          PERSONS.length * ALARMS.length * (Math.floor(passed / world.ground.again) + 1) + PERSONS.length * begins
        expect(world.taken.filter(({ kind }) => kind === 'alarm').length).toBeLessThanOrEqual(most)
      }),
      RUNS,
    )
  })

  it('acts of an alarm are numbered from 1 without a gap, and an acknowledgement is told once each time', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const world = new Watched()
        for (const one of moves) world.play(one)
        for (const [, acts] of Map.groupBy(world.acts, ({ occurrence }) => occurrence))
          expect(acts.map(({ n }) => n)).toEqual(acts.map((_, index) => index + 1))
        for (const { occurrence } of world.state.alarms) {
          const said = world.acts.filter(
            (act) => act.occurrence === occurrence && act.did.kind === 'acknowledged',
          ).length
          expect(said).toBeLessThanOrEqual(world.numbers.get(occurrence) ?? 0)
        }
      }),
      RUNS,
    )
  })
})

describe('a reply', () => {
  const digit = fc.integer({ min: 0, max: 9_999 }).map((code) => String(code).padStart(4, '0'))

  it('is read whatever stands around its code', () => {
    const before = fc.constantFrom('', ' ', 'Q', 'q ', 'ok ', '收到', '签收：', '【', '#')
    const after = fc.constantFrom('', ' ', '。', ' on my way', '，马上到')
    fc.assert(
      fc.property(before, digit, after, (front, code, back) => {
        expect(parseReply(`${front}${code}${back}`)?.code).toBe(code)
      }),
      RUNS,
    )
  })

  it.each([
    ['4821', '4821', ''],
    ['ｑ４８２１', '4821', ''],
    ['4821，马上到', '4821', '马上到'],
    ['Q4821 2', '4821', '2'],
  ])('%s is the code %s with the note "%s"', (text, code, note) => {
    expect(parseReply(text)).toEqual({ code, note })
  })

  it.each(['', '48', '48215', '13900000001', 'come at 4821', '1.4821'])('%j is none', (text) => {
    expect(parseReply(text)).toBe(null)
  })

  it('comes from a number whether it bears the code of the country or not, but from no other', () => {
    const number = fc.stringMatching(/^1[3-9]\d{9}$/)
    fc.assert(
      fc.property(number, number, (one, other) => {
        expect([isSameNumber(`+86${one}`, one), isSameNumber(`0086${one}`, `+86${one}`)]).toEqual([true, true])
        expect(isSameNumber(`+86${one}`, other)).toBe(one === other)
        expect(isSameNumber(`+86${one}`, `+${one}`)).toBe(false)
      }),
      RUNS,
    )
    expect([isSameNumber('10086', '10086'), isSameNumber('Operator', 'Operator')]).toEqual([false, false])
  })
})
