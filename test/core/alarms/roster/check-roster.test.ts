import { describe, expect, it } from 'vitest'
import { Roster } from '../../../../core/contract/roster.ts'
import { checkRoster } from '../../../../core/alarms/roster/check-roster.ts'
import { at, DAY_NIGHT, rosterInput, rosterWith, RULES } from './build.ts'

const said = (roster: Roster) => checkRoster(roster, RULES).map(({ path, message }) => `${path.join('.')}: ${message}`)
const role = (id: string, fallback: string[]) => ({ id, name: { 'zh-CN': id, en: id }, fallback })

/** The one fault of a roster. */
function fault(roster: Roster): string {
  const [only, ...others] = said(roster)
  expect(others).toEqual([])
  return only ?? ''
}

/** A roster with one of its persons changed. */
function personChanged(id: string, change: object): Roster {
  const roster = rosterWith()
  return { ...roster, persons: roster.persons.map((one) => (one.id === id ? { ...one, ...change } : one)) }
}

describe('the check of a roster', () => {
  it('finds nothing wrong with a good one', () => {
    expect(said(rosterWith())).toEqual([])
  })

  it('wants two contacts of different kinds of whoever may be on duty, and of nobody else', () => {
    const one = { contacts: [{ channel: 'sms', address: '+8613900000001' }] }
    expect(fault(personChanged('an', one))).toMatch(
      /^persons\.0\.contacts: expected contacts of at least 2 .* an, .* came sms/,
    )
    expect(said(personChanged('gao', one))).toEqual([])
    const entry = {
      role: 'duty',
      from: at('2026-01-01 00:00'),
      to: at('2026-01-02 00:00'),
      by: 'a',
      at: at('2026-01-01 00:00'),
    }
    const overrides = [{ ...entry, id: 'o', persons: ['gao'], reason: '' }]
    expect(fault({ ...personChanged('gao', one), overrides })).toContain('persons.6.contacts')
  })

  it('names unknown channels, addresses their kind refuses, and channels used twice', () => {
    const contacts = [
      { channel: 'desk', address: 'an' },
      { channel: 'sms', address: '139' },
      { channel: 'pigeon', address: 'loft' },
      { channel: 'desk', address: 'an-too' },
    ]
    expect(said(personChanged('an', { contacts }))).toEqual([
      'persons.0.contacts.1.address: expected a number such as +8613900000001, came 139',
      'persons.0.contacts.2.channel: expected the id of a channel (desk, sms, robot), came pigeon',
      'persons.0.contacts.3.channel: expected each channel once a person, came desk again',
    ])
  })

  it('refuses an empty fallback and says what is missing', () => {
    const roles = [role('duty', ['zhu']), role('leader', [])]
    expect(fault(rosterWith({}, { roles }))).toMatch(
      /^roles\.1\.fallback: expected at least one person to call as leader .* name one/,
    )
  })

  it('names holes and overlaps of the day by their times', () => {
    const [day, night] = DAY_NIGHT
    expect(fault(rosterWith({ shifts: [{ ...day!, to: '18:00' }, night!] }))).toContain('from 18:00 to 20:00')
    expect(fault(rosterWith({ shifts: [{ ...day!, to: '21:00' }, night!] }))).toContain(
      'day and night both from 20:00 to 21:00',
    )
  })

  it('refuses a ladder that ends, runs backwards, calls nobody known, or folds red', () => {
    const ladders = (red: object) => {
      const good = rosterInput().ladders
      return rosterWith({}, { ladders: { ...good, red: { ...good.red, ...red } } })
    }
    expect(
      Roster.safeParse({ ...rosterInput(), ladders: { ...rosterInput().ladders, red: { steps: [] } } }).success,
    ).toBe(false)
    expect(fault(ladders({ loop: '0s' }))).toMatch(/^ladders\.red\.loop: .* for ever/)
    expect(fault(ladders({ loop: '11min' }))).toContain('at least every 600 s')
    const call = [{ role: 'duty' }]
    expect(fault(ladders({ steps: [{ call }, { after: '2min', call }, { after: '1min', call }] }))).toMatch(
      /^ladders\.red\.steps\.2\.after: .* at least 120 s .* came 60 s/,
    )
    expect(fault(ladders({ steps: [{ call }, { after: '1s', call: [{ role: 'ghost' }] }] }))).toContain('came ghost')
    expect(fault(ladders({ steps: [{ call, digest: '10min' }] }))).toContain('ladders.red.steps.0.digest')
    expect(fault(ladders({ steps: [{ after: '1min', call }] }))).toContain('expected the first step at once')
  })

  it('refuses a first step of red that goes one way only, whoever is on duty', () => {
    const first = (...call: object[]) => {
      const good = rosterInput().ladders
      return rosterWith({}, { ladders: { ...good, red: { ...good.red, steps: [{ call }] } } } as never)
    }
    expect(fault(first({ role: 'duty', by: ['sms'] }))).toMatch(/^ladders\.red\.steps\.0\.call: .* came sms/)
    expect(said(first({ role: 'duty', by: ['sms', 'desk'] }))).toEqual([])
    expect(said(first({ role: 'duty', by: ['sms'] }, { role: 'leader', by: ['desk'] }))).toEqual([])
    // Nobody has a robot, so everything they have is called.
    expect(said(first({ role: 'duty', by: ['robot'] }))).toEqual([])
  })

  it('tells every fault at once with its path', () => {
    const good = rosterInput()
    const broken = Roster.parse({
      ...good,
      persons: [...good.persons, good.persons[0]],
      roles: [role('duty', ['zhu', 'nobody']), role('duty', ['zhu'])],
      tables: [
        {
          ...good.tables![0],
          role: 'ghost',
          cycle: { startsOn: '2026-01-01', crews: [['an', 'an'], ['who']], turn: 'shift', length: 2 },
        },
      ],
      overrides: [{ id: 'o', role: 'guard', from: 5, to: 5, persons: ['me'], by: 'a', at: 1, reason: '' }],
      swaps: [
        {
          id: 's',
          role: 'duty',
          give: { person: 'an', shiftAt: 1 },
          take: { person: 'an', shiftAt: 2 },
          agreed: ['x'],
          approvedBy: null,
          refusedBy: null,
          at: 1,
        },
      ],
      office: { notices: 'desk', leader: 'boss' },
    })
    const paths = checkRoster(broken, RULES).map(({ path }) => path.join('.'))
    expect(paths).toEqual([
      'persons.8.id',
      'roles.1.id',
      'roles.0.fallback.1',
      'tables.0.role',
      'tables.0.cycle.crews.1.0',
      'tables.0.cycle.length',
      'tables.0.cycle.crews.0',
      'overrides.0.role',
      'overrides.0.persons.0',
      'overrides.0.to',
      'swaps.0.role',
      'swaps.0.agreed.0',
      'swaps.0.take.person',
      'office.notices',
      'office.leader',
    ])
  })

  it('reads what it has written: a roster stored in milliseconds is the same roster', () => {
    const roster = rosterWith()
    expect(Roster.parse(JSON.parse(JSON.stringify(roster)))).toEqual(roster)
  })
})
