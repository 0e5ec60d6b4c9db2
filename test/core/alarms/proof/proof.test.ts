import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeEpisode, type ProofFacts } from '../../../../core/alarms/proof/proof.ts'
import { DEFAULT_SLA } from '../../../../core/alarms/proof/sla-table.ts'
import { reasonWords } from '../../../../core/alarms/proof/wording.ts'
import { LANGUAGES } from '../../../../core/contract/text.ts'
import { SlaRow, type Verdict, type VerdictKind } from '../../../../core/contract/proof.ts'
import { alarmOf, at, entryOf, episodeOf, MINUTE, noticeOf, T0, T3 } from './episodes.ts'

const judge = (facts: Partial<ProofFacts> = {}, ms = 3 * 60 * MINUTE) =>
  judgeEpisode({
    ...{ episode: episodeOf(), gaps: [], signs: [], fault: null, table: DEFAULT_SLA, now: at(ms) },
    ...facts,
  })
const verdict = (facts: Partial<ProofFacts>, kind: VerdictKind, ms?: number): Verdict =>
  judge(facts, ms).verdicts.find((each) => each.kind === kind)!
const keys = ({ because }: Verdict) => because.map(({ key }) => key)

const acknowledged = (ms: number) => entryOf('alarm-acknowledged', ms, { detail: { via: 'sms', priority: 'red' } })
const reported = (ms: number, receipt: string | null = null) =>
  ({ kind: 'reported', at: at(ms), by: '周', note: '', receipt }) as const

describe('the ruler of an alarm', () => {
  it('tells each of the ten stamps with whose word it is', () => {
    const notices = [
      noticeOf({ id: 'a', sentAt: T3 + 900, acceptedAt: T3 + 1_500, state: 'accepted' }),
      noticeOf({
        id: 'b',
        name: '周',
        sentAt: T3 + 300,
        acceptedAt: T3 + 2_000,
        deliveredAt: T3 + 9_000,
        seenAt: T3 + 20_000,
      }),
      noticeOf({ id: 'c', kind: 'acknowledged', sentAt: T3 + 1, acceptedAt: T3 + 2, deliveredAt: T3 + 3 }),
    ]
    const findings = [reported(50 * MINUTE, '县-12'), { ...reported(40 * MINUTE), kind: 'on-site' as const, by: '高' }]
    const { stamps } = judge({ episode: episodeOf({ findings }, { notices, entries: [acknowledged(4 * MINUTE)] }) })
    expect(stamps.map(({ stamp, at: reached, source, by, via }) => [stamp, reached! - T3, source, by, via])).toEqual([
      ['T0', T0 - T3, 'gateway', null, null],
      ['T1', T0 - 60_000 - T3, 'gateway', null, null],
      ['T2', T0 + 140 - T3, 'gateway', null, null],
      ['T3', 0, 'control-room', null, null],
      ['T4', 300, 'control-room', '周', 'modem'],
      ['T5', 1_500, 'provider', '林', 'modem'],
      ['T6', 9_000, 'receiver', '周', 'modem'],
      ['T7', 20_000, 'receiver', '周', 'modem'],
      ['T8', 4 * MINUTE, 'person', '林', 'sms'],
      ['T9', 40 * MINUTE, 'person', '高', 'on-site'],
    ])
    expect(stamps.every(({ missing }) => missing === null)).toBe(true)
  })

  it.each<[string, ReturnType<typeof noticeOf>[], readonly (string | null)[]]>([
    ['nobody called', [], ['nobody-called', 'nobody-called', 'none-accepted', 'none-accepted']],
    ['nothing sent yet', [noticeOf()], ['none-sent', 'none-accepted', 'none-accepted', 'none-accepted']],
    ['refused by all', [noticeOf({ sentAt: T3 })], [null, 'none-accepted', 'none-accepted', 'none-accepted']],
    [
      'taken by a robot, which gives no receipts',
      [noticeOf({ medium: 'robot', channel: 'ding', sentAt: T3, acceptedAt: T3 })],
      [null, null, 'no-receipts', 'no-receipts'],
    ],
    [
      'taken by a modem, no receipt',
      [noticeOf({ sentAt: T3, acceptedAt: T3 })],
      [null, null, 'none-delivered', 'none-seen'],
    ],
  ])('says why T4 to T7 are not there: %s', (_, notices, expected) => {
    const { stamps } = judge({ episode: episodeOf({}, { notices }) })
    expect(stamps.slice(4, 8).map(({ missing }) => missing)).toEqual(expected)
  })

  it('takes the first acknowledgement, also where the alarm came back or the site had it earlier', () => {
    const entries = [acknowledged(4 * MINUTE), acknowledged(9 * MINUTE)]
    expect(judge({ episode: episodeOf({}, { entries }) }).stamps[8]?.at).toBe(at(4 * MINUTE))
    const acknowledgement = { at: at(MINUTE), by: '高', note: '在现场', via: 'edge' as const }
    const stamp = judge({ episode: episodeOf({ acknowledgement }, { entries }) }).stamps[8]
    expect(stamp).toMatchObject({ at: at(MINUTE), by: '高', via: 'edge' })
  })
})

