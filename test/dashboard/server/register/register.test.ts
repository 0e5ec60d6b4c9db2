import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LedgerQuery } from '../../../../core/contract/http.ts'
import type { Actor } from '../../../../core/contract/ledger.ts'
import { changedFields } from '../../../../dashboard/server/register/changed-fields.ts'
import { maskedFile, maskedPhone } from '../../../../dashboard/server/register/masked.ts'
import { openSiteRegister, type SiteRegister } from '../../../../dashboard/server/register/register.ts'
import { openWorld, type World } from '../alarms/world.ts'
import { fileWithParts, person } from './files.ts'

const WANG: Actor = { kind: 'person', name: 'wang' }
const FORM = { actor: WANG, via: 'form' } as const
const PIT = { id: 'east-pit', kind: 'closed-pit' } as const
const guarded = { ...fileWithParts().persons, guard: person('韩守山') }

describe('the site register', () => {
  let world: World
  let register: SiteRegister
  beforeEach(async () => {
    world = openWorld()
    register = await openSiteRegister(world)
  })
  afterEach(() => world.end())

  it('begins with a blank file of version 0, by the kind of the site', () => {
    expect(register.entry(PIT)).toMatchObject({ version: 0, at: null, file: { status: 'closed', checkEveryDays: 7 } })
    expect(register.entry({ id: 'x', kind: 'licensed-mine' }).file.status).toBe('licensed-working')
  })

  it('keeps every version, who made it and when, also over a restart', async () => {
    await register.save([{ site: PIT, version: 0, file: fileWithParts({ persons: guarded }) }], FORM)
    world.clock.advance(60_000)
    await register.save([{ site: PIT, version: 1, file: fileWithParts({ persons: guarded, notes: '路断' }) }], FORM)
    await world.restart()
    register = await openSiteRegister(world)
    expect(register.entry(PIT)).toMatchObject({ version: 2, by: 'wang', at: world.clock.now(), fields: ['notes'] })
    const versions = await register.versions(PIT.id)
    expect(versions.map(({ version, file: { notes } }) => [version, notes])).toEqual([
      [2, '路断'],
      [1, ''],
    ])
  })

  it('refuses a version made from an old one, and says what has changed since', async () => {
    await register.save([{ site: PIT, version: 0, file: fileWithParts({ notes: 'a' }) }], FORM)
    await register.save([{ site: PIT, version: 1, file: fileWithParts({ notes: 'b', status: 'guarded' }) }], FORM)
    const late = register.save([{ site: PIT, version: 1, file: fileWithParts({ notes: 'c' }) }], FORM)
    await expect(late).rejects.toMatchObject({
      code: 'http/conflict',
      facts: { changed: 'status, notes', by: 'wang', expected: 'version 2' },
    })
    expect(register.entry(PIT).file.notes).toBe('b')
  })

  it('saves all of several files or none', async () => {
    const file = fileWithParts({ notes: 'n' })
    const west = { id: 'west-pit', kind: 'closed-pit' } as const
    const both = [
      { site: west, version: 0, file },
      { site: PIT, version: 3, file },
    ]
    await expect(register.save(both, FORM)).rejects.toMatchObject({ code: 'http/conflict' })
    expect(register.entry(west).version).toBe(0)
    expect(await register.versions('west-pit')).toEqual([])
  })

  it('makes no version of a file that is as it was', async () => {
    const save = () => register.save([{ site: PIT, version: 1, file: fileWithParts({ notes: 'a' }) }], FORM)
    await register.save([{ site: PIT, version: 0, file: fileWithParts({ notes: 'a' }) }], FORM)
    await save()
    expect(register.entry(PIT).version).toBe(1)
  })

  it('writes into the ledger which fields changed, and no telephone number', async () => {
    await register.save([{ site: PIT, version: 0, file: fileWithParts({ persons: guarded }) }], FORM)
    const persons = { ...guarded, guard: person('韩守山', '+8613900000002') }
    await register.save([{ site: PIT, version: 1, file: fileWithParts({ persons }) }], FORM)
    const { entries } = await world.desk.ledger(LedgerQuery.parse({ subject: 'east-pit' }))
    expect(entries.map(({ act, actor, detail }) => [act, actor.name, detail.fields])).toEqual([
      ['register-changed', 'wang', ['persons.guard']],
      ['register-changed', 'wang', ['persons.guard.phone']],
    ])
    expect(JSON.stringify(entries)).not.toMatch(/139000/)
  })

  it('lets no version be changed or deleted', async () => {
    await register.save([{ site: PIT, version: 0, file: fileWithParts({ notes: 'a' }) }], FORM)
    for (const sql of ["update site_files set by = 'x'", 'delete from site_files'])
      await expect(world.db.transaction((q) => q.run(sql))).rejects.toThrow(/never/)
  })

  it('takes no check of tomorrow', async () => {
    const check = { level: 'village', by: '村', result: 'in-order', note: '' } as const
    const file = (date: string) => fileWithParts({ checks: [{ ...check, date }] })
    const early = register.save([{ site: PIT, version: 0, file: file('2026-01-13') }], FORM)
    await expect(early).rejects.toMatchObject({ code: 'http/invalid', facts: { came: '2026-01-13' } })
    await register.save([{ site: PIT, version: 0, file: file('2026-01-12') }], FORM)
  })

  it('puts the newest check first, however they were entered', () => {
    const check = { level: 'town', by: '镇', result: 'faults', note: '' } as const
    const file = fileWithParts({
      checks: ['2025-11-02', '2026-01-05', '2025-12-31'].map((date) => ({ ...check, date })),
    })
    expect(file.checks.map(({ date }) => date)).toEqual(['2026-01-05', '2025-12-31', '2025-11-02'])
  })
})

describe('what of a file is told', () => {
  it('names fields by their path, a person that is new or gone as one', () => {
    const before = fileWithParts({ persons: guarded })
    const standards = { ...before.standards, power: { state: 'met' as const, date: '2025-06-01', note: '' } }
    expect(changedFields(before, { ...before, standards, checkEveryDays: 31 })).toEqual([
      'standards.power.state',
      'standards.power.date',
      'checkEveryDays',
    ])
    expect(changedFields(before, fileWithParts())).toEqual(['persons.guard'])
    expect(changedFields(before, before)).toEqual([])
  })

  it('leaves four digits of a number out for whoever calls nobody', () => {
    expect(maskedPhone('+8613900000001')).toBe('+86139****0001')
    expect(maskedPhone('03511234567')).toBe('035****4567')
    expect(maskedPhone('110')).toBe('****')
    expect(JSON.stringify(maskedFile(fileWithParts({ persons: guarded })))).not.toContain('+8613900000001')
  })
})
