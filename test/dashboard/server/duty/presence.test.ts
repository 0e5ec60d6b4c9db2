import { afterEach, describe, expect, it } from 'vitest'
import { utcMs } from '../../../../core/contract/time.ts'
import { at } from '../../../core/alarms/roster/build.ts'
import { ADMIN, codeIn, countyRoster, type DutyWorld, openDutyWorld } from './world.ts'

const HOUR_MS = 3_600_000
const ALL = [utcMs(0), utcMs(4_000_000_000_000)] as const

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

describe('check-ins', () => {
  it('are of those on duty now or within the hour, once a shift and place', async () => {
    const world = await worldOf(countyRoster({ cycle: { startsOn: '2026-03-02', crews: [['an'], ['bo']] } }))
    const request = { person: 'an', via: 'phone', onSite: false, actor: ADMIN } as const
    const made = await world.book.checkIn(request)
    expect(made).toMatchObject([{ person: 'an', role: 'duty', shiftAt: at('2026-03-02 08:00'), onSite: false }])
    await world.book.checkIn(request)
    await world.book.checkIn({ ...request, onSite: true })
    expect(await world.book.checkIns(...ALL)).toHaveLength(2)
    const early = { ...request, person: 'bo' }
    await expect(world.book.checkIn(early)).rejects.toMatchObject({ code: 'http/conflict' })
    await world.clock.advance(19.5 * HOUR_MS)
    expect(await world.book.checkIn(early)).toMatchObject([{ shiftAt: at('2026-03-03 08:00') }])
  })

  it('at the desk prove that its user is reached there', async () => {
    const world = await worldOf(countyRoster())
    const person = world.book.onDuty('duty', await world.time()).persons[0]!
    await world.book.checkIn({ person, via: 'desk', onSite: true, actor: ADMIN })
    expect(world.book.proofs()).toEqual([])
    await world.book.checkIn({ person, via: 'desk', onSite: true, actor: { kind: 'person', name: `${person}-user` } })
    expect(world.book.proofs()).toMatchObject([{ person, channel: 'desk', address: `${person}-user` }])
  })
})

describe('a leader who has to be on the spot on days off', () => {
  const leader = { onSiteOnHolidays: true, cycle: { startsOn: '2026-09-28', crews: [['an']] } }

  it('is missed 15 minutes after the shift began, until somebody is there', async () => {
    const world = await worldOf(countyRoster(leader), { start: '2026-10-01 07:59' })
    await world.pass(60)
    await world.clock.advance(15 * 60_000 - 1_000)
    await world.book.tick()
    expect(world.troubles.has('leader-absent')).toBe(false)
    await world.pass(1)
    expect(world.troubles.get('leader-absent')).toMatchObject({
      priority: 'orange',
      explanation: {
        key: 'control-room.leader-absent',
        values: { role: 'duty', persons: 'an', since: at('2026-10-01 08:00') },
      },
    })
    await world.book.checkIn({ person: 'an', via: 'phone', onSite: false, actor: ADMIN })
    await world.pass(1)
    expect(world.troubles.has('leader-absent')).toBe(true)
    await world.book.checkIn({ person: 'an', via: 'phone', onSite: true, actor: ADMIN })
    await world.pass(1)
    expect(world.troubles.has('leader-absent')).toBe(false)
    // The next shift asks anew.
    await world.clock.advance(12.5 * HOUR_MS)
    await world.pass(1)
    expect(world.troubles.has('leader-absent')).toBe(true)
    expect((await world.acts()).filter((act) => act === 'leader-absent duty')).toHaveLength(2)
  })

  it('need not be there on a worked Saturday, but on the Sunday after it', async () => {
    const world = await worldOf(countyRoster(leader), { start: '2026-10-10 09:00' })
    await world.pass(1)
    expect(world.troubles.has('leader-absent')).toBe(false)
    await world.clock.advance(24 * HOUR_MS)
    await world.pass(1)
    expect(world.troubles.has('leader-absent')).toBe(true)
  })
})

describe('spot checks', () => {
  const checked = { spotChecks: 1, cycle: { startsOn: '2026-03-02', crews: [['an']] } }
  /** From 12:00, half of what is left of the shift until 10 min before its end: 12:00 + 3 h 55 min. */
  const DUE_MS = 3 * HOUR_MS + 55 * 60_000

  const sent = async () => {
    const world = await worldOf(countyRoster(checked))
    await world.pass(1)
    expect(world.memos).toEqual([])
    await world.clock.advance(DUE_MS)
    await world.pass(1)
    const memo = world.memos.at(-1)
    expect(memo).toMatchObject({ kind: 'memo', person: 'an', over: 'all' })
    return {
      world,
      code: codeIn(memo),
      verdicts: async () => (await world.book.spotChecks(...ALL)).map(({ verdict }) => verdict),
    }
  }

  it('come once a shift at a time by chance, and are answered in time within 60 s', async () => {
    const { world, code, verdicts } = await sent()
    await world.clock.advance(58_000)
    expect(await world.book.answerSpotCheck({ code, actor: ADMIN })).toMatchObject({ verdict: 'in-time', person: 'an' })
    await expect(world.book.answerSpotCheck({ code, actor: ADMIN })).rejects.toMatchObject({ code: 'http/not-found' })
    await world.pass(400)
    expect(await verdicts()).toEqual(['in-time'])
    expect(world.memos).toHaveLength(1)
    expect((await world.acts()).slice(-2)).toEqual(['spot-check-sent an', 'spot-check-answered an'])
  })

  it('are late after 60 s, and missed after 5 minutes: then the leader is told, also over a restart', async () => {
    const late = await sent()
    await late.world.clock.advance(61_000)
    expect(await late.world.book.answerSpotCheck({ person: 'an', actor: ADMIN })).toMatchObject({ verdict: 'late' })
    const { world, verdicts } = await sent()
    await world.restart()
    await world.clock.advance(299_000)
    await world.book.tick()
    expect(await verdicts()).toEqual(['waiting'])
    await world.pass(1)
    expect(await verdicts()).toEqual(['missed'])
    expect(world.memos.map(({ person }) => person)).toEqual(['an', 'zhu'])
  })

  it('that fell due while the control room was down for long are not made up for', async () => {
    const world = await worldOf(countyRoster(checked))
    await world.pass(1)
    await world.clock.advance(DUE_MS + 11 * 60_000)
    await world.restart()
    await world.pass(2)
    expect(world.memos).toEqual([])
  })

  it('need nobody where the roster asks for none', async () => {
    const world = await worldOf(countyRoster({ ...checked, spotChecks: 0 }))
    await world.clock.advance(DUE_MS)
    await world.pass(2)
    expect(world.memos).toEqual([])
  })
})

describe('the book as it runs', () => {
  it('keeps watch once a second and stops when it is told to', async () => {
    const world = await worldOf(countyRoster({ spotChecks: 1 }))
    const stop = new AbortController()
    const running = world.book.run(stop.signal)
    while (world.clock.sleepers === 0) await new Promise((settle) => setImmediate(settle))
    await world.clock.advance(500)
    stop.abort()
    await running
    expect(world.clock.sleepers).toBe(0)
  })
})
