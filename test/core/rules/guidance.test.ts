import { describe, expect, it } from 'vitest'
import { GUIDANCE, guideTo } from '../../../core/rules/guidance.ts'
import { WORDS } from '../../../core/rules/messages.ts'
import { RULE_TYPES } from '../../../core/rules/types.ts'
import { CHECK_QUESTIONS } from '../../../core/rules/words/checks.ts'
import { QUESTIONS } from '../../../core/rules/words/guidance.ts'

const explanation = { key: 'gas.raised', values: {} }

describe('guidance', () => {
  it('is there for every kind of alarm, once', () => {
    const types = GUIDANCE.map(({ type }) => type)
    expect(new Set(types).size).toBe(types.length)
    const named = WORDS.filter(({ name }) => name !== undefined).map(({ type }) => type)
    expect([...types].sort()).toEqual([...new Set([...named, ...RULE_TYPES.map(({ type }) => type)])].sort())
  })

  it('names the check of the eight that the rule itself serves', () => {
    for (const { type, serves } of RULE_TYPES) {
      const checks = GUIDANCE.find((one) => one.type === type)?.checks ?? []
      expect([type, checks[0] ?? 0]).toEqual([type, serves])
    }
  })

  it('says in both languages what it means, one to three things to look at, and what to ask', () => {
    for (const one of GUIDANCE) {
      for (const { means, first } of [one['zh-CN'], one.en]) {
        expect(means, one.type).not.toBe('')
        expect(first.length, one.type).toBeGreaterThan(0)
        expect(first.length, one.type).toBeLessThanOrEqual(3)
      }
      expect(one['zh-CN'].first.length, one.type).toBe(one.en.first.length)
      expect(/[\u3400-\u9fff]/.test(JSON.stringify(one.en)), one.type).toBe(false)
    }
    for (const about of Object.values(QUESTIONS)) expect(about.en.length).toBe(about['zh-CN'].length)
    expect(Object.keys(CHECK_QUESTIONS)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8'])
  })

  it('takes the checks of a site alarm from what it says of itself, in order and each once', () => {
    const site = { key: 'site-activity.raised', values: { checks: '6,1,1,9,x,0' } }
    expect(guideTo({ ruleType: 'site-activity', explanation: site }, 'en').checks).toEqual([
      CHECK_QUESTIONS[1]?.en,
      CHECK_QUESTIONS[6]?.en,
    ])
    expect(guideTo({ ruleType: 'gas', explanation }, 'zh-CN').checks).toEqual(['六查关闭井口是否填实填死'])
  })

  it('still has questions to ask of an alarm nobody here knows', () => {
    const guide = guideTo({ ruleType: 'of-tomorrow', explanation }, 'en')
    expect([guide.means, guide.first, guide.checks]).toEqual([null, [], []])
    expect(guide.ask.length).toBeGreaterThan(2)
  })
})
