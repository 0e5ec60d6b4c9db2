import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openFaults } from '../../dashboard/web/stores/faults.ts'
import { HUSH_MS, openHush } from '../../dashboard/web/stores/hush.ts'
import { keyName, openKeyBoard, ROOM_KEYS } from '../../dashboard/web/stores/keys.ts'
import { PLACES, placesFor } from '../../dashboard/web/stores/places.ts'
import { addressOf, PLAIN_PAGES, routeOf } from '../../dashboard/web/stores/route.ts'
import { isOtherPage, mayReload } from '../../dashboard/web/stores/update.ts'
import { FRAME_LOOK_MS, FROZEN_AFTER_MS, lookAtFrames, wallReloadIsDue } from '../../dashboard/web/stores/wall.ts'
import { handClock } from './support/hand-clock.ts'

const key = (name: string, held: { ctrlKey?: boolean; metaKey?: boolean } = {}) =>
  keyName({ key: name, ctrlKey: false, metaKey: false, ...held })

describe('the places of the page', () => {
  it('have a letter each, and every plain page is one of them', () => {
    const letters = PLACES.map(({ letter }) => letter)
    expect(new Set(letters).size).toBe(letters.length)
    for (const page of PLAIN_PAGES) expect(PLACES.filter(({ name }) => name === page)).toHaveLength(1)
  })

  it('lead to the screen that they mark', () => {
    for (const { route, pages } of PLACES) expect(pages).toContain(routeOf(addressOf(route)).page)
  })

  it('are for those who have business there', () => {
    expect(placesFor('viewer').map(({ name }) => name)).not.toContain('system')
    expect(placesFor('administrator')).toEqual(PLACES)
  })
})

describe('the keys', () => {
  it('have one meaning each on every screen', () => {
    expect(new Set(ROOM_KEYS.map((one) => one.key)).size).toBe(ROOM_KEYS.length)
  })

  it('are named alike whatever the shift, and with Ctrl or the command key alike', () => {
    expect([key('A'), key('a'), key(' '), key('?'), key('Enter')]).toEqual(['a', 'a', 'Space', '?', 'Enter'])
    expect([key('A', { ctrlKey: true }), key('a', { metaKey: true })]).toEqual(['Ctrl+a', 'Ctrl+a'])
  })

  it('of a screen are there while it is, the latest first', () => {
    const board = openKeyBoard()
    const one = (words: string) => () => [{ key: 'x', words, act: () => undefined }]
    const leaveFirst = board.add(one('first'))
    const leaveSecond = board.add(one('second'))
    expect(board.all().map(({ words }) => words)).toEqual(['second', 'first'])
    leaveSecond()
    expect(board.all().map(({ words }) => words)).toEqual(['first'])
    leaveFirst()
    expect(board.all()).toEqual([])
  })
})

describe('a silence', () => {
  it('lasts two minutes, for what was there when it began, and ends before when it is asked to', async () => {
    const clock = handClock(0)
    const hush = openHush(clock)
    const pass = async (ms: number) => {
      clock.advance(ms)
      await Promise.resolve()
      await Promise.resolve()
    }
    expect(hush.hushed.value).toBeNull()
    hush.toggle(['a'])
    for (let second = 1; second < HUSH_MS / 1_000; second++) await pass(1_000)
    expect([hush.leftMs.value, hush.hushed.value]).toEqual([1_000, new Set(['a'])])
    await pass(1_000)
    expect([hush.leftMs.value, hush.hushed.value]).toEqual([0, null])
    hush.toggle(['b'])
    expect(hush.hushed.value).toEqual(new Set(['b']))
    hush.toggle(['b'])
    expect(hush.leftMs.value).toBe(0)
  })
})

describe('a page on a wall', () => {
  const night = { time: '04:00:10', ageMs: 86_400_000, openRed: 0, isLive: true }

  it('starts anew after four, once, when nothing red is open and there is somebody to load it from', () => {
    expect(wallReloadIsDue(night)).toBe(true)
    for (const part of [
      { time: '03:59:59' },
      { time: '05:00:00' },
      { ageMs: 60_000 },
      { openRed: 1 },
      { isLive: false },
    ]) {
      expect(wallReloadIsDue({ ...night, ...part })).toBe(false)
    }
  })

  it('is frozen after 30 s in which it was shown, looked at and not painted, and never while it is painted', () => {
    const look = fc.record({ ms: fc.integer({ min: 0, max: 40_000 }), painted: fc.boolean(), isShown: fc.boolean() })
    fc.assert(
      fc.property(fc.array(look), (looks) => {
        let mono = 0
        let state = { at: 0, looked: 0 }
        let unpainted = 0
        for (const { ms, painted, isShown } of looks) {
          mono += ms
          const { painted: next, isFrozen } = lookAtFrames(state, { mono, painted, isShown })
          const counts = !painted && isShown && ms <= 3 * FRAME_LOOK_MS
          unpainted = counts ? unpainted + ms : 0
          expect(isFrozen).toBe(unpainted >= FROZEN_AFTER_MS)
          state = next
        }
      }),
    )
  })
})

describe('a page of another version', () => {
  const memory = () => {
    const kept = new Map<string, string>()
    return {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, text: string) => void kept.set(name, text),
    }
  }

  it('is known by the script it began with', () => {
    expect(isOtherPage('/assets/a.js', { page: '/assets/b.js' })).toBe(true)
    for (const [script, page] of [
      ['/assets/a.js', '/assets/a.js'],
      [null, '/assets/b.js'],
      ['/assets/a.js', null],
    ] as const) {
      expect(isOtherPage(script, { page })).toBe(false)
    }
    expect(isOtherPage('/assets/a.js', null)).toBe(false)
  })

  it('loads itself anew once for each other page, and not at all where it could not remember', () => {
    const storage = memory()
    expect([mayReload(storage, 'b'), mayReload(storage, 'b'), mayReload(storage, 'c')]).toEqual([true, false, true])
    const refusing = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full')
      },
    }
    expect([mayReload(refusing, 'b'), mayReload(storage, null)]).toEqual([false, false])
  })
})

describe('the faults of the page', () => {
  it('are counted, but for what was broken off on purpose', () => {
    const view = new EventTarget()
    const faults = openFaults(view as Window)
    view.dispatchEvent(Object.assign(new Event('error'), { error: new Error('first') }))
    view.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: new Error('second') }))
    view.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: new DOMException('', 'AbortError') }))
    expect([faults.count.value, faults.last.value]).toEqual([2, 'second'])
  })
})
