import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StreamId } from '../../../core/contract/chain.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import type { WaitingLink } from '../../../gateway/store/store.ts'
import {
  type BacklogView,
  keyOf,
  LONG_MS,
  nextLink,
  patienceMs,
  type SentLink,
  WINDOW,
} from '../../../gateway/uplink/backlog.ts'

const STREAM = StreamId.parse('streamstream')
const NOW = MonoMs.parse(10_000_000)

function range(n: number, boot = 'aa', bytes = 10_000): WaitingLink {
  const at = [UtcMs.parse(n * 80_000), UtcMs.parse(n * 80_000 + 79_000)] as const
  return { stream: STREAM, n, kind: 'range', from: n * 10, to: n * 10 + 9, at, boot, fidelity: 'raw', bytes }
}

function dating(n: number): WaitingLink {
  return { ...range(n), kind: 'dating', from: null, to: null, at: null, bytes: 300 }
}

function viewOf(waiting: readonly WaitingLink[], more: Partial<BacklogView> = {}): BacklogView {
  const nothing = { sent: new Map(), rate: null, receiptedSentAt: null, undated: new Set<string>(), hasTrend: false }
  return { waiting, now: NOW, ...nothing, ...more }
}

const sentAt = (links: readonly WaitingLink[], agoMs: number, times = 1): Map<string, SentLink> =>
  new Map(links.map((link) => [keyOf(link), { at: MonoMs.parse(NOW - agoMs), times, notBefore: null }]))

const numberOf = (view: BacklogView) => {
  const next = nextLink(view)
  return next.is === 'link' ? next.link.n : next.is
}

