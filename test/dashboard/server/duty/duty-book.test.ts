import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { at, DAY_NIGHT } from '../../../core/alarms/roster/build.ts'
import { ADMIN, codeIn, countyRoster, type DutyWorld, openDutyWorld, proveAll } from './world.ts'

const MINUTE = 60
const DAY = 86_400

let open: DutyWorld[] = []
const worldOf = async (...given: Parameters<typeof openDutyWorld>) => {
  const world = await openDutyWorld(...given)
  open.push(world)
  return world
}
afterEach(async () => {
  for (const world of open) await world.end()
  open = []
})

const override = (hours: readonly [string, string], persons: string[]) => ({
  ...{ role: 'duty', from: at(`2026-03-02 ${hours[0]}`), to: at(`2026-03-02 ${hours[1]}`), persons, reason: 'ill' },
})

describe('versions of the roster', () => {
  it('begin with control.yaml, and a start with the same file keeps what the page has changed', async () => {
    const world = await worldOf(countyRoster())
    expect(world.book).toMatchObject({ version: 1, by: 'control.yaml' })
    const roster = countyRoster({ shifts: DAY_NIGHT.map((shift) => ({ ...shift, id: `${shift.id}-new` })) })
    await world.book.save(roster, { by: 'admin', version: 1 })
    await world.restart()
    expect(world.book).toMatchObject({ version: 2, by: 'admin', roster })
    expect(await world.acts()).toEqual(['ledger-opened ledger', 'roster-changed roster', 'roster-changed roster'])
  })

  it('take over a file that has changed, with what was entered for the days to come', async () => {
    const world = await worldOf(countyRoster())
    const kept = await world.book.addOverride(override(['13:00', '15:00'], ['chen']), ADMIN)
    await world.book.addOverride(override(['10:00', '11:00'], ['chen']), ADMIN)
    const leave = { from: at('2026-04-01 00:00'), to: at('2026-04-02 00:00'), reason: 'leave' }
    await world.book.addLeave('an', leave, ADMIN)
    await world.restart(countyRoster({ cycle: { startsOn: '2026-01-01', crews: [['deng']] } }))
    expect(world.book.roster.overrides).toEqual([kept])
    expect(world.book.person('an')?.away).toEqual([leave])
    expect(world.book.onDuty('duty', at('2026-03-03 12:00')).persons).toEqual(['deng'])
  })

  it('refuse a change of an older version, and change nothing', async () => {
    const world = await worldOf(countyRoster())
    await world.book.save(countyRoster(), { by: 'admin', version: 1 })
    const late = world.book.save(countyRoster({ shifts: DAY_NIGHT.toReversed() }), { by: 'other', version: 1 })
    await expect(late).rejects.toMatchObject({ code: 'http/conflict' })
    expect(world.book).toMatchObject({ version: 2, by: 'admin' })
  })

  it('refuse a roster with faults, all of them told', async () => {
    const world = await worldOf(countyRoster())
    const [day, night] = DAY_NIGHT
    const broken = {
      ...countyRoster({ shifts: [{ ...day!, to: '19:00' }, night!] }),
      office: { notices: 'x', leader: 'y' },
    }
    await expect(world.book.save(broken, { by: 'admin', version: 1 })).rejects.toMatchObject({
      code: 'http/invalid',
      message: expect.stringMatching(/tables\[0\]\.shifts: .*19:00 to 20:00[^]*office\.notices[^]*office\.leader/),
    })
    expect(world.book.version).toBe(1)
  })

  it('put nobody on duty at the page who is not proven to be reached two ways', async () => {
    const world = await worldOf(countyRoster())
    const roster = countyRoster({ cycle: { startsOn: '2026-01-01', crews: [['an'], ['gao']] } })
    const save = () => world.book.save(roster, { by: 'admin', version: 1 })
    await expect(save()).rejects.toMatchObject({
      message: expect.stringMatching(/persons\[6\]\.contacts: expected 2 proven .* gao .* came 0/),
    })
    await expect(world.book.addOverride(override(['13:00', '15:00'], ['gao']), ADMIN)).rejects.toMatchObject({
      code: 'http/invalid',
    })
    await proveAll(world, ['gao'])
    await save()
    expect(world.book.version).toBe(2)
  })

  it('are asked at planning time: who is on duty changes with the entry, and ends with it (E9)', async () => {
    const world = await worldOf(countyRoster())
    const onDuty = () => world.book.onDuty('duty', at('2026-03-02 14:00')).persons.join()
    const before = onDuty()
    let told = 0
    world.book.onChange(() => (told += 1))
    const { id } = await world.book.addOverride(override(['11:00', '20:00'], ['zhu']), ADMIN)
    expect(onDuty()).toBe('zhu')
    await world.book.endOverride(id, ADMIN)
    expect(onDuty()).toBe(before)
    expect(told).toBe(2)
    await expect(world.book.endOverride(id, ADMIN)).rejects.toMatchObject({ code: 'http/not-found' })
  })

  it('lose nothing when many change the roster at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('override', 'leave', 'save'), { minLength: 2, maxLength: 6 }),
        async (changes) => {
          const world = await openDutyWorld(countyRoster())
          try {
            const done = await Promise.allSettled(
              changes.map((change) => {
                const leave = { from: at('2026-04-01 00:00'), to: at('2026-04-02 00:00'), reason: '' }
                if (change === 'leave') return world.book.addLeave('an', leave, ADMIN)
                if (change === 'save') return world.book.save(countyRoster(), { by: 'admin', version: 1 })
                return world.book.addOverride(override(['13:00', '15:00'], ['zhu']), ADMIN)
              }),
            )
            const held = done.filter(({ status }) => status === 'fulfilled').length
            expect(world.book.version).toBe(1 + held)
            // Only the first may be one that asked for version 1.
            done.forEach(({ status }, n) =>
              expect(status === 'fulfilled' || (changes[n] === 'save' && n > 0)).toBe(true),
            )
          } finally {
            await world.end()
          }
        },
      ),
      { numRuns: 20 },
    )
  })
})

