import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Language } from '../../core/contract/text.ts'
import { violations } from '../web/support/axe.ts'
import { findChromium, signIn } from '../web/support/browser.ts'
import type { CountyForShots } from './county.ts'
import { openScreen } from './open-screen.ts'
import { screensOf } from './screens.ts'

/** A picture to be taken. */
interface Shot {
  readonly name: string
  readonly hash: string
  readonly frame: keyof typeof FRAMES
  readonly isSignedIn: boolean
}

const FRAMES = {
  desk: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
  wall: { width: 3840, height: 2160 },
} as const
const LANGUAGES: readonly Language[] = ['zh-CN', 'en']
const THEMES = ['day', 'night'] as const
/** Pictures taken at the same time. */
const AT_ONCE = 3

export interface Taken {
  readonly pictures: number
  /** Serious and critical findings of axe, over all pictures. */
  readonly faults: number
}

/** Takes every screen in both languages and themes into folder `to`, and says a line of each. */
export async function takeAll(
  county: CountyForShots,
  { to, say }: { readonly to: string; readonly say: (line: string) => void },
): Promise<Taken> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
  try {
    const storageState = await signedIn(browser, county)
    const waiting = LANGUAGES.flatMap((language) =>
      THEMES.flatMap((theme) => shotsOf(county).map((shot) => ({ language, theme, shot }))),
    )
    const pictures = waiting.length
    let faults = 0
    const takeOn = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { language, theme, shot } = next
        const options = { ...(shot.isSignedIn ? { storageState } : {}), viewport: FRAMES[shot.frame], locale: language }
        const page = await pageIn(browser, { options, language, theme })
        const name = `${shot.name}-${shot.frame}-${language}-${theme}.png`
        const found = await take(page, { url: county.url, shot, path: join(to, name) })
        await page.context().close()
        faults += found.length
        say(`${name.padEnd(40)} ${found.length === 0 ? 'axe clean' : found.join('; ')}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, takeOn))
    return { pictures, faults }
  } finally {
    await browser.close()
  }
}

function shotsOf(county: CountyForShots): Shot[] {
  const screens = screensOf(county)
  const overview = { name: 'overview', hash: '/', isSignedIn: true }
  return [
    ...screens.map((screen): Shot => ({
      ...screen,
      frame: screen.name === 'phone' ? 'phone' : 'desk',
      isSignedIn: true,
    })),
    { name: 'sign-in', hash: '/', frame: 'desk', isSignedIn: false },
    { ...overview, frame: 'phone' },
    { ...overview, frame: 'wall' },
  ]
}

async function signedIn(browser: Browser, { url, who }: CountyForShots) {
  const page = await browser.newPage({ locale: 'zh-CN' })
  await signIn(page, url, who)
  const state = await page.context().storageState()
  await page.context().close()
  // Language and theme are chosen for each picture.
  return { ...state, origins: [] }
}

async function pageIn(
  browser: Browser,
  chosen: { readonly options: BrowserContextOptions; readonly language: Language; readonly theme: string },
): Promise<Page> {
  const context = await browser.newContext(chosen.options)
  const page = await context.newPage()
  await page.addInitScript(
    ([language, theme]) => {
      // An empty page has no storage.
      if (location.protocol === 'about:') return
      localStorage.setItem('pitwatch.language', language)
      localStorage.setItem('pitwatch.theme', theme)
    },
    [chosen.language, chosen.theme] as const,
  )
  return page
}

/** Takes one picture, and answers what axe and the page itself complain of. */
async function take(page: Page, { url, shot, path }: { url: string; shot: Shot; path: string }): Promise<string[]> {
  const thrown: string[] = []
  page.on('pageerror', (error) => thrown.push(`page: ${error.message}`))
  const isReady = await openScreen(page, url, { hash: shot.hash, wall: shot.frame === 'wall' })
  if (!isReady) thrown.push('page: still waits for something')
  await page.screenshot({ path })
  const found = await violations(page)
  return [...thrown, ...found.map(({ id, impact, targets }) => `${impact} ${id} at ${targets}`)]
}
