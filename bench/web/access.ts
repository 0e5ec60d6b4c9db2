import type { Browser } from 'playwright-core'
import { raiseOf } from '../kill/load.ts'
import { violations } from '../../test/web/support/axe.ts'
import { openScreen } from '../../test/shots/open-screen.ts'
import { screensOf } from '../../test/shots/screens.ts'
import type { Figure } from '../bench.ts'
import { signedInPage } from './chromium.ts'
import { openRoom, settle } from './county.ts'

const SITES = 12
const ALARMS = 40
/** Screens looked at at the same time: nothing is timed here. */
const AT_ONCE = 4
const NOBODY = { cookie: 'nobody=here' }

/**
 * Serious and critical faults of access that axe finds on all screens of a control room with alarms, by day and by night: `axeSerious`, and
 * by screen where there are any. When `isQuick` a quarter of the
 * screens is looked at by day, another by night.
 */
export async function measureAccess(
  browser: Browser,
  { dist, isQuick }: { readonly dist: string; readonly isQuick: boolean },
): Promise<Readonly<Record<string, Figure>>> {
  await using web = await openRoom(dist)
  settle(web, { sites: SITES, points: 9, nameOf: (index) => `pit-${index}` }).read()
  for (let index = 0; index < ALARMS; index += 1) await web.desk.receive(raiseOf(index, Date.now() - index * 60_000))
  const [first] = await web.desk.open()
  const screens = screensOf({ alarm: first?.id ?? '', site: 'pit-0', point: 'pit-0/device-0/point-0' })
  const who = await web.signedIn('administrator')
  const found: Record<string, number> = {}
  const waiting = [...screens, { name: 'sign-in', hash: '/' }].flatMap(({ name, hash }, index) =>
    (['day', 'night'] as const)
      .filter((_, turn) => !isQuick || index % 4 === 2 * turn)
      .map((theme) => ({ name, hash, theme })),
  )
  const lookOn = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, hash, theme } = next
      const page = await signedInPage(browser, web.url, name === 'sign-in' ? NOBODY : who, { theme })
      if (!(await openScreen(page, web.url, { hash }))) console.error(`${name} by ${theme}: still waits for something`)
      const faults = await violations(page)
      await page.context().close()
      if (faults.length === 0) continue
      found[name] = (found[name] ?? 0) + faults.length
      for (const { id, impact, targets } of faults) console.error(`${name} by ${theme}: ${impact} ${id} at ${targets}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lookOn))
  return { axeSerious: Object.values(found).reduce((sum, count) => sum + count, 0), axeByScreen: found }
}