describe('the time limits of an alarm', () => {
  it('are those of its priority, each kept, exceeded, running or released', () => {
    const findings = [reported(29 * MINUTE), reported(61 * MINUTE, '县-12')]
    const { slas } = judge({ episode: episodeOf({ findings }, { entries: [acknowledged(5 * MINUTE)] }) })
    expect(slas.map(({ row, is, overMs }) => [row.id, is, overMs])).toEqual([
      ['acknowledge-red', 'kept', 0],
      ['report-red', 'kept', 0],
      ['report-red-written', 'exceeded', MINUTE],
    ])
    expect(judge({}, 4 * MINUTE).slas.map(({ is }) => is)).toEqual(['running', 'running', 'running'])
    expect(judge({ episode: episodeOf({ priority: 'yellow' }) }).slas.map(({ row }) => row.id)).toEqual([
      'acknowledge-yellow',
    ])
  })

  it('of reporting are released by whoever finds out in time that there was nothing, and not afterwards', () => {
    const judged = (ms: number, kind: 'authorised' | 'confirmed') =>
      alarmOf({
        feedback: [
          {
            ...{ id: 'f', kind, occurrence: 'x', at: at(ms), by: '周', note: '', state: 'applied' },
            ...{ answeredAt: null, answer: null },
          },
        ],
      })
    const states = (alarm: ReturnType<typeof alarmOf>) => judge({ episode: episodeOf(alarm) }).slas.map(({ is }) => is)
    expect(states(judged(20 * MINUTE, 'authorised'))).toEqual(['exceeded', 'released', 'released'])
    expect(states(judged(45 * MINUTE, 'authorised'))).toEqual(['exceeded', 'exceeded', 'released'])
    expect(states(judged(20 * MINUTE, 'confirmed'))).toEqual(['exceeded', 'exceeded', 'exceeded'])
  })

  it('have a demand and a source in both languages and say that nobody has read the number', () => {
    for (const row of DEFAULT_SLA) expect(SlaRow.parse(row).verified).toBe(false)
    expect(new Set(DEFAULT_SLA.map(({ id }) => id)).size).toBe(DEFAULT_SLA.length)
  })
})

