import { describe, expect, it } from 'vitest'
import type { NoticeState } from '../../../core/contract/notice.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { holdOfLine, linesThatFit } from '../../../core/alarms/digest.ts'
import { type ChannelFacts, chooseSends } from '../../../core/alarms/dispatch-choose.ts'
import { type DispatchRow, isCall, mayGoAnotherWay, type RowKind } from '../../../core/alarms/dispatch-row.ts'
import { type Around, settleRow } from '../../../core/alarms/dispatch-settle.ts'
import { comparePriority } from '../../../core/alarms/priority.ts'
import { STORM_WINDOW_MS } from '../../../core/alarms/storm.ts'

const T = 1_768_154_400_000
const at = (s: number) => UtcMs.parse(T + s * 1_000)
const now = { now: at(0), t: 1_000_000 }

function row(n: number, changes: Partial<DispatchRow> = {}): DispatchRow {
  return {
    ...{ id: `n${n}`, n, key: `k${n}`, alarm: `alarm-${n}`, kind: 'escalation', round: 0, step: 0, person: 'lin' },
    ...{ name: 'Lin', channel: 'robot', medium: 'robot', priority: 'yellow', bundle: 'north', holdUntil: at(0) },
    ...{ state: 'queued', attempts: 0, retryAt: 0, batch: null, ...changes },
  }
}
const CHANNEL: ChannelFacts = {
  ...{ allowance: { most: 20, perMs: 60_000, reserved: 5 }, spent: [], penaltyUntil: 0, inHand: 0, mostInHand: 16 },
  lines: 50,
}
const chosen = (rows: readonly DispatchRow[], facts: Partial<ChannelFacts> = {}) =>
  chooseSends(rows, { ...CHANNEL, ...facts }, now).map((batch) => batch.rows.map(({ n }) => n))
/** So many messages just sent. */
const spent = (count: number) => Array.from({ length: count }, () => ({ ended: now.t }))

describe('what goes over a channel', () => {
  it('leaves two places in hand to red, of which a channel with few has fewer', () => {
    const two = [row(1, { person: 'lin' }), row(2, { person: 'qiao' })]
    expect(chosen(two, { inHand: 13 })).toEqual([[1]])
    expect(chosen(two, { inHand: 14 })).toEqual([])
    expect(chosen(two, { mostInHand: 1 })).toEqual([[1]])
    expect(chosen(two, { mostInHand: 2 })).toEqual([[1]])
  })

  it('is queued, and its pause is over from the very millisecond on', () => {
    expect(chosen([row(1, { state: 'sending' }), row(2, { state: 'accepted' })])).toEqual([])
    expect(chosen([row(1, { retryAt: now.t })])).toEqual([[1]])
    const waits = { holdUntil: at(20) }
    expect(chosen([row(1), row(2, { ...waits, retryAt: now.t }), row(3, { ...waits, retryAt: now.t + 1 })])).toEqual([
      [1, 2],
    ])
  })

  it('takes nobody along who waits alone', () => {
    const alone = { bundle: null, alarm: null, kind: 'memo' } as const
    expect(chosen([row(1, alone), row(2, { ...alone, holdUntil: at(20) })])).toEqual([[1]])
  })

  it('is folded only where there are more messages than may go', () => {
    const sites = [row(1), row(2, { bundle: 'south' })]
    expect(chosen(sites)).toEqual([[1], [2]])
    expect(chosen(sites, { spent: spent(13) })).toEqual([[1], [2]])
    expect(chosen(sites, { spent: spent(14) })).toEqual([[1, 2]])
    const memo = { alarm: null, kind: 'memo', bundle: null } as const
    expect(chosen([row(1), row(2, memo), row(3, { bundle: 'south' })], { spent: spent(14) })).toEqual([[1, 3]])
    expect(chosen([row(1, memo), row(2), row(3, { bundle: 'south' })], { spent: spent(13) })).toEqual([[1], [2, 3]])
  })

  it('joins its own alarm first, and its site else; a message that is full takes no more and leaves the others open', () => {
    const rows = [row(1, { alarm: 'a', bundle: '*' }), row(2, { alarm: 'b' }), row(3, { alarm: 'a' })]
    expect(chosen(rows)).toEqual([[3, 1], [2]])
    const south = { bundle: 'south' }
    const four = [row(1), row(2, south), row(3), row(4, south), row(5)]
    expect(chosen(four, { lines: 2 })).toEqual([[1, 3], [2, 4], [5]])
  })

  it('is the oldest first: by when it could have gone, then by when it was queued', () => {
    const one = (n: number, s: number) => row(n, { holdUntil: at(-s), bundle: `site-${n}` })
    expect(chosen([one(1, 1), one(2, 3), one(3, 2)])).toEqual([[2], [3], [1]])
    expect(chosen([one(3, 1), one(1, 1), one(2, 1)])).toEqual([[1], [2], [3]])
    const worse = row(9, { priority: 'blue', holdUntil: at(-99), bundle: 'x' })
    expect(chosen([worse, one(1, 1)])).toEqual([[1], [9]])
    expect(comparePriority('yellow', 'blue')).toBeLessThan(0)
  })
})

