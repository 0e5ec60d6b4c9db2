import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressOf,
  openRouter,
  PLAIN_PAGES,
  routeOf,
  SPANS,
  type Route,
  type Span,
} from '../../dashboard/web/stores/route.ts'

const word = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed() && !/^\.{1,2}$/.test(text))
const own = (key: string) => key !== '__proto__' && key !== 'show'
const query = fc.dictionary(
  word.filter(own),
  fc.string().filter((text) => text.isWellFormed()),
  { minKeys: 1, maxKeys: 4 },
)
const route: fc.Arbitrary<Route> = fc.oneof(
  fc.record({ page: fc.constant('overview' as const) }),
  fc.record({ page: fc.constant('overview' as const), query }),
  fc.record({ page: fc.constant('alarms' as const), show: fc.constantFrom('open' as const, 'all' as const), query }),
  fc.record({ page: fc.constantFrom(...PLAIN_PAGES), query }),
  fc.record({
    page: fc.constant('site' as const),
    site: word,
    point: fc.option(word),
    span: fc.constantFrom(...(Object.keys(SPANS) as Span[])),
  }),
  fc.record({
    page: fc.constant('site' as const),
    site: word,
    point: fc.option(word),
    span: fc.constantFrom(...(Object.keys(SPANS) as Span[])),
    tab: fc.constant('technical' as const),
  }),
  fc.record({ page: fc.constant('alarms' as const), show: fc.constantFrom('open' as const, 'all' as const) }),
  fc.record({ page: fc.constant('alarm' as const), id: word }),
  fc.record({ page: fc.constant('ledger' as const), subject: fc.option(word) }),
  fc.record({ page: fc.constant('gateways' as const) }),
)

describe('the address of a screen', () => {
  it('leads back to the same screen', () => {
    fc.assert(
      fc.property(route, (where) => {
        expect(routeOf(`#${addressOf(where)}`)).toEqual(where)
      }),
    )
  })

  it('is readable for an alarm, so that a message can carry it', () => {
    expect(addressOf({ page: 'alarm', id: 'east-gully.feeder-dead.mk9d2x' })).toBe(
      '/alarms/east-gully.feeder-dead.mk9d2x',
    )
  })

  it('is the overview when it means nothing', () => {
    for (const address of ['', '#', '#/nothing/here', '#/sites/%E0%A4%A']) {
      expect(routeOf(address)).toEqual({ page: 'overview' })
    }
  })

  it('falls back to a quarter of an hour for a span nobody knows', () => {
    expect(routeOf('#/sites/east-gully?span=toString')).toMatchObject({ span: '15min' })
  })
})

/** A window that tells of a new address when `tell` is called, as a browser does after the code that runs. */
function scriptedWindow(hash: string) {
  const heard: (() => void)[] = []
  const location = { hash }
  const history = {
    state: null as unknown,
    replaceState: (state: unknown, _title: string, address?: string) => {
      history.state = state
      if (address !== undefined) location.hash = address
    },
  }
  const addEventListener = (_type: string, hear: () => void) => heard.push(hear)
  const view = { location, history, addEventListener } as unknown as Window
  return { view, location, tell: () => heard.forEach((hear) => hear()) }
}

describe('the router', () => {
  it('shows what it replaces at once', () => {
    const { view, location } = scriptedWindow('#/')
    const router = openRouter(view)
    router.replace({ page: 'overview', query: { only: 'red' } })
    expect(location.hash).toBe('#/?only=red')
    expect(router.route.value).toEqual({ page: 'overview', query: { only: 'red' } })
  })

  it('lets no screen take back a link that was followed a moment ago', () => {
    const { view, location, tell } = scriptedWindow('#/')
    const router = openRouter(view)
    location.hash = '#/duty'
    router.replace({ page: 'overview', query: { alarm: 'a1' } })
    expect(location.hash).toBe('#/duty')
    tell()
    expect(router.route.value).toEqual({ page: 'duty' })
    router.replace({ page: 'duty', query: { week: '2' } })
    expect(location.hash).toBe('#/duty?week=2')
  })
})
