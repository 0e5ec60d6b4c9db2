import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../../../core/contract/alarm.ts'
import { NoticeMessage } from '../../../../core/contract/notice.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { LINE_BYTES } from '../../../../core/alarms/digest.ts'
import { composeDigest, composeMemo } from '../../../../dashboard/server/notify/compose-digest.ts'
import { composeNotice, type NoticeFacts } from '../../../../dashboard/server/notify/compose.ts'
import { NIGHT, transition } from '../alarms/world.ts'
import { ROSTER, SITE } from './receivers.ts'

const raised = transition()
const ALARM: Alarm = {
  ...{
    id: raised.occurrence,
    number: 'PW-20260112-0007',
    site: raised.site,
    rule: raised.rule,
    ruleType: raised.ruleType,
  },
  ...{ point: raised.point, priority: raised.priority, state: 'unacked', raisedAt: raised.at, receivedAt: raised.at },
  ...{ returnedAt: null, closedAt: null, activations: [], explanation: raised.explanation, readings: [], evidence: [] },
  ...{
    acknowledgement: null,
    latched: false,
    late: false,
    ruleVersion: null,
    returnRuleVersion: null,
    sampledAt: null,
  },
  ...{ storedAt: null, suppressions: [], held: 0, reAlarmAt: null, assignee: null, findings: [], chattering: false },
  ...{ quality: 'good', ladder: null, notes: [], notices: [], version: 1 },
}
const FACTS: NoticeFacts = {
  alarm: ALARM,
  notice: { id: 'n', kind: 'raise', round: 0, step: 0, attempts: 1 },
  person: ROSTER.persons[0]!,
  site: SITE,
  point: {
    device: { 'zh-CN': '进线电能表', en: 'Feeder meter' },
    point: { 'zh-CN': '总有功功率', en: 'Total active power' },
  },
  answer: { url: 'http://control.example/api/notices/t/acknowledge', code: '4821' },
  page: null,
  now: UtcMs.parse(NIGHT + 185_000),
}
const english = ROSTER.persons[1]!