describe('the verdicts on an alarm', () => {
  it('follow one night worked out by hand', () => {
    // Committed 02:14:07, acknowledged after 6:50 by SMS, reported by phone after 39:58, never in writing, shelved by one person alone.
    const shelved = entryOf('alarm-shelved', 500_000, { detail: { priority: 'red', second: null } })
    const entries = [acknowledged(410_000), shelved, entryOf('alarm-finding', 2_398_000)]
    const { verdicts } = judge(
      { episode: episodeOf({ findings: [reported(2_398_000)] }, { entries }) },
      2 * 60 * MINUTE,
    )
    expect(verdicts.map(({ kind, is }) => [kind, is])).toEqual([
      ['late', 'found'],
      ['omitted', 'clear'],
      ['false', 'clear'],
      ['concealed', 'suspected'],
    ])
    expect(verdicts[0]?.because.map(({ values }) => [values.sla, values.overMs])).toEqual([
      ['acknowledge-red', 110_000],
      ['report-red', 598_000],
      ['report-red-written', 60 * MINUTE],
    ])
    expect(keys(verdicts[3]!)).toEqual(['no-second-person'])
  })

  it('find an omission only when every limit of reporting has ended and nothing was reported', () => {
    expect(verdict({}, 'omitted', 59 * MINUTE).is).toBe('running')
    expect(keys(verdict({}, 'omitted', 61 * MINUTE))).toEqual(['not-reported'])
    expect(verdict({ episode: episodeOf({ findings: [reported(90 * MINUTE)] }) }, 'omitted').is).toBe('clear')
    expect(verdict({ episode: episodeOf({ priority: 'yellow' }) }, 'omitted').is).toBe('clear')
    const gaps = [{ from: at(-MINUTE), to: at(0), readings: 12 }]
    expect(keys(verdict({ gaps, episode: episodeOf({ findings: [reported(MINUTE)] }) }, 'omitted'))).toEqual([
      'gap-not-filled',
    ])
  })

  it('suspect an untruth where nothing was found while another sign was active', () => {
    const reset = (result: string) => [entryOf('alarm-reset', 30 * MINUTE, { detail: { result, priority: 'red' } })]
    const over = { activations: [{ occurrence: alarmOf().id, from: at(-2_300), to: at(10 * MINUTE) }] }
    const sign = (from: number, to: number | null) => [
      { rule: 'winch', from: at(from), to: to === null ? null : at(to) },
    ]
    const falseOf = (
      result: string,
      signs: ReturnType<typeof sign>,
      alarm: Partial<ReturnType<typeof alarmOf>> = over,
    ) => keys(verdict({ episode: episodeOf(alarm, { entries: reset(result) }), signs }, 'false'))
    expect(falseOf('nothing-found', sign(0, null))).toEqual(['sensor-says-otherwise'])
    expect(falseOf('nothing-found', sign(0, 20 * MINUTE))).toEqual([])
    expect(falseOf('nothing-found', [], alarmOf())).toEqual(['still-active'])
    expect(falseOf('sensor-fault', sign(5 * MINUTE, 6 * MINUTE))).toEqual(['sensor-says-otherwise'])
    expect(falseOf('sensor-fault', sign(15 * MINUTE, null))).toEqual([])
    expect(falseOf('authorised', sign(0, null))).toEqual([])
  })

  it.each([
    ['alarm-shelved', { priority: 'red', second: '周' }, []],
    ['alarm-shelved', { priority: 'orange', second: null }, []],
    ['alarm-withdrawn', { priority: 'red', second: null }, ['no-second-person']],
    ['alarm-suppressed', { priority: 'red', second: null, parent: 'a.b.c' }, []],
    ['alarm-suppressed', { priority: 'red', second: null, parent: null }, ['no-second-person']],
    ['alarm-out-of-service', { priority: 'blue', second: null }, ['no-second-person']],
  ] as const)('suspect concealment for %s with %o: %o', (act, detail, expected) => {
    const episode = episodeOf({}, { entries: [entryOf(act, MINUTE, { detail })] })
    expect(keys(verdict({ episode }, 'concealed'))).toEqual(expected)
  })

  it('suspect concealment where entries are missing or the ledger does not fit', () => {
    const acknowledgement = { at: at(0), by: '林', note: '已派人', via: 'desk' as const }
    const missing = verdict(
      { episode: { ...episodeOf({ acknowledgement }, { notices: [noticeOf()] }), entries: [] } },
      'concealed',
    )
    expect(missing.because.map(({ values }) => values.act)).toEqual([
      'alarm-raised',
      'alarm-acknowledged',
      'notice-queued',
    ])
    const fault = { kind: 'root', n: 9, at: null, says: null, expected: 'a', came: 'b' } as const
    expect(keys(verdict({ fault }, 'concealed'))).toEqual(['root-differs'])
    expect(keys(verdict({ fault: { ...fault, kind: 'content' } }, 'concealed'))).toEqual(['ledger-broken'])
  })

  it('never find less as time goes on, and find exactly what its limits say', () => {
    const minutes = fc.option(fc.integer({ min: 0, max: 120 }), { nil: null })
    const moments = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }))
    fc.assert(
      fc.property(minutes, minutes, fc.boolean(), moments, (acked, told, written, [a, b]) => {
        const findings = told === null ? [] : [reported(told * MINUTE, written ? '县-1' : null)]
        const entries = acked === null ? [] : [acknowledged(acked * MINUTE)]
        const episode = episodeOf({ findings }, { entries })
        const [early, late] = [Math.min(a, b), Math.max(a, b)].map((ms) => judge({ episode }, ms * MINUTE))
        const over = (ms: number) => ({ acked: acked ?? ms, told: told ?? ms, written: written ? (told ?? ms) : ms })
        for (const [judged, ms] of [
          [early!, Math.min(a, b)],
          [late!, Math.max(a, b)],
        ] as const) {
          const reached = over(ms)
          const isLate = reached.acked > 5 || reached.told > 30 || reached.written > 60
          expect(judged.verdicts[0]?.is === 'found').toBe(isLate)
          expect(judged.verdicts[1]?.is === 'found').toBe(told === null && ms > 60)
        }
        const rank = (each: Verdict) => ['clear', 'running', 'found', 'suspected'].indexOf(each.is)
        if (early!.verdicts[0]?.is === 'found') expect(rank(late!.verdicts[0]!)).toBeGreaterThanOrEqual(2)
      }),
    )
  })

  it('can be said in both languages', () => {
    const { verdicts } = judge({ gaps: [{ from: at(0), to: at(1), readings: 2 }] })
    for (const language of LANGUAGES) {
      for (const reason of verdicts.flatMap(({ because }) => because)) {
        expect(reasonWords(reason, language)).not.toMatch(/undefined|—/)
      }
    }
  })
})