describe('swaps', () => {
  const first = { person: 'an', shiftAt: at('2026-03-05 08:00') }

  /** A world in which an gives their day shift of 5 March to whoever has the next day. */
  const asked = async () => {
    const world = await worldOf(
      countyRoster({ cycle: { startsOn: '2026-03-02', crews: [['bo'], ['chen'], ['deng'], ['an']] } }),
    )
    const take = { person: 'bo', shiftAt: at('2026-03-06 08:00') }
    const swap = await world.book.swaps.ask({ role: 'duty', give: first, take, actor: ADMIN })
    return { world, swap, onFifth: () => world.book.onDuty('duty', at('2026-03-05 12:00')) }
  }

  it('hold when the other has agreed and a leader approved, and everybody concerned is told', async () => {
    const { world, swap, onFifth } = await asked()
    const { swaps } = world.book
    await expect(swaps.approve(swap.id, ADMIN)).rejects.toMatchObject({ code: 'http/conflict' })
    await expect(swaps.agree(swap.id, 'chen', ADMIN)).rejects.toMatchObject({ code: 'http/forbidden' })
    await swaps.agree(swap.id, 'bo', ADMIN)
    expect(onFifth().persons).toEqual(['an'])
    await swaps.approve(swap.id, ADMIN)
    expect(onFifth()).toMatchObject({ persons: ['bo'], source: 'swap' })
    expect(world.memos.map(({ person }) => person)).toEqual(['bo', 'zhu', 'an', 'bo'])
    await expect(swaps.refuse(swap.id, ADMIN)).rejects.toMatchObject({ code: 'http/conflict' })
    expect((await world.acts()).slice(-3)).toEqual(
      ['asked', 'agreed', 'approved'].map((one) => `swap-${one} ${swap.id}`),
    )
  })

  it('are refused by a word, and asked only of shifts to come that both have', async () => {
    const { world, swap, onFifth } = await asked()
    await world.book.swaps.refuse(swap.id, ADMIN)
    await expect(world.book.swaps.agree(swap.id, 'bo', ADMIN)).rejects.toMatchObject({ code: 'http/conflict' })
    expect(onFifth().persons).toEqual(['an'])
    for (const take of [
      { person: 'bo', shiftAt: at('2026-03-05 08:00') },
      { person: 'bo', shiftAt: at('2026-03-06 09:00') },
      { person: 'bo', shiftAt: at('2026-03-02 08:00') },
    ]) {
      const again = world.book.swaps.ask({ role: 'duty', give: first, take, actor: ADMIN })
      await expect(again).rejects.toMatchObject({ code: 'http/invalid' })
    }
  })
})