describe('a message to somebody just woken', () => {
  it('says in Chinese what, where, since when, how it stands, its number, and what is asked', () => {
    const message = NoticeMessage.parse(composeNotice(FACTS))
    expect(message.title).toBe('【橙】北沟废井 — 有电')
    expect(message.text.split('\n').slice(1)).toEqual([
      '设备：进线电能表 · 总有功功率',
      '地点：北沟废井 · 云栖乡',
      '开始：2026-01-12 02:14:05，已 3 分钟，仍在持续，无人确认',
      '编号：#PW-20260112-0007·1·1',
      '请您：核实情况，打开下面的链接确认，并写明您怎么处理（至少 4 个字）',
      'http://control.example/api/notices/t/acknowledge',
      '也可短信回复 Q4821 加处理说明',
    ])
    expect(message.short).toBe('【橙】北沟废井 有电 #PW-20260112-0007·1·1 回复 Q4821 签收')
    expect(message.text).toMatch(/^原因：.*4\.2/)
  })

  it('says the same in English to who reads English', () => {
    const message = composeNotice({ ...FACTS, person: english })
    expect(message.title).toBe('[ORANGE] North Gully closed pit — power is on')
    expect(message.text.split('\n').slice(1)).toEqual([
      'Device: Feeder meter · Total active power',
      'Where: North Gully closed pit · Yunqi township',
      'Since: 2026-01-12 02:14:05, still going on after 3 min, nobody has acknowledged',
      'Number: #PW-20260112-0007·1·1',
      'Please: find out what is going on, open the link below to acknowledge, and write what you do about it (4 characters or more)',
      'http://control.example/api/notices/t/acknowledge',
      'or answer this number with Q4821 and what you do about it',
    ])
    expect(message.short).toBe(
      '[ORANGE] North Gully closed pit power is on #PW-20260112-0007·1·1 Reply Q4821 to acknowledge',
    )
    expect(message.text).toMatch(/^Why: .*4\.2/)
  })

  it.each([
    ['high-limit', 'high-limit.raised', '水位超过上限', 'level above its limit'],
    ['rate-of-change', 'rate-of-change.raised-rising', '水位上升过快', 'level rising too fast'],
    ['low-limit', 'low-limit.raised-running', '设备空转', 'machine runs without load'],
    ['should-be-off', 'should-be-off.raised-contact', '有设备在运行', 'machine is running'],
    ['tamper', 'tamper.raised-counter', '设备被动过', 'equipment tampered with'],
  ])('has what happened in its title: %s, %s', (ruleType, key, zh, en) => {
    const alarm = { ...FACTS.alarm, ruleType, explanation: { key, values: { quantity: 'level' } } }
    expect(composeNotice({ ...FACTS, alarm }).title).toBe(`【橙】北沟废井 — ${zh}`)
    expect(composeNotice({ ...FACTS, alarm, person: english }).title).toBe(`[ORANGE] North Gully closed pit — ${en}`)
  })

  it('says that it is over when it is, and since when', () => {
    const alarm = { ...FACTS.alarm, state: 'returned' as const, returnedAt: UtcMs.parse(NIGHT + 60_000) }
    const message = composeNotice({ ...FACTS, alarm })
    expect(message.title).toBe('【橙】北沟废井 — 有电，已恢复，待确认')
    expect(message.text).toContain('\n开始：2026-01-12 02:14:05，2026-01-12 02:15:05 已恢复，无人确认\n')
  })

  it('names the device alone where the point has no name, and the point as it is where neither is known', () => {
    const device = { ...FACTS, point: { ...FACTS.point!, point: null } }
    expect(composeNotice(device).text).toContain('\n设备：进线电能表\n')
    expect(composeNotice({ ...FACTS, point: null }).text).toContain('\n设备：feeder-meter/active-power\n')
  })

  it('names no device for a gateway that says nothing', () => {
    const silent = { rule: 'gateway-silent', ruleType: 'gateway-silent', point: 'gateway/online' }
    const explanation = { key: 'gateway-silent.raised', values: { silentS: 30 } }
    const message = composeNotice({ ...FACTS, alarm: { ...FACTS.alarm, ...silent, explanation }, point: null })
    expect(message.title).toBe('【橙】北沟废井 — 网关失联')
    expect(message.text).not.toMatch(/设备：|gateway\/online/)
  })

  it('marks a simulated site in title and text', () => {
    const zh = composeNotice({ ...FACTS, site: { ...SITE, simulated: true } })
    expect(zh).toMatchObject({ simulated: true, title: '【橙】〔模拟〕北沟废井 — 有电' })
    expect(zh.text).toContain('这是模拟站点')
    const en = composeNotice({ ...FACTS, person: english, site: { ...SITE, simulated: true } })
    expect(en.title).toContain('[SIMULATED]')
  })

  it('is still sent when the site was never heard of, its zone is nonsense, or the rule type is newer than this program', () => {
    expect(composeNotice({ ...FACTS, site: null }).title).toBe('【橙】north-gully — 有电')
    expect(composeNotice({ ...FACTS, site: { ...SITE, zone: 'Moon/Base' } }).text).toContain('2026-01-12 02:14:05')
    const newer = {
      ...FACTS.alarm,
      ruleType: 'tunnelling',
      explanation: { key: 'tunnelling.raised', values: { x: 1 } },
    }
    expect(composeNotice({ ...FACTS, alarm: newer }).title).toBe('【橙】北沟废井 — tunnelling')
  })
})

