import { describe, expect, it } from 'vitest'
import { NoticeMessage } from '../../../../core/contract/notice.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { composeNotice, type NoticeFacts } from '../../../../dashboard/server/notify/compose.ts'
import { NIGHT, transition } from '../alarms/world.ts'
import { DUTY, SITE } from './receivers.ts'

const { occurrence, n: _n, kind: _kind, at, ...rest } = transition()
const FACTS: NoticeFacts = {
  alarm: {
    ...rest,
    id: occurrence,
    state: 'unacked',
    raisedAt: at,
    receivedAt: at,
    returnedAt: null,
    closedAt: null,
    acknowledgement: null,
    version: 1,
  },
  notice: { id: 'n', kind: 'raise', round: 0, step: 0, attempts: 1 },
  person: DUTY.persons[0]!,
  site: SITE,
  point: {
    device: { 'zh-CN': '进线电能表', en: 'Feeder meter' },
    point: { 'zh-CN': '总有功功率', en: 'Total active power' },
  },
  acknowledgeUrl: 'http://control.example/api/notices/t/acknowledge',
  now: UtcMs.parse(NIGHT + 185_000),
}

describe('a message to somebody just woken', () => {
  it('says in Chinese what, where, since when, how it stands, its number, and what is asked', () => {
    const message = NoticeMessage.parse(composeNotice(FACTS))
    expect(message.title).toBe('【橙】北沟废井 — 有电')
    expect(message.text.split('\n').slice(1)).toEqual([
      '设备：进线电能表 · 总有功功率',
      '地点：北沟废井 · 云栖乡',
      '开始：2026-01-12 02:14:05，已 3 分钟，仍在持续，无人确认',
      `编号：${occurrence} · 1-1-1`,
      '请您：核实情况，打开下面的链接确认，并写明您怎么处理（至少 4 个字）',
      'http://control.example/api/notices/t/acknowledge',
    ])
    expect(message.text).toMatch(/^原因：.*4\.2/)
  })

  it('says the same in English to who reads English', () => {
    const message = composeNotice({ ...FACTS, person: DUTY.persons[1]! })
    expect(message.title).toBe('[ORANGE] North Gully closed pit — power is on')
    expect(message.text.split('\n').slice(1)).toEqual([
      'Device: Feeder meter · Total active power',
      'Where: North Gully closed pit · Yunqi township',
      'Since: 2026-01-12 02:14:05, still going on after 3 min, nobody has acknowledged',
      `Number: ${occurrence} · 1-1-1`,
      'Please: find out what is going on, open the link below to acknowledge, and write what you do about it (4 characters or more)',
      'http://control.example/api/notices/t/acknowledge',
    ])
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
    expect(composeNotice({ ...FACTS, alarm, person: DUTY.persons[1]! }).title).toBe(
      `[ORANGE] North Gully closed pit — ${en}`,
    )
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
    const en = composeNotice({ ...FACTS, person: DUTY.persons[1]!, site: { ...SITE, simulated: true } })
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