describe('proofs of contacts', () => {
  const CONTACT = { person: 'an', channel: 'sms' }

  it('need the code of the message, within 15 minutes', async () => {
    const world = await worldOf(countyRoster())
    const { contacts } = world.book
    await contacts.sendCode(CONTACT, ADMIN)
    const memo = world.memos.at(-1)
    expect(memo).toMatchObject({ kind: 'code', person: 'an', over: { channel: 'sms' } })
    await world.clock.advance(15 * MINUTE * 1_000)
    const typed = { ...CONTACT, code: codeIn(memo), actor: ADMIN }
    await expect(contacts.prove(typed)).rejects.toMatchObject({ code: 'http/conflict' })
    await contacts.sendCode(CONTACT, ADMIN)
    await contacts.prove({ ...typed, code: codeIn(world.memos.at(-1)) })
    await world.restart()
    expect(world.book.proofs()).toMatchObject([{ ...CONTACT, address: 'http://127.0.0.1:1/an' }])
    await expect(world.book.contacts.prove(typed)).rejects.toMatchObject({ code: 'http/conflict' })
  })

  it('are not guessed: five tries a code, one code a minute, five an hour, each refusal in the ledger', async () => {
    const world = await worldOf(countyRoster())
    const { contacts } = world.book
    await contacts.sendCode(CONTACT, ADMIN)
    const right = codeIn(world.memos.at(-1))
    const wrong = right === '000000' ? '000001' : '000000'
    for (let n = 0; n < 5; n += 1) {
      await expect(contacts.prove({ ...CONTACT, code: wrong, actor: ADMIN })).rejects.toMatchObject({
        code: 'http/invalid',
      })
    }
    await expect(contacts.prove({ ...CONTACT, code: right, actor: ADMIN })).rejects.toMatchObject({
      code: 'http/too-many',
    })
    expect((await world.acts()).filter((act) => act === 'contact-code-refused an')).toHaveLength(6)
    await expect(contacts.sendCode(CONTACT, ADMIN)).rejects.toMatchObject({ code: 'http/too-many' })
    for (let n = 0; n < 4; n += 1) {
      await world.clock.advance(MINUTE * 1_000)
      await contacts.sendCode(CONTACT, ADMIN)
    }
    await world.clock.advance(MINUTE * 1_000)
    await expect(contacts.sendCode(CONTACT, ADMIN)).rejects.toMatchObject({ code: 'http/too-many' })
    await world.clock.advance(56 * MINUTE * 1_000)
    await contacts.sendCode(CONTACT, ADMIN)
  })

  it('are of an address: another one is unproven, and their owner is asked for another proof after 24 days', async () => {
    const world = await worldOf(countyRoster())
    await proveAll(world, ['an'])
    world.memos.length = 0
    await world.pass(1)
    expect(world.memos).toEqual([])
    await world.clock.advance(24 * DAY * 1_000)
    await world.pass(3)
    expect(world.memos.map(({ person, over }) => `${person} ${JSON.stringify(over)}`)).toEqual(['an "all"', 'an "all"'])
    const moved = {
      ...countyRoster(),
      persons: countyRoster().persons.map((one) =>
        one.id === 'an'
          ? { ...one, contacts: [one.contacts[0]!, { channel: 'sms', address: 'http://127.0.0.1:1/new' }] }
          : one,
      ),
    }
    await world.book.save(moved, { by: 'admin', version: 1 })
    const now = await world.time()
    expect(world.book.gaps(now).filter(({ persons }) => persons.includes('an'))).toMatchObject([{ kind: 'unverified' }])
  })
})

describe('the alarm of gaps', () => {
  it('is raised at once by a change, grows with time, and ends with the gap', async () => {
    const world = await worldOf(countyRoster({ cycle: { startsOn: '2026-01-01', crews: [['an']] } }))
    await proveAll(world, ['an', 'zhu'])
    await world.pass(1)
    expect(world.troubles.size).toBe(0)
    const leave = { from: at('2026-03-05 16:00'), to: at('2026-03-06 00:00'), reason: '' }
    await world.book.addLeave('an', leave, ADMIN)
    await world.pass(1)
    expect(world.troubles.get('duty-gap')).toMatchObject({
      priority: 'yellow',
      explanation: {
        key: 'control-room.duty-gap',
        values: { kind: 'fallback-only', day: '2026-03-05', from: leave.from, to: leave.to, persons: 'zhu' },
      },
    })
    await world.clock.advance(5 * 3_600_000)
    await world.pass(1)
    expect(world.troubles.get('duty-gap')?.priority).toBe('orange')
    await world.clock.advance(60 * 3_600_000)
    await world.pass(1)
    expect(world.troubles.get('duty-gap')?.priority).toBe('red')
    await world.book.addOverride({ ...leave, role: 'duty', persons: ['zhu'] }, ADMIN)
    await world.pass(1)
    expect(world.troubles.size).toBe(0)
    expect((await world.acts()).filter((act) => act.startsWith('duty-gap'))).toHaveLength(3)
  })

  it('leaves those of control.yaml a day to prove their contacts, and calls them meanwhile', async () => {
    const world = await worldOf(countyRoster())
    await world.pass(1)
    expect(world.book.gaps(await world.time()).map(({ kind }) => kind)).toContain('unverified')
    expect(world.book.onDuty('duty', await world.time()).persons).toHaveLength(1)
    expect(world.troubles.size).toBe(0)
    await world.clock.advance(DAY * 1_000)
    await world.pass(1)
    expect(world.troubles.get('duty-gap')).toMatchObject({
      priority: 'yellow',
      explanation: { values: { kind: 'unverified' } },
    })
  })
})
