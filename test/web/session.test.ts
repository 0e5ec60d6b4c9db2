import { describe, expect, it } from 'vitest'
import { MonoMs } from '../../core/contract/time.ts'
import { Session } from '../../core/contract/access.ts'
import { activityStep, followActivity } from '../../dashboard/web/stores/activity.ts'
import { openApi } from '../../dashboard/web/stores/api.ts'
import { openSession, type SessionStore } from '../../dashboard/web/stores/session.ts'
import { handClock } from '../support/hand-clock.ts'
import { until } from '../support/until.ts'

const MIN = 60_000
const mono = (ms: number) => MonoMs.parse(ms)
const OPEN = Session.parse({ user: 'lin', role: 'operator', flows: false, locksAfterMs: 15 * MIN })

/** A control room whose session locks and opens, and the page's session over it. */
function world() {
  const room = { isLocked: false, asked: [] as string[] }
  const json = (status: number, value: unknown) => Promise.resolve(Response.json(value, { status }))
  const api = openApi(
    (input, init) => {
      const path = input as string
      room.asked.push(`${init?.method ?? 'GET'} ${path}`)
      if (path === '/api/session') return json(200, { ...OPEN, locked: room.isLocked })
      if (path === '/api/session/unlock') {
        room.isLocked = false
        return json(200, OPEN)
      }
      if (room.isLocked) return json(423, { code: 'http/locked', message: 'open it' })
      return json(200, { alarms: [] })
    },
    { expire: () => session.expire(), lock: (signal) => session.lock(signal) },
  )
  const session: SessionStore = openSession(() => api)
  const isLocked = () => {
    const known = session.signedIn.value
    return known.is === 'in' && known.session.locked
  }
  return { room, api, session, isLocked }
}

describe('a page whose session locks', () => {
  it('asks again for what it was refused once the password is there', async () => {
    const { room, api, session, isLocked } = world()
    const { signal } = new AbortController()
    await session.refresh(signal)
    room.isLocked = true
    const asked = api.alarms({ state: 'open' }, signal)
    await until('it is locked', isLocked)
    await session.unlock('four doves', signal)
    expect(await asked).toEqual([])
    expect(room.asked.filter((one) => one.startsWith('GET /api/alarms'))).toHaveLength(2)
  })

  it('lets go of what nobody waits for any more, and of everything when somebody else signs in', async () => {
    const { room, api, session, isLocked } = world()
    const left = new AbortController()
    await session.refresh(new AbortController().signal)
    room.isLocked = true
    const asked = api.alarms({ state: 'open' }, left.signal)
    await until('it is locked', isLocked)
    left.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    const waiting = session.lock(new AbortController().signal)
    session.expire()
    await waiting
  })
})

describe('whoever is at the page', () => {
  it.each([
    ['is told of after half a minute', { seenAt: 100, toldAt: 0 }, 30_000, 'tell'],
    ['is not told of more often', { seenAt: 100, toldAt: 0 }, 29_999, null],
    ['is told of once', { seenAt: 100, toldAt: 30_000 }, 60_000, null],
    ['is asked about when nobody was for long enough', { seenAt: 100, toldAt: 30_000 }, 15 * MIN + 101, 'ask'],
    ['is not asked about before', { seenAt: 100, toldAt: 30_000 }, 15 * MIN + 100, null],
  ] as const)('%s', (_, { seenAt, toldAt }, now, step) => {
    expect(activityStep({ seenAt: mono(seenAt), toldAt: mono(toldAt) }, mono(now), 15 * MIN)).toBe(step)
  })

  it('keeps the session open with keys, and finds it locked without', async () => {
    const { room, session, isLocked } = world()
    const clock = handClock()
    const ended = new AbortController()
    const window = new EventTarget() as unknown as Window
    await session.refresh(ended.signal)
    const following = followActivity({ clock, session, window, locksAfterMs: 15 * MIN }, ended.signal)
    const pass = async (ms: number) => {
      for (let n = 0; n < ms / 5_000; n++) {
        await clock.advance(5_000)
        await until('it looks again', () => clock.sleepers > 0)
      }
    }
    await pass(MIN)
    expect(room.asked).toEqual(['GET /api/session'])
    window.dispatchEvent(new Event('keydown'))
    await pass(MIN)
    expect(room.asked).toEqual(['GET /api/session', 'POST /api/session/active'])
    room.isLocked = true
    await pass(15 * MIN)
    await until('it is locked', isLocked)
    ended.abort()
    await following
  })
})
