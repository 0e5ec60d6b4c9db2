import { describe, expect, it } from 'vitest'
import { UtcMs } from '../../../core/contract/time.ts'
import { freeTokens } from '../../../core/alarms/budget.ts'
import { holdOfCall, linesThatFit } from '../../../core/alarms/digest.ts'
import { type ChannelFacts, chooseSends } from '../../../core/alarms/dispatch-choose.ts'
import type { DispatchRow } from '../../../core/alarms/dispatch-row.ts'
import { type Around, pauseAfter, settleRow, settleUndelivered } from '../../../core/alarms/dispatch-settle.ts'
import { stepStorm } from '../../../core/alarms/storm.ts'

const now = UtcMs.parse(1_768_154_400_000)
const at = { now, t: 1_000_000 }

let made = 0
function row(changes: Partial<DispatchRow> = {}): DispatchRow {
  made += 1
  const alarm = changes.alarm === undefined ? `alarm-${made}` : changes.alarm
  const { round = 0, step = 0, person = 'lin', channel = 'robot' } = changes
  return {
    ...{
      id: `n${made}`,
      n: made,
      key: `${alarm}|${round}|${step}|${person}|${channel}`,
      alarm,
      kind: 'escalation',
      round,
      step,
    },
    ...{ person, name: person, channel, medium: 'robot', priority: 'yellow', bundle: 'north', holdUntil: now },
    ...{ state: 'queued', attempts: 0, retryAt: 0, batch: null },
    ...changes,
  }
}
const CHANNEL: ChannelFacts = {
  ...{ allowance: { most: 20, perMs: 60_000, reserved: 5 }, spent: [], penaltyUntil: 0, inHand: 0, mostInHand: 16 },
  lines: 50,
}
const spent = (count: number, ended: number | null = at.t) => Array.from({ length: count }, () => ({ ended }))

describe('a budget', () => {
  it('counts a message from when it is begun until the window after its outcome has passed (E4)', () => {
    const robot = CHANNEL.allowance
    expect(freeTokens(robot, [], 0)).toEqual({ red: 20, other: 15 })
    expect(freeTokens(robot, [...spent(3), { ended: null }], at.t)).toEqual({ red: 16, other: 11 })
    expect(freeTokens(robot, spent(20), at.t + 59_999)).toEqual({ red: 0, other: 0 })
    expect(freeTokens(robot, spent(20), at.t + 60_000)).toEqual({ red: 20, other: 15 })
    expect(freeTokens({ most: 1, perMs: 45_000, reserved: 5 }, [], 0)).toEqual({ red: 1, other: 1 })
    expect(freeTokens({ most: null, perMs: 1, reserved: 5 }, spent(99), 0)).toEqual({ red: Infinity, other: Infinity })
  })
})

describe('the choice of what goes', () => {
  it('sends a red message at once and alone while 400 yellow ones wait, and those as digests that lose none (E10, E11)', () => {
    const yellow = Array.from({ length: 400 }, (_, n) =>
      row({ bundle: `site-${n}`, person: n % 2 === 0 ? 'lin' : 'qiao' }),
    )
    const red = row({ priority: 'red', bundle: null })
    const chosen = chooseSends([...yellow, red], CHANNEL, at)
    expect(chosen[0]).toMatchObject({ priority: 'red', isDigest: false, rows: [{ id: red.id }] })
    const told = chosen.slice(1).flatMap(({ rows }) => rows.map(({ id }) => id))
    expect(new Set(told).size).toBe(told.length)
    expect(told).toHaveLength(400)
    expect(chosen.every(({ rows }) => rows.length <= 50 && new Set(rows.map(({ person }) => person)).size === 1)).toBe(
      true,
    )
  })

  it('keeps tokens and places in hand for red (E14), and goes by priority, then age (E12)', () => {
    const rows = [row({ kind: 'raise' }), row({ priority: 'orange' }), row({ priority: 'red', bundle: null })]
    const order = (facts: Partial<ChannelFacts>) =>
      chooseSends(rows, { ...CHANNEL, ...facts }, at).map(({ priority }) => priority)
    expect(order({})).toEqual(['red', 'orange'])
    expect(order({ spent: spent(15) })).toEqual(['red'])
    expect(order({ spent: spent(20) })).toEqual([])
    expect(order({ inHand: 14 })).toEqual(['red'])
    expect(order({ inHand: 16 })).toEqual([])
    expect(order({ penaltyUntil: at.t + 1 })).toEqual([])
  })

  it('waits for the hold of a bundle and then takes along what came meanwhile, but nothing that has just failed', () => {
    const later = UtcMs.parse(now + 20_000)
    const first = row({})
    const mate = row({ holdUntil: later })
    const other = row({ holdUntil: later, bundle: 'south' })
    const failed = row({ holdUntil: now, retryAt: at.t + 1 })
    const ids = (rows: DispatchRow[]) => chooseSends(rows, CHANNEL, at).map((batch) => batch.rows.map(({ id }) => id))
    expect(ids([first, mate, other, failed])).toEqual([[first.id, mate.id]])
    expect(ids([mate, other])).toEqual([])
  })

  it('tells several steps of one alarm in one message, the newest first', () => {
    const steps = [0, 1, 2].map((step) => row({ alarm: 'a', priority: 'red', bundle: null, step }))
    const [batch, ...more] = chooseSends(steps, CHANNEL, at)
    expect(more).toEqual([])
    expect(batch).toMatchObject({ isDigest: false, rows: [{ step: 2 }, { step: 1 }, { step: 0 }] })
  })

  it('never folds what belongs to no alarm', () => {
    const memos = Array.from({ length: 30 }, () => row({ alarm: null, kind: 'memo', bundle: null }))
    const chosen = chooseSends(memos, CHANNEL, at)
    expect(chosen.length).toBeGreaterThan(0)
    expect(chosen.every(({ rows }) => rows.length === 1)).toBe(true)
  })
})

