import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RESPONSIBLE, SealKind, STANDARDS } from '../../core/contract/register.ts'
import { nearestPerson } from '../../core/alarms/nearest-person.ts'
import { draftOfFile, fileOfDraft } from '../../dashboard/web/stores/register-draft.ts'
import { fileWithParts, person } from '../dashboard/server/register/files.ts'

const TODAY = '2026-01-12'
const word = fc.string({ maxLength: 30 }).map((text) => text.trim())
const anyFile = fc
  .record({
    persons: fc.record(
      Object.fromEntries(
        RESPONSIBLE.map((role) => [
          role,
          fc.option(
            fc.record({
              name: word.map((text) => `n${text}`.trim()),
              post: word,
              phone: fc.option(fc.constantFrom('+8613900000001', '03511234567')),
            }),
          ),
        ]),
      ),
    ),
    sealing: fc.option(
      fc.record({
        ...{ kind: fc.constantFrom(...SealKind.options), date: fc.option(fc.constantFrom('2019-06-03')) },
        ...{ acceptance: fc.constantFrom('pending', 'failed'), acceptedOn: fc.constant(null), acceptedBy: word },
      }),
    ),
    standards: fc.record(
      Object.fromEntries(
        STANDARDS.map((one) => [
          one,
          fc.record({
            state: fc.constantFrom('met', 'not-met'),
            date: fc.option(fc.constant('2020-01-01')),
            note: word,
          }),
        ]),
      ),
    ),
    notes: word,
    checkEveryDays: fc.integer({ min: 1, max: 366 }),
  })
  .map((parts) => fileWithParts(parts as never))

describe('the form of a site’s file', () => {
  it('means the file it was filled with', () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        expect(fileOfDraft(draftOfFile(file, TODAY), file)).toEqual({ file })
      }),
    )
  })

  it('adds a check when somebody is named who looked', () => {
    const file = fileWithParts({
      checks: [{ date: '2026-01-01', level: 'village', by: '村', result: 'in-order', note: '' }],
    })
    const draft = draftOfFile(file, TODAY)
    const made = fileOfDraft({ ...draft, check: { ...draft.check, by: '镇', result: 'faults' } }, file)
    expect('file' in made && made.file.checks.map(({ date, by }) => [date, by])).toEqual([
      [TODAY, '镇'],
      ['2026-01-01', '村'],
    ])
    const unnamed = fileOfDraft({ ...draft, check: { ...draft.check, note: '墙裂' } }, file)
    expect('faults' in unnamed && unnamed.faults[0]?.field).toBe('checks.0.by')
  })

  it('says of every field that is wrong what was expected', () => {
    const draft = draftOfFile(fileWithParts(), TODAY)
    const persons = { ...draft.persons, guard: { name: '', post: '', phone: '12' } }
    const made = fileOfDraft({ ...draft, persons, checkEveryDays: '0' }, fileWithParts())
    expect('faults' in made && made.faults.map(({ field }) => field)).toEqual([
      'persons.guard.name',
      'persons.guard.phone',
      'checkEveryDays',
    ])
  })
})

describe('who answers for a site', () => {
  const nobody = fileWithParts().persons

  it('is the nearest who can be called', () => {
    const persons = { ...nobody, town: person('岳'), guard: person('韩', null), 'grid-worker': person('雷') }
    expect(nearestPerson(persons)).toMatchObject({ role: 'grid-worker', person: { name: '雷' } })
  })

  it('is the nearest there is where nobody has a number, and nobody where nobody is named', () => {
    expect(nearestPerson({ ...nobody, town: person('岳', null), guard: person('韩', null) })?.role).toBe('guard')
    expect(nearestPerson(nobody)).toBeNull()
  })
})
