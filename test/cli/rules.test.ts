import { describe, expect, it } from 'vitest'
import { commandOf } from '../../cli/command-line.ts'
import { ruleForms } from '../../core/rules/forms.ts'
import { listText, typeText } from '../../cli/rules/listing.ts'
import { CHECKS } from '../../cli/rules/texts.ts'
import { LANGUAGES } from '../../core/contract/text.ts'
import { WORDS } from '../../core/rules/messages.ts'
import { RULE_TYPES } from '../../core/rules/types.ts'

describe('the list of rule types', () => {
  it('names every type, says what it watches, and has words for it, in both languages', () => {
    const forms = ruleForms()
    expect(forms.map(({ type }) => type)).toEqual(RULE_TYPES.map(({ type }) => type))
    for (const { type, name, watches } of forms) {
      expect(WORDS.map((words) => words.type)).toContain(type)
      for (const language of LANGUAGES) {
        expect([type, name[language]]).not.toEqual([type, type])
        expect([type, watches[language]]).not.toEqual([type, ''])
      }
    }
  })

  it('explains every parameter of every type, in both languages', () => {
    const silent = ruleForms().flatMap(({ type, parameters }) =>
      parameters.filter(({ about }) => about['zh-CN'] === '' || about.en === '').map(({ name }) => `${type}.${name}`),
    )
    expect(silent).toEqual([])
  })

  it('tells defaults as a site file has them, and what must be given', () => {
    const highLimit = ruleForms().find(({ type }) => type === 'high-limit')
    expect(
      highLimit?.parameters.map(({ name, isRequired, default: given, unit }) => [name, isRequired, given, unit]),
    ).toEqual([
      ['limit', true, undefined, 'own'],
      ['deadband', false, 0, 'own'],
      ['onDelay', false, '0s', 'time'],
      ['offDelay', false, '0s', 'time'],
      ['maxGap', false, undefined, 'time'],
    ])
    const off = ruleForms().find(({ type }) => type === 'should-be-off')
    expect(off?.parameters.find(({ name }) => name === 'offDelay')?.default).toBe('5min')
  })

  it('gives defaults that the type takes as they are written', () => {
    for (const form of ruleForms()) {
      const rule = RULE_TYPES.find(({ type }) => type === form.type)!
      const written = Object.fromEntries(
        form.parameters.flatMap(({ name, default: given }) => (given === undefined ? [] : [[name, given]])),
      )
      const issues = rule.params.safeParse(written).error?.issues ?? []
      const about = issues.filter(({ path }) => path[0] !== undefined && String(path[0]) in written)
      expect([form.type, about]).toEqual([form.type, []])
    }
  })

  it('reads as a table, and one type in full', () => {
    for (const language of LANGUAGES) {
      const list = listText(ruleForms(), language).join('\n')
      for (const { type } of RULE_TYPES) expect(list).toContain(type)
      const one = typeText(
        ruleForms().find(({ type }) => type === 'should-be-off')!,
        language,
      ).join('\n')
      for (const text of ['above', '10s', '5min', CHECKS[1]![language]]) expect(one).toContain(text)
    }
  })

  it('gives a form as JSON, with the schema of its parameters', async () => {
    const printed: string[] = []
    const command = await commandOf('rules')
    const call = {
      language: 'en',
      operand: () => 'high-limit',
      has: () => true,
      print: (line: string) => printed.push(line),
    }
    expect(await command?.run(call as never)).toBe(0)
    const form = JSON.parse(printed.join('\n')) as { type: string; schema: { required: string[]; properties: object } }
    expect([form.type, form.schema.required, Object.keys(form.schema.properties)]).toEqual([
      'high-limit',
      ['limit'],
      ['limit', 'deadband', 'onDelay', 'offDelay', 'maxGap'],
    ])
  })
})
