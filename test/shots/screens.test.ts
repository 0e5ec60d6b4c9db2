import { expect, it } from 'vitest'
import { routeOf } from '../../dashboard/web/stores/route.ts'
import { screensOf } from './screens.ts'

it('names every screen by an address the page knows, each screen once', () => {
  const screens = screensOf({ alarm: 'east-pit.winch.loa1', site: 'east-pit', point: 'east-pit/feeder/active-power' })
  for (const { name, hash } of screens) expect(routeOf(hash).page, hash).toBe(name)
  expect(new Set(screens.map(({ name }) => name)).size).toBe(screens.length)
  expect(screens.length).toBe(15)
})
