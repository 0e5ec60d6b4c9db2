import { describe, expect, it } from 'vitest'
import type { BecauseRow } from '../../../core/contract/activity.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { explain, explainAlarm, headlineOf, ruleTypeName } from '../../../core/rules/explain.ts'
import { MESSAGE_KEYS, MESSAGES } from '../../../core/rules/messages.ts'
import { RULE_TYPES } from '../../../core/rules/types.ts'
import { amountText, clockText, durationText } from '../../../core/rules/wording.ts'

describe('explanations', () => {
  it('exist for every key in both languages, and stand even when every value is missing', () => {
    for (const language of ['zh-CN', 'en'] as const) {
      expect(Object.keys(MESSAGES[language]).sort()).toEqual([...MESSAGE_KEYS].sort())
      for (const key of MESSAGE_KEYS) {
        const text = explain({ key, values: {} }, language)
        expect(text).toMatch(language === 'en' ? /^[A-Z0-9—].*\.$/s : /。$/)
        expect(text).not.toMatch(/undefined|NaN|null/)
      }
    }
  })

  it('are Chinese in the Chinese table and have no Chinese in the English one', () => {
    const values = { quantity: 'power', value: 5_000, limit: 1_000, target: 'human', reason: 'timeout', siteKind: 'x' }
    for (const key of MESSAGE_KEYS) {
      expect(explain({ key, values }, 'en')).not.toMatch(/\p{Script=Han}/u)
      expect(explain({ key, values }, 'zh-CN').replaceAll(/kW|mA|4–20/g, '')).not.toMatch(/[a-z]/i)
    }
  })

  it('tell of a gateway that has gone silent', () => {
    const values = { silentS: 95 }
    expect(explain({ key: 'gateway-silent.raised', values }, 'zh-CN')).toBe(
      '网关已 1 分 35 秒没有消息：可能断电、断网或被破坏。恢复之前，该站点失去监测。',
    )
    expect(explain({ key: 'gateway-silent.raised', values }, 'en')).toBe(
      'The gateway has been silent for 1 minute 35 seconds: power or network may be cut, or it was damaged. Until it is back, nobody is watching this site.',
    )
    expect(explain({ key: 'gateway-silent.cleared', values }, 'zh-CN')).toBe('网关已恢复通信，中断 1 分 35 秒。')
  })

  it('of a newer version come out as they are rather than not at all', () => {
    expect(explain({ key: 'winch.raised', values: { strokes: 7 } }, 'zh-CN')).toBe('winch.raised strokes=7')
  })

  it('give times in the zone of the site', () => {
    const explanation = { key: 'presence.raised', values: { target: 'vehicle', since: Date.UTC(2026, 5, 1, 4, 5, 6) } }
    expect(explain(explanation, 'zh-CN')).toBe('摄像机发现车辆，12:05:06。')
    expect(explain(explanation, 'en', 'UTC')).toBe('The camera saw a vehicle at 04:05:06 (night).')
    expect(explain(explanation, 'en', 'Nowhere/Nothing')).toContain('04:05:06')
  })
})

describe('an alarm that rests on several signals', () => {
  const row = (rule: string, group: BecauseRow['group'], explanation: BecauseRow['explanation']): BecauseRow => {
    const at = UtcMs.parse(Date.UTC(2026, 0, 11, 18, 14, 3))
    return { rule, ruleType: rule, group, point: 'meter/value', at, strength: 3, explanation }
  }
  const seen = row('presence', 'camera', {
    key: 'presence.raised',
    values: { target: 'vehicle', since: Date.UTC(2026, 0, 11, 18, 14, 3) },
  })
  const opened = row('tamper', 'entry', {
    key: 'tamper.raised-contact',
    values: { nameZh: '配电箱', nameEn: 'Cabinet', since: Date.UTC(2026, 0, 11, 18, 10) },
  })
  const explanation = { key: 'gateway-silent.cleared', values: { silentS: 60 } }

  it('is told by its sentence and a line for each of the strongest three', () => {
    expect(explainAlarm({ explanation, because: [seen, opened] }, 'zh-CN')).toEqual([
      '网关已恢复通信，中断 1 分钟。',
      '〔摄像〕摄像机发现车辆，夜间 02:14:03。',
      '〔出入口〕配电箱：防拆触点动作，夜间 02:10:00：表盖或箱门可能被打开。请派人到现场查看。',
    ])
    const lines = explainAlarm({ explanation, because: [seen, opened, seen, seen, seen] }, 'en')
    expect(lines).toHaveLength(5)
    expect(lines[1]).toBe('[Camera] The camera saw a vehicle at 02:14:03 (night).')
    expect(lines[4]).toBe('And 2 more signs.')
    expect(explainAlarm({ explanation, because: [seen, seen, seen, seen] }, 'zh-CN').at(-1)).toBe('另有 1 条迹象。')
  })

  it('is told by its sentence alone where it is one of a single rule', () => {
    expect(explainAlarm({ explanation }, 'en')).toEqual([explain(explanation, 'en')])
  })
})