describe('which link goes next', () => {
  const links = [0, 1, 2, 3, 4].map((n) => range(n))

  it('takes the oldest of a backlog that drains within two minutes, and as long as nobody knows', () => {
    expect(numberOf(viewOf(links))).toBe(0)
    expect(numberOf(viewOf(links, { rate: 1_000, hasTrend: true }))).toBe(0)
  })

  it('takes the trend, and then the newest, of one that takes longer', () => {
    expect(numberOf(viewOf(links, { rate: 400, hasTrend: true }))).toBe('trend')
    expect(numberOf(viewOf(links, { rate: 400 }))).toBe(4)
    expect(numberOf(viewOf(links, { rate: 400, sent: sentAt([links[4]!], 10) }))).toBe(3)
    expect(numberOf(viewOf([...links, range(5)], { rate: 400, sent: sentAt([links[4]!], 10) }))).toBe(5)
  })

  it('takes what says how to read the rest first of all', () => {
    expect(numberOf(viewOf([...links, dating(5)], { rate: 400, hasTrend: true }))).toBe(5)
    expect(numberOf(viewOf([...links, dating(5)], { sent: sentAt(links, 10) }))).toBe(5)
  })

  it('keeps the ranges of a boot whose time nobody knows yet', () => {
    const mixed = [range(0, 'bb'), range(1, 'aa'), range(2, 'bb')]
    expect(numberOf(viewOf(mixed, { undated: new Set(['bb']) }))).toBe(1)
    expect(numberOf(viewOf(mixed, { undated: new Set(['aa', 'bb']) }))).toBe('nothing')
  })

  it('sends again what has found no receipt in time, each time later', () => {
    const [first] = links
    expect(numberOf(viewOf([first!], { sent: sentAt([first!], patienceMs(1) - 1) }))).toBe('nothing')
    expect(numberOf(viewOf([first!], { sent: sentAt([first!], patienceMs(1)) }))).toBe(0)
    expect(numberOf(viewOf([first!], { sent: sentAt([first!], patienceMs(1), 2) }))).toBe('nothing')
    expect(patienceMs(2)).toBe(2 * patienceMs(1))
    expect(patienceMs(40)).toBe(600_000)
  })

  it('leaves what the control room has put off until then, and does not wait for it', () => {
    const put = { at: NOW, times: 1, notBefore: MonoMs.parse(NOW + 5) }
    const sent = new Map(links.map((link): [string, SentLink] => [keyOf(link), put]))
    expect(numberOf(viewOf(links, { sent }))).toBe('nothing')
    expect(numberOf(viewOf([...links, range(5)], { sent }))).toBe(5)
    expect(numberOf(viewOf(links, { sent, now: MonoMs.parse(NOW + 5) }))).toBe(0)
  })

  it('is not held up by ranges that a living control room does not answer', () => {
    const many = Array.from({ length: WINDOW + 1 }, (_, n) => range(n))
    const silent = sentAt(many.slice(0, WINDOW), patienceMs(2) - 1, 2)
    expect(numberOf(viewOf(many, { sent: silent }))).toBe('nothing')
    const overdue = sentAt(many.slice(0, WINDOW), patienceMs(1), 1)
    expect(numberOf(viewOf(many, { sent: overdue }))).toBe(0)
    const again = new Map([...overdue].map(([key, one]) => [key, { ...one, times: 1 }]))
    const receiptedSentAt = MonoMs.parse(NOW - 5)
    expect(numberOf(viewOf([...many].reverse(), { sent: again, receiptedSentAt }))).toBe(WINDOW)
  })

  it('brings every link over, each once on a line that loses nothing, whatever comes when', () => {
    const step = fc.oneof(
      fc.record({ is: fc.constant('close' as const) }),
      fc.record({ is: fc.constant('date' as const) }),
      fc.record({ is: fc.constant('send' as const), fate: fc.constantFrom('receipt', 'lost', 'keep') }),
      fc.record({ is: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 100_000 }) }),
      fc.record({ is: fc.constant('reconnect' as const) }),
    )
    const rates = fc.constantFrom(null, 100, 1_000, 1e6)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), rates, fc.boolean(), (steps, rate, isClean) => {
        let waiting: WaitingLink[] = []
        const sent = new Map<string, SentLink>()
        const arrived: number[] = []
        let [now, made, receiptedSentAt] = [1_000_000, 0, null as MonoMs | null]
        const view = () => viewOf(waiting, { sent, now: MonoMs.parse(now), rate, receiptedSentAt })
        const send = (fate: string): boolean => {
          const next = nextLink(view())
          if (next.is !== 'link') return false
          const key = keyOf(next.link)
          const at = MonoMs.parse(now)
          const times = (sent.get(key)?.times ?? 0) + 1
          const onTheirWay = [...sent.values()].filter(({ notBefore }) => notBefore === null).length
          if (next.link.kind === 'range' && !sent.has(key) && receiptedSentAt === null)
            expect(onTheirWay).toBeLessThan(WINDOW)
          sent.set(key, { at, times, notBefore: null })
          if (fate === 'lost') return true
          arrived.push(next.link.n)
          if (fate === 'keep') sent.set(key, { at, times, notBefore: MonoMs.parse(now + patienceMs(times)) })
          else {
            sent.delete(key)
            receiptedSentAt = at
            waiting = waiting.filter(({ n }) => n !== next.link.n)
          }
          return true
        }
        for (const one of steps) {
          if (one.is === 'close') waiting = [...waiting, range(made++)]
          else if (one.is === 'date') waiting = [...waiting, dating(made++)]
          else if (one.is === 'send') send(isClean ? 'receipt' : one.fate)
          else if (one.is === 'wait') now += one.ms
          else for (const [key, { notBefore }] of sent) if (notBefore === null) sent.delete(key)
        }
        for (let round = 0; waiting.length > 0 && round < 2_000; round += 1) if (!send('receipt')) now += 60_000
        expect(waiting).toEqual([])
        expect(new Set(arrived)).toEqual(new Set(Array.from({ length: made }, (_, n) => n)))
        if (isClean) expect(arrived).toHaveLength(made)
      }),
      { numRuns: 200 },
    )
  })

  it('tells long from short by the rate', () => {
    const rate = (links.length * 10_000 * 1_000) / LONG_MS
    expect(numberOf(viewOf(links, { rate: rate * 1.01, hasTrend: true }))).toBe(0)
    expect(numberOf(viewOf(links, { rate: rate * 0.99, hasTrend: true }))).toBe('trend')
  })
})