const ALONE: Around = { awaits: true, hasLadder: true, others: [], t: at.t }
const BESIDE: Around = {
  ...ALONE,
  others: [
    { channel: 'modem', medium: 'sms', state: null },
    { channel: 'mail', medium: 'mail', state: 'failed' },
  ],
}

describe('the end of an attempt', () => {
  const failed = (attempts: number) => row({ alarm: 'a', state: 'sending', attempts })

  it('pauses 2, 4, 8 … seconds, at most a minute', () => {
    expect([1, 2, 3, 5, 6, 40].map(pauseAfter)).toEqual([2_000, 4_000, 8_000, 32_000, 60_000, 60_000])
  })

  it('puts a message over every other way after the third failure or a refusal, in the same step (E2, E15)', () => {
    expect(settleRow(failed(2), { is: 'temporary', answer: '' }, BESIDE)).toMatchObject({
      state: 'queued',
      retryAt: at.t + 4_000,
    })
    for (const end of [
      settleRow(failed(3), { is: 'temporary', answer: '' }, BESIDE),
      settleRow(failed(1), { is: 'refused', answer: '' }, BESIDE),
    ]) {
      expect(end).toMatchObject({
        state: 'failed',
        fallbacks: [{ channel: 'modem', key: 'a|0|0|lin|modem', round: 0, step: 0 }],
      })
    }
  })

  it('sends nothing after an acknowledgement, but what was taken was taken (E5, E13)', () => {
    const acked = { ...BESIDE, awaits: false }
    expect(settleRow(failed(1), { is: 'temporary', answer: '' }, acked)).toMatchObject({
      state: 'cancelled',
      fallbacks: [],
    })
    expect(settleRow(failed(1), { is: 'accepted', answer: '' }, acked)).toMatchObject({ state: 'accepted' })
    expect(settleUndelivered(failed(1), acked)).toMatchObject({ state: 'failed', fallbacks: [] })
  })

  it('moves red off a provider that throttles and lets the rest wait, without counting the attempt', () => {
    const throttled = { is: 'throttled', answer: '', penaltyMs: 600_000, isForAll: true } as const
    expect(settleRow(failed(1), throttled, BESIDE)).toMatchObject({
      state: 'queued',
      attempts: 0,
      retryAt: at.t + 600_000,
    })
    const red = { ...failed(1), priority: 'red' as const }
    expect(settleRow(red, throttled, BESIDE)).toMatchObject({ state: 'failed', fallbacks: [{ channel: 'modem' }] })
    expect(settleRow(red, throttled, ALONE)).toMatchObject({ state: 'queued' })
    expect(settleRow(failed(1), { ...throttled, penaltyMs: 0 }, ALONE).retryAt).toBeGreaterThan(at.t)
  })

  it('never gives up the last way of what no ladder repeats for a failure that can pass', () => {
    const line = { ...failed(9), kind: 'acknowledged' as const }
    const alone = { ...ALONE, hasLadder: false }
    expect(settleRow(line, { is: 'temporary', answer: '' }, alone).state).toBe('queued')
    expect(settleRow(line, { is: 'refused', answer: '' }, alone).state).toBe('failed')
    expect(settleRow(failed(3), { is: 'temporary', answer: '' }, ALONE).state).toBe('failed')
  })

  it('does not send a code or a test another way than the one it proves', () => {
    const code = { ...failed(3), kind: 'code' as const, alarm: null }
    expect(settleRow(code, { is: 'temporary', answer: '' }, { ...BESIDE, hasLadder: false })).toMatchObject({
      state: 'failed',
      fallbacks: [],
    })
  })
})

describe('digests and storms', () => {
  it('hold red for nothing and others as they should', () => {
    expect(holdOfCall('red', { site: 's', now, digestMs: 600_000 })).toEqual({ bundle: null, holdUntil: now })
    expect(holdOfCall('yellow', { site: 's', now })).toEqual({ bundle: 's', holdUntil: now + 30_000 })
  })

  it('fit what a channel takes: 2,048 bytes of a robot, at most 50 lines of anything, a count by SMS', () => {
    expect(linesThatFit('robot', 2_048)).toBe(14)
    expect(linesThatFit('mail', 64_000)).toBe(50)
    expect(linesThatFit('sms', 140)).toBe(200)
    expect(linesThatFit('robot', 10)).toBe(1)
  })

  it('a storm begins above 10 new alarms in 10 min and ends below 5 (EEMUA 191)', () => {
    expect([10, 11].map((raised) => stepStorm(null, raised, now).change)).toEqual([null, 'began'])
    expect([5, 4].map((raised) => stepStorm(now, raised, now).change)).toEqual([null, 'ended'])
  })
})