describe('headlines', () => {
  it('say what happened in a few words, by the end of the explanation’s key where that says more', () => {
    const of = (ruleType: string, key: string) =>
      (['zh-CN', 'en'] as const).map((language) =>
        headlineOf({ ruleType, explanation: { key: `${ruleType}.${key}`, values: { quantity: 'level' } } }, language),
      )
    expect(of('high-limit', 'raised')).toEqual(['水位超过上限', 'level above its limit'])
    expect(of('low-limit', 'raised-running')).toEqual(['设备空转', 'machine runs without load'])
    expect(of('should-be-off', 'raised-contact')).toEqual(['有设备在运行', 'machine is running'])
    expect(of('rate-of-change', 'raised-falling')).toEqual(['水位下降过快', 'level falling too fast'])
    expect(of('winch', 'raised')).toEqual(['winch', 'winch'])
  })

  it('exist for every rule type in both languages', () => {
    for (const { type } of RULE_TYPES) {
      const explanation = { key: `${type}.raised`, values: { quantity: 'power' } }
      expect(headlineOf({ ruleType: type, explanation }, 'zh-CN')).toMatch(/\p{Script=Han}/u)
      expect(headlineOf({ ruleType: type, explanation }, 'en')).not.toMatch(/\p{Script=Han}|^$/u)
    }
  })
})

describe('rule types', () => {
  it('have a name in both languages, the control room’s own included', () => {
    for (const type of [...RULE_TYPES.map((rule) => rule.type), 'gateway-silent']) {
      expect(ruleTypeName(type, 'zh-CN')).toMatch(/^\p{Script=Han}+$/u)
      expect(ruleTypeName(type, 'en')).not.toBe(type)
    }
    expect(ruleTypeName('winch', 'en')).toBe('winch')
  })
})

describe('wording', () => {
  it.each([
    [999.4, 'power', '999 W'],
    [999.6, 'power', '1 kW'],
    [12_360, 'power', '12.4 kW'],
    [-2_500, 'power', '-2.5 kW'],
    [0.05, 'current', '0.05 A'],
    [228.43, 'voltage', '228 V'],
    [10_543, 'voltage', '10543 V'],
    [-0.0001, 'current', '0 A'],
    [0.987, 'power_factor', '0.987'],
    [21.25, 'temperature', '21.3 °C'],
    [1_234.5, 'energy', '1235 kWh'],
  ] as const)('shows %d of %s as %s', (value, quantity, text) => {
    expect(amountText(value, quantity, 'en')).toBe(text)
  })

  it('shows what is missing as a dash and a contact as a word', () => {
    expect(amountText(null, 'power', 'zh-CN')).toBe('—')
    expect(amountText(true, 'contact', 'zh-CN')).toBe('接通')
    expect(amountText(false, 'contact', 'en')).toBe('off')
  })

  it.each([
    [0, '0 秒', '0 seconds'],
    [2.5, '2.5 秒', '2.5 seconds'],
    [1, '1 秒', '1 second'],
    [59.6, '1 分钟', '1 minute'],
    [150, '2 分 30 秒', '2 minutes 30 seconds'],
    [3_600, '1 小时', '1 hour'],
    [3_900, '1 小时 5 分钟', '1 hour 5 minutes'],
    [90_000, '1 天 1 小时', '1 day 1 hour'],
  ])('says %d seconds in words', (seconds, zh, en) => {
    expect(durationText(seconds, 'zh-CN')).toBe(zh)
    expect(durationText(seconds, 'en')).toBe(en)
  })

  it('calls 20:00 to 06:00 the night', () => {
    const at = (hour: number) => clockText(Date.UTC(2026, 0, 1, hour), { language: 'zh-CN', zone: 'UTC' })
    expect([at(5), at(6), at(19), at(20)]).toEqual(['夜间 05:00:00', '06:00:00', '19:00:00', '夜间 20:00:00'])
  })
})
