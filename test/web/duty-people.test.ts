import { describe, expect, it } from 'vitest'
import { Session } from '../../core/contract/access.ts'
import type { Swap } from '../../core/contract/roster.ts'
import { utcMs } from '../../core/contract/time.ts'
import { maySpeakFor, ownPersons, readRoster, swapAnswers } from '../../dashboard/web/stores/duty-people.ts'
import { NIGHT } from './support/county.ts'
import { nightRoster } from './support/duty.ts'

const roster = nightRoster()
const as = (user: string, role: Session['role'] = 'operator') =>
  ({ is: 'in', session: Session.parse({ user, role, flows: false }) }) as const
const swap = (rest: Partial<Swap> = {}): Swap => ({
  ...{ id: 's1', role: 'duty', agreed: ['he-ping'], approvedBy: null, refusedBy: null, at: utcMs(NIGHT) },
  give: { person: 'he-ping', shiftAt: utcMs(NIGHT) },
  take: { person: 'chen-gang', shiftAt: utcMs(NIGHT) },
  ...rest,
})

describe('who may speak for whom', () => {
  it('is everybody for the persons behind their own name, and an administrator for all', () => {
    expect(ownPersons(roster, as('operator'))).toEqual(['chen-gang'])
    expect(maySpeakFor('chen-gang', roster, as('operator'))).toBe(true)
    expect(maySpeakFor('li-yun', roster, as('operator'))).toBe(false)
    expect(maySpeakFor('li-yun', roster, as('leader', 'administrator'))).toBe(true)
    expect(maySpeakFor('chen-gang', roster, as('operator', 'viewer'))).toBe(false)
    expect(ownPersons(roster, { is: 'out', expired: false })).toEqual([])
  })

  it('lets the other one agree to a swap, then somebody else approve it, and both sides only refuse', () => {
    const both = swap({ agreed: ['he-ping', 'chen-gang'] })
    expect(swapAnswers(swap(), roster, as('operator'))).toEqual(['agree', 'refuse'])
    expect(swapAnswers(both, roster, as('operator'))).toEqual(['refuse'])
    expect(swapAnswers(swap(), roster, as('leader', 'administrator'))).toEqual([])
    expect(swapAnswers(both, roster, as('leader', 'administrator'))).toEqual(['approve', 'refuse'])
    expect(swapAnswers(both, roster, as('somebody', 'viewer'))).toEqual([])
    expect(swapAnswers({ ...both, approvedBy: 'leader' }, roster, as('leader', 'administrator'))).toEqual([])
  })
})

describe('a roster as text', () => {
  it('is read back as it was written', () => {
    expect(readRoster(JSON.stringify(roster))).toEqual({ is: 'roster', roster })
  })

  it('is refused with every fault and its place, and not with the first alone', () => {
    const [first] = roster.persons
    const broken = { ...roster, persons: [{ ...first, id: 'Not an id', language: 'fr' }], colour: 'red' }
    const read = readRoster(JSON.stringify(broken))
    const faults = read.is === 'faulty' ? read.faults.join('\n') : ''
    expect(faults).toMatch(/persons\[0\]\.id: /)
    expect(faults).toMatch(/persons\[0\]\.language: /)
    expect(faults).toMatch(/colour/)
  })

  it('says where the text itself breaks off', () => {
    const read = readRoster('{"persons": [')
    expect(read.is === 'faulty' ? read.faults.length : 0).toBe(1)
  })
})