describe('a short message', () => {
  it('fits two parts whatever the place and the headline are called, and still says number and answer', () => {
    const name = { 'zh-CN': '很长的矿井名称'.repeat(30), en: 'A very long name of a pit '.repeat(20) }
    for (const person of [FACTS.person, english]) {
      const { short } = composeNotice({ ...FACTS, person, site: { ...SITE, name } })
      expect(short.length).toBeLessThanOrEqual(134)
      expect(short).toMatch(/#PW-20260112-0007·1·1 .*Q4821/)
    }
  })

  it('carries round, step and attempt, so that a repeat is known as one', () => {
    const mark = (round: number, step: number, attempts: number) =>
      /#\S+/.exec(composeNotice({ ...FACTS, notice: { ...FACTS.notice, round, step, attempts } }).short)![0]
    expect([mark(0, 1, 1), mark(0, 1, 2), mark(2, 0, 1)]).toEqual([
      '#PW-20260112-0007·2·1',
      '#PW-20260112-0007·2·2',
      '#PW-20260112-0007·3.1·1',
    ])
  })
})

describe('a message that asks for nothing', () => {
  const acknowledgement = { at: UtcMs.parse(NIGHT), by: '林值班', note: '已派人去看', via: 'desk' as const }

  it('says who has it, or that it was withdrawn, or that the shift is over', () => {
    const of = (kind: NoticeFacts['notice']['kind'], alarm: Alarm, person = FACTS.person) =>
      composeNotice({ ...FACTS, alarm, person, notice: { ...FACTS.notice, kind }, answer: null })
    const acked = of('acknowledged', { ...ALARM, state: 'acked', acknowledgement })
    expect(acked.text).toMatch(/^已由林值班确认/)
    expect(acked.short).toContain('已由林值班确认')
    expect(acked.acknowledge).toBeNull()
    expect(acked.text).not.toMatch(/无人确认|Q4821/)
    expect(of('acknowledged', { ...ALARM, state: 'closed' }).text).toMatch(/^此报警已撤销/)
    expect(of('handed-over', ALARM, english).text).toMatch(/^Your shift is over/)
  })

  it('is a memo in the language of the person', () => {
    const body = {
      title: { 'zh-CN': '标题', en: 'title' },
      text: { 'zh-CN': '正文', en: 'text' },
      short: { 'zh-CN': '短', en: 'short' },
    }
    const group = { 'zh-CN': '值守系统', en: 'Control room' }
    const memo = composeMemo({
      notice: 'm',
      kind: 'code',
      person: english,
      priority: 'blue',
      body,
      group,
      now: FACTS.now,
    })
    expect(NoticeMessage.parse(memo)).toMatchObject({
      kind: 'code',
      title: 'title',
      text: 'text',
      short: 'short',
      alarm: null,
    })
  })
})

describe('a digest', () => {
  const lines = Array.from({ length: 60 }, (_, n) => ({
    alarm: {
      ...ALARM,
      id: `a-${n}`,
      number: `PW-20260112-${String(n).padStart(4, '0')}`,
      priority: n === 59 ? ('orange' as const) : ('yellow' as const),
    },
    kind: 'escalation' as const,
    site: SITE,
  }))

  it('names 50 alarms, the worst first, each in a line that fits, and counts the rest', () => {
    const { text, title, acknowledge, kind } = NoticeMessage.parse(
      composeDigest({ notice: 'd', person: FACTS.person, lines }),
    )
    const rows = text.split('\n')
    expect(title).toBe('【橙】60 条报警汇总')
    expect(rows).toHaveLength(52)
    expect(rows[0]).toMatch(/^【橙】PW-20260112-0059 01-12 02:14 北沟废井 有电/)
    expect(rows.slice(0, 50).every((row) => Buffer.byteLength(row) <= LINE_BYTES)).toBe(true)
    expect(rows[50]).toBe('……另有 10 条')
    expect({ acknowledge, kind }).toEqual({ acknowledge: null, kind: 'digest' })
  })

  it('is a count and the worst three by SMS', () => {
    const { short } = composeDigest({ notice: 'd', person: english, lines })
    expect(short).toMatch(/^\[ORANGE\] 60 alarms: .*0059; .*0000; .*0001$/)
    expect(short.length).toBeLessThanOrEqual(134)
  })

  it('says to a group where to sign in, and nothing by which one of it could answer as another', () => {
    const page = 'http://control.example/#/alarms/a.b.c'
    const { text, acknowledge } = composeNotice({ ...FACTS, answer: null, page })
    expect(acknowledge).toBeNull()
    expect(text).toContain(page)
    expect(text).not.toMatch(/acknowledge|Q\d{4}/)
  })
})
