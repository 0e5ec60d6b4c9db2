import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import { build } from 'vite'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const

/** The browser to test with: CHROMIUM from the environment, else where Debian puts it. Throws when there is none. */
export function findChromium(): string {
  const found = [process.env.CHROMIUM, ...CANDIDATES].find((path) => path !== undefined && existsSync(path))
  if (found === undefined) throw new Error(`expected Chromium at ${CANDIDATES.join(', ')}, or its path in CHROMIUM`)
  return found
}

export interface OpenedPage {
  readonly page: Page
  /** Errors of the page: thrown, logged as error, or refused by the content security policy. */
  readonly errors: readonly string[]
  /** Every address asked for. */
  readonly requests: readonly string[]
}

/** Opens a fresh page in Chromium, collects its errors and requests while `work` runs, and closes the browser. */
export async function withBrowser<T>(
  options: BrowserContextOptions,
  work: (opened: OpenedPage) => Promise<T>,
  switches: readonly string[] = [],
): Promise<T> {
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', ...switches],
  })
  try {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN', ...options })
    const page = await context.newPage()
    const errors: string[] = []
    const requests: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      // That nobody is signed in yet, and that there is no push, is answered with 401 and 404; the browser calls that an error.
      const isAnswer = ['/api/session', '/api/push/key'].some((path) => message.location().url.endsWith(path))
      if (message.type() === 'error' && !isAnswer) errors.push(message.text())
    })
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        throw new Error(`policy refused ${event.blockedURI} (${event.violatedDirective})`)
      })
    })
    page.on('request', (request) => requests.push(request.url()))
    page.on('websocket', (socket) => requests.push(socket.url()))
    return await work({ page, errors, requests })
  } finally {
    await browser.close()
  }
}

/** The page built into a folder of its own, and how to remove it. */
export async function buildPage(): Promise<{ readonly dist: string; readonly remove: () => Promise<void> }> {
  const dist = await mkdtemp(join(tmpdir(), 'pitwatch-page-'))
  await build({
    configFile: fileURLToPath(new URL('../../../dashboard/web/vite.config.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir: dist, emptyOutDir: true },
  })
  return { dist, remove: () => rm(dist, { recursive: true, force: true }) }
}

/** Signs in on the sign-in page and waits for the overview. */
export async function signIn(page: Page, url: string, who: { user: string; password: string }): Promise<void> {
  await page.goto(url)
  await page.locator('input[name=user]').fill(who.user)
  await page.locator('input[name=password]').fill(who.password)
  await page.keyboard.press('Enter')
  await page.locator('.overview').waitFor()
}
