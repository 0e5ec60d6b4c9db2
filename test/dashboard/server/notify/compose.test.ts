import { describe, expect, it } from 'vitest'
import { NoticeMessage } from '../../../../core/contract/http.ts'
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
  acknowledgeUrl: 'http://control.example/api/notices/t/acknowledge',
  now: UtcMs.parse(NIGHT + 185_000),
}

describe('a message to somebody just woken', () => {
  it('says in Chinese what, where, since when, how it stands, its number, and what is asked', () => {
    const message = NoticeMessage.parse(composeNotice(FACTS))
    expect(message.title).toBe('【橙】北沟废井 有电')
    expect(message.text.split('\n').slice(1)).toEqual([
      '地点：北沟废井 · 云栖乡 · feeder-meter/active-power',
      '开始：2026-01-12 02:14:05',
      '现状：仍在持续（已 3 分钟），无人确认',
      `编号：${occurrence} · 1-1-1`,
      '请您：核实情况，打开下面的链接确认，并写明您怎么处理（至少 4 个字）',
      'http://control.example/api/notices/t/acknowledge',
    ])
    expect(message.text).toMatch(/^原因：.*4\.2/)
  })

  it('says the same in English to who reads English', () => {
    const message = composeNotice({ ...FACTS, person: DUTY.persons[1]! })
    expect(message.title).toBe('[ORANGE] North Gully closed pit: power is on')
    expect(message.text).toContain(
      'Since: 2026-01-12 02:14:05\nNow: still going on (for 3 min), nobody has acknowledged',
    )
  })

  it('marks a simulated site in title and text', () => {
    const zh = composeNotice({ ...FACTS, site: { ...SITE, simulated: true } })
    expect(zh).toMatchObject({ simulated: true, title: '【橙】〔模拟〕北沟废井 有电' })
    expect(zh.text).toContain('这是模拟站点')
    const en = composeNotice({ ...FACTS, person: DUTY.persons[1]!, site: { ...SITE, simulated: true } })
    expect(en.title).toContain('[SIMULATED]')
  })

  it('is still sent when the site was never heard of, its zone is nonsense, or the rule type is newer than this program', () => {
    expect(composeNotice({ ...FACTS, site: null }).title).toBe('【橙】north-gully 有电')
    expect(composeNotice({ ...FACTS, site: { ...SITE, zone: 'Moon/Base' } }).text).toContain('2026-01-12 02:14:05')
    const newer = {
      ...FACTS.alarm,
      ruleType: 'tunnelling',
      explanation: { key: 'tunnelling.raised', values: { x: 1 } },
    }
    expect(composeNotice({ ...FACTS, alarm: newer }).title).toBe('【橙】北沟废井 tunnelling')
  })
})
