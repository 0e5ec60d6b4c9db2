import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { HouseError } from '../../core/kit/errors.ts'
import { REASON_WORDS } from '../technician/reason-words.ts'
import { bytesBody, type Exchange, HEADERS, jsonBody, type OpenExchange } from './http.ts'
import type { LiveView } from './live-view.ts'
import { ScanOrder, type ScanDesk } from './scan-desk.ts'
import { MOST_PHOTO_BYTES, type SheetFiles } from './sheet-files.ts'
import { PhotoRef, type SheetDesk, SheetOrder } from './sheet-desk.ts'
import { SESSION_MS, type SignIn } from './sign-in.ts'
import { ArmOrder, type SirenDesk, SoundOrder } from './siren-desk.ts'
import { TEXTS } from './texts.ts'

/** What the routes serve. */
export interface Desks {
  readonly signIn: SignIn
  readonly live: LiveView
  readonly scans: ScanDesk
  readonly sirens: SirenDesk
  readonly sheets: SheetDesk
  readonly files: SheetFiles
}

interface Address {
  readonly method: 'GET' | 'POST'
  /** The whole path, or its beginning where it ends with a slash. */
  readonly path: string
}

/** One address. What `act` answers is sent as JSON, unless it has sent something else itself and answers `SENT`. */
export type Route = Address &
  (
    | { readonly isOpen: true; readonly act: (exchange: OpenExchange) => unknown }
    | { readonly isOpen?: never; readonly act: (exchange: Exchange) => unknown }
  )

/** Answered by an act that has sent its own answer. */
export const SENT = Symbol('sent')
export const COOKIE = 'pitwatch-technician'

const SignInOrder = z.object({ by: z.string().trim().min(1).max(60), password: z.string().min(1).max(200) }).strict()

/** A sheet brings its style along, runs nothing and loads nothing. */
const SHEET_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

/** The page itself, served as it lies here. */
const FILES = [
  ...['page.html', 'page.css'],
  ...['page', 'state', 'ask', 'show', 'live', 'plan', 'scan', 'siren', 'sheet', 'photos'].map((name) => `${name}.js`),
]
const TYPES = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['jpg', 'image/jpeg'],
])

/** Every address of the page. */
export function routesOf(desks: Desks): readonly Route[] {
  return [...pageRoutes(), ...sessionRoutes(desks), ...siteRoutes(desks), ...sheetRoutes(desks)]
}

function pageRoutes(): readonly Route[] {
  const pages = FILES.map((name): Route => ({
    method: 'GET',
    path: name === 'page.html' ? '/' : `/${name}`,
    isOpen: true,
    act: ({ response }) => {
      const content = readFileSync(fileURLToPath(new URL(`page/${name}`, import.meta.url)))
      return sent(response, content, { 'content-type': typeOf(name) })
    },
  }))
  const texts = { texts: TEXTS, reasons: REASON_WORDS }
  return [...pages, { method: 'GET', path: '/texts', isOpen: true, act: () => texts }]
}

function sessionRoutes({ signIn }: Desks): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/sign-in',
      isOpen: true,
      act: async (exchange) => {
        const { by, password } = await jsonBody(exchange, SignInOrder)
        const secret = signIn.enter(password, by, exchange.request.socket.remoteAddress ?? '')
        exchange.response.setHeader('set-cookie', cookie(secret, SESSION_MS / 1_000))
        return { by }
      },
    },
    {
      method: 'POST',
      path: '/api/sign-out',
      act: ({ response, session }) => {
        signIn.leave(session)
        response.setHeader('set-cookie', cookie('', 0))
        return {}
      },
    },
    { method: 'GET', path: '/api/session', act: ({ session }) => ({ by: session.by }) },
  ]
}

function siteRoutes({ live, scans, sirens }: Desks): readonly Route[] {
  return [
    { method: 'GET', path: '/api/site', act: () => live.site() },
    { method: 'GET', path: '/api/live', act: () => live.live() },
    { method: 'GET', path: '/api/plan', act: () => live.plan() },
    { method: 'GET', path: '/api/scan', act: () => ({ scan: scans.view() }) },
    {
      method: 'POST',
      path: '/api/scan',
      act: async (exchange) => {
        scans.start(await jsonBody(exchange, ScanOrder), exchange.session.by)
        return { scan: scans.view() }
      },
    },
    {
      method: 'POST',
      path: '/api/scan/cancel',
      act: () => {
        scans.cancel()
        return { scan: scans.view() }
      },
    },
    {
      method: 'POST',
      path: '/api/siren/arm',
      act: async (exchange) => sirens.arm(await jsonBody(exchange, ArmOrder), exchange.session),
    },
    {
      method: 'POST',
      path: '/api/siren/sound',
      act: async (exchange) => sirens.sound(await jsonBody(exchange, SoundOrder), exchange.session),
    },
    {
      method: 'POST',
      path: '/api/siren/hush',
      act: async (exchange) => {
        sirens.hush(await jsonBody(exchange, ArmOrder), exchange.session)
        return {}
      },
    },
  ]
}

function sheetRoutes({ sheets, files }: Desks): readonly Route[] {
  return [
    { method: 'GET', path: '/api/sheet', act: ({ session }) => sheets.view(session) },
    {
      method: 'POST',
      path: '/api/sheet',
      act: async (exchange) => {
        sheets.start(await jsonBody(exchange, SheetOrder), exchange.session)
        return sheets.view(exchange.session)
      },
    },
    {
      method: 'POST',
      path: '/api/photo',
      act: async ({ request, session }) => sheets.addPhoto(await bytesBody(request, MOST_PHOTO_BYTES), session),
    },
    {
      method: 'POST',
      path: '/api/photo/remove',
      act: async (exchange) => {
        sheets.removePhoto(await jsonBody(exchange, PhotoRef), exchange.session)
        return sheets.view(exchange.session)
      },
    },
    {
      method: 'GET',
      path: '/sheets/',
      act: ({ response, rest }) => {
        const content = files.file(rest)
        return sent(response, content, {
          'content-type': typeOf(rest),
          'content-disposition': `attachment; filename="${rest}"`,
          'content-security-policy': SHEET_POLICY,
        })
      },
    },
  ]
}

/** The secret in a request's cookies. */
export function secretIn(cookies: string | undefined): string | null {
  const found = cookies
    ?.split(';')
    .map((one) => one.trim().split('='))
    .find(([name]) => name === COOKIE)
  return found?.[1] ?? null
}

/** Not `Secure`: on the gateway's own network there is no name a certificate could be for. */
function cookie(secret: string, seconds: number): string {
  return `${COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}`
}

function sent(response: ServerResponse, content: Buffer, headers: Readonly<Record<string, string>>): typeof SENT {
  response.writeHead(200, { ...HEADERS, ...headers })
  response.end(content)
  return SENT
}

function typeOf(name: string): string {
  return TYPES.get(name.slice(name.lastIndexOf('.') + 1)) ?? 'application/octet-stream'
}

/** The route of a request, and what its path goes on with. Throws `http/not-found`. */
export function routeFor(routes: readonly Route[], method: string, path: string): { route: Route; rest: string } {
  const route = routes.find(
    (one) =>
      one.method === method &&
      (one.path === path || (one.path.length > 1 && one.path.endsWith('/') && path.startsWith(one.path))),
  )
  if (route === undefined) throw new HouseError('http/not-found', `there is no ${method} ${path.slice(0, 100)}`)
  return { route, rest: path.slice(route.path.length) }
}
