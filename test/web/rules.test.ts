import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rehearsal } from '../../core/contract/rule-rehearsal.ts'
import type { RuleSheet } from '../../core/contract/rules-desk.ts'
import { ruleForms } from '../../core/rules/forms.ts'
import { rulesDeskEn } from '../../dashboard/web/i18n/rules-desk-en.ts'
import { rulesDeskZh } from '../../dashboard/web/i18n/rules-desk-zh-cn.ts'
import { ruleDiff } from '../../dashboard/web/stores/rules-diff.ts'
import {
  draftOf,
  faultsByField,
  isChanged,
  readDraft,
  saveLack,
  saveOf,
} from '../../dashboard/web/stores/rules-draft.ts'
import {
  type FieldKind,
  fieldOf,
  textOf,
  valueOf,
  valueText,
  type ValueWords,
} from '../../dashboard/web/stores/rules-params.ts'
import { standingOf } from '../../dashboard/web/stores/rules-standing.ts'
import { FIRST_VIEW, queryOfRules, type RulesView, rulesViewOf } from '../../dashboard/web/stores/rules-view.ts'
import { keyPaths } from '../house.ts'

const FORMS = ruleForms()
const formOf = (type: string) => {
  const form = FORMS.find((one) => one.type === type)
  if (form === undefined) throw new Error(`expected a type ${type}`)
  return form
}
const SHEET: RuleSheet = {
  ...{ rule: 'busy', type: 'high-limit', point: 'feeder/active-power', priority: 'red', name: null, as: 'alarm' },
  ...{ latched: false, with: { limit: 1_000, onDelay: '2min' }, origin: 'configured', isArmed: true },
  ...{ quantity: 'power', limit: 1_000 },
}
const VALUES: ValueWords = {
  ...{ language: 'en', quantity: 'power', yes: 'yes', no: 'no', slopePer: 'min' },
  per: (unit: string, per: string) => `${unit}/${per}`,
}

describe('the address of the screen of rules', () => {
  const id = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,4})?$/)
  const view: fc.Arbitrary<RulesView> = fc.record({
    tab: fc.constantFrom('rules' as const, 'review' as const),
    open: fc.option(fc.record({ site: id, rule: id })),
    site: fc.option(id),
    type: fc.option(id),
    priority: fc.option(fc.constantFrom('red' as const, 'orange' as const, 'yellow' as const, 'blue' as const)),
    armed: fc.option(fc.constantFrom('yes' as const, 'no' as const)),
    text: fc.string({ maxLength: 100 }),
  })

  it('holds the whole view, and comes back to it', () => {
    fc.assert(
      fc.property(view, (one) => {
        expect(rulesViewOf(queryOfRules(one))).toEqual(one)
      }),
    )
  })

  it('of a rule alone opens it in the list of its site', () => {
    expect(rulesViewOf({ site: 'east-pit', rule: 'busy' })).toEqual({
      ...FIRST_VIEW,
      ...{ open: { site: 'east-pit', rule: 'busy' }, site: 'east-pit' },
    })
  })

  it('leaves out what means nothing', () => {
    expect(rulesViewOf({ site: '../x', rule: 'A B', priority: 'pink', armed: 'maybe', tab: 'x' })).toEqual(FIRST_VIEW)
  })
})

describe('a parameter in a form', () => {
  it('has a field of its kind for every parameter of every type', () => {
    const kinds = new Set(FORMS.flatMap(({ parameters }) => parameters.map((one) => fieldOf(one).is)))
    expect([...kinds].sort()).toEqual(['choice', 'json', 'number', 'switch', 'text', 'time'])
    const of = (type: string, name: string) => {
      const one = formOf(type).parameters.find((known) => known.name === name)
      return one === undefined ? null : fieldOf(one)
    }
    expect(of('high-limit', 'limit')).toEqual({ is: 'number' })
    expect(of('high-limit', 'onDelay')).toEqual({ is: 'time' })
    expect(of('generator', 'nominal')).toEqual({ is: 'choice', values: ['50', '60'] })
    expect(of('rate-of-change', 'per')).toEqual({ is: 'choice', values: ['min', 'h'] })
    expect(of('schedule', 'windows')).toEqual({ is: 'json' })
  })

  it('is the same value after it was typed', () => {
    const cases: fc.Arbitrary<readonly [FieldKind, unknown]> = fc.oneof(
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((n) => [{ is: 'number' }, Object.is(n, -0) ? 0 : n] as const),
      fc
        .tuple(fc.integer({ min: 0, max: 9_999 }), fc.constantFrom('ms', 's', 'min', 'h', 'd'))
        .map(([n, unit]) => [{ is: 'time' }, `${n}${unit}`] as const),
      fc.boolean().map((value) => [{ is: 'switch' }, value] as const),
      fc.constantFrom(50, 60).map((value) => [{ is: 'choice', values: ['50', '60'] }, value] as const),
      fc
        .jsonValue()
        .filter((value) => value !== null)
        .map((value) => [{ is: 'json' }, value] as const),
    )
    fc.assert(
      fc.property(cases, ([kind, value]) => {
        const back = valueOf(kind, textOf(kind, value))
        expect(JSON.stringify('value' in back ? back.value : back.fault)).toBe(JSON.stringify(value))
      }),
    )
  })

  it('that is empty is left to its type, and nonsense is named before it is sent', () => {
    expect(valueOf({ is: 'number' }, ' ')).toEqual({ value: null })
    expect(valueOf({ is: 'number' }, '1,5')).toEqual({ fault: 'number' })
    expect(valueOf({ is: 'time' }, '10 s')).toEqual({ fault: 'time' })
    expect(valueOf({ is: 'json' }, '[1')).toEqual({ fault: 'json' })
  })

  it('is told in words and units', () => {
    expect(valueText({ unit: 'own' }, 12_400, VALUES)).toBe('12.4 kW')
    expect(valueText({ unit: 'time' }, '150s', VALUES)).toBe('2 minutes 30 seconds')
    expect(valueText({ unit: 'own/per' }, 5, VALUES)).toBe('5 W/min')
    expect(valueText({ unit: 'kW.h' }, 3, VALUES)).toBe('3 kWh')
    expect(valueText({ unit: null }, true, VALUES)).toBe('yes')
    expect(valueText({ unit: null }, ['a/b'], VALUES)).toBe('["a/b"]')
  })
})