describe('a digest', () => {
  it('waits ten minutes, and half a minute where the alarm is grave', () => {
    const waits = (['red', 'orange', 'yellow', 'blue'] as const).map(
      (priority) => holdOfLine(priority, at(0)).holdUntil,
    )
    expect(waits).toEqual([at(30), at(30), at(600), at(600)])
  })

  it('has lines of 120 bytes and an end each, and 240 bytes around them; what is short counts', () => {
    expect([1_934, 1_933].map((bytes) => linesThatFit('robot', bytes))).toEqual([14, 13])
    expect((['sms', 'voice', 'push'] as const).map((medium) => linesThatFit(medium, 100))).toEqual([200, 200, 200])
  })

  it('counts a storm over ten minutes', () => {
    expect(STORM_WINDOW_MS).toBe(600_000)
  })
})

describe('a row', () => {
  it('is a call unless it only informs; what proves a way goes no other', () => {
    const kinds: readonly RowKind[] = [
      ...(['raise', 'again', 'escalation', 're-alarm', 'after-suppression', 'returned', 'late'] as const),
      ...(['acknowledged', 'handed-over', 'memo', 'test', 'code'] as const),
    ]
    expect(kinds.map(isCall)).toEqual(kinds.map((_, index) => index < 7))
    expect(kinds.filter((kind) => !mayGoAnotherWay(kind))).toEqual(['test', 'code'])
  })

  const around = (...states: readonly (NoticeState | null)[]): Around => ({
    ...{ awaits: true, hasLadder: false, t: now.t },
    others: states.map((state, index) => ({ channel: `c${index}`, medium: 'sms', state })),
  })
  const tried = row(1, { kind: 'acknowledged', state: 'sending', attempts: 3 })
  const after = (...states: readonly (NoticeState | null)[]) =>
    settleRow(tried, { is: 'temporary', answer: '' }, around(...states))

  it('that nothing repeats is given up only where it is hoped for on another way', () => {
    for (const state of ['queued', 'sending', 'accepted', 'delivered', 'seen'] as const)
      expect(after(state).state).toBe('failed')
    for (const state of ['failed', 'cancelled'] as const) expect(after(state).state).toBe('queued')
    expect(after('failed', 'queued').state).toBe('failed')
    expect(after(null)).toMatchObject({ state: 'failed', fallbacks: [{ channel: 'c0' }] })
    expect(after(null, 'failed').state).toBe('failed')
  })

  it('that a provider throttles has lost no attempt, and comes back after a second at the least', () => {
    const throttled = { is: 'throttled', answer: '', penaltyMs: 0, isForAll: true } as const
    expect(settleRow(tried, throttled, around())).toMatchObject({ attempts: 2, retryAt: now.t + 1_000 })
    expect(settleRow({ ...tried, attempts: 0 }, throttled, around()).attempts).toBe(0)
  })
})