describe('a change of a rule', () => {
  const form = formOf('high-limit')

  it('is none as long as nothing is typed, whatever the type', () => {
    for (const one of FORMS) {
      const params = Object.fromEntries(
        one.parameters.flatMap(({ name, default: usual }) => (usual === undefined ? [] : [[name, usual]])),
      )
      const sheet = { ...SHEET, type: one.type, with: params }
      const { edit } = readDraft(draftOf(sheet, one), sheet, one)
      expect(isChanged(edit, sheet), one.type).toBe(false)
    }
  })

  it('keeps parameters that the form does not know, and takes out those that were emptied', () => {
    const sheet = { ...SHEET, with: { ...SHEET.with, newer: 7 } }
    const draft = draftOf(sheet, form)
    const { edit } = readDraft({ ...draft, fields: { ...draft.fields, onDelay: '' } }, sheet, form)
    expect(edit.with).toEqual({ limit: 1_000, onDelay: null, newer: 7 })
    expect(isChanged(edit, sheet)).toBe(true)
  })

  it('says what is required', () => {
    const draft = draftOf(SHEET, form)
    const { faults } = readDraft({ ...draft, fields: { ...draft.fields, limit: '', onDelay: 'soon' } }, SHEET, form)
    expect(faults).toEqual({ limit: 'required', onDelay: 'time' })
  })

  it('shows the faults of the control room at their fields, and the others below', () => {
    const faults = [
      { path: 'with.limit', message: 'a' },
      { path: 'with.limit.0', message: 'b' },
      { path: 'with.gone', message: 'c' },
      { path: 'devices[1].bus', message: 'd' },
      { path: '', message: 'e' },
    ]
    expect([...faultsByField(faults, form)]).toEqual([
      ['limit', ['a', 'b']],
      ['', ['with.gone: c', 'devices[1].bus: d', 'e']],
    ])
  })

  it('is told as what differs', () => {
    const after = { ...SHEET, priority: 'orange', with: { limit: 1_200 } } as const
    expect(ruleDiff(SHEET, after, form).map(({ name, before, after: is }) => [name, before, is])).toEqual([
      ['priority', 'red', 'orange'],
      ['limit', 1_000, 1_200],
      ['onDelay', '2min', undefined],
    ])
  })

  it('is saved with a second person only where one was typed', () => {
    const typed = { reason: ' too late ', despite: '', secondUser: '', secondPassword: '', code: '' }
    const edit = { base: 'a'.repeat(64), priority: 'blue', with: {} } as const
    expect(saveOf(edit, typed)).toEqual({ ...edit, reason: 'too late' })
    expect(saveOf(edit, { ...typed, secondUser: 'b', secondPassword: ' c ', code: '123456' })).toMatchObject({
      ...{ second: { user: 'b', password: ' c ' }, code: '123456' },
    })
  })

  it('says what has to be typed before it is sent', () => {
    const typed = { reason: 'too late', despite: '', secondUser: 'b', secondPassword: 'c', code: '' }
    const needs = { user: 'a', isRed: true, isRehearsed: true, hasFactor: true }
    expect(saveLack({ ...typed, code: '123456' }, needs)).toBeNull()
    expect(saveLack({ ...typed, reason: 'x' }, needs)).toBe('reason')
    expect(saveLack(typed, { ...needs, isRehearsed: false })).toBe('despite')
    expect(saveLack({ ...typed, secondPassword: '' }, needs)).toBe('second')
    expect(saveLack(typed, { ...needs, user: 'b' })).toBe('another')
    expect(saveLack(typed, { ...needs, hasFactor: false })).toBe('factor')
    expect(saveLack(typed, needs)).toBe('code')
    expect(saveLack({ ...typed, secondUser: '' }, { ...needs, isRed: false })).toBeNull()
  })

  it('rests on a rehearsal of exactly this, of the last hour, that was not refused', () => {
    const [base, proposed] = ['a'.repeat(64), 'b'.repeat(64)]
    const result = { isRefused: false }
    const done = { base, proposed, finishedAt: 1_000, result } as unknown as Rehearsal
    const against = { base, proposed, now: 2_000 }
    expect(standingOf(done, against)).toBe('good')
    expect(standingOf(null, against)).toBe('none')
    expect(standingOf({ ...done, base: proposed }, against)).toBe('other')
    expect(standingOf(done, { ...against, proposed: base })).toBe('other')
    expect(standingOf(done, { ...against, now: 1_000 + 3_600_001 })).toBe('stale')
    expect(standingOf({ ...done, result: { isRefused: true } } as unknown as Rehearsal, against)).toBe('refused')
  })
})

describe('the words of the screen of rules', () => {
  it('are there in both languages', () => {
    expect(keyPaths(rulesDeskEn)).toEqual(keyPaths(rulesDeskZh))
  })
})
