import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Reading } from '../../core/contract/reading.ts'
import type { TechnicianPage } from '../../core/contract/site.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Log } from '../../platform/log.ts'
import { technicianPassword } from '../../platform/site/technician-faults.ts'
import type { HonestClock } from '../clock/honest-clock.ts'
import type { Deterrents } from '../deterrent/deterrents.ts'
import { demandOwn, sendJson, sendRefusal } from './http.ts'
import { type LiveSources, LiveView } from './live-view.ts'
import { type Desks, type Route, routeFor, routesOf, secretIn, SENT } from './routes.ts'
import { ScanDesk, type ScanDeps } from './scan-desk.ts'
import { SheetDesk } from './sheet-desk.ts'
import { SheetFiles } from './sheet-files.ts'
import { SignIn } from './sign-in.ts'
import { SirenDesk } from './siren-desk.ts'

/** The page a technician opens on the gateway's own network. */
export interface FieldPage {
  /** Takes what was committed. Quick, never throws. */
  committed(readings: readonly Reading[], transitions: readonly AlarmTransition[]): void
  /** Offers the page until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface FieldPageOptions extends Omit<LiveSources, 'runtime' | 'clock'> {
  readonly access: TechnicianPage
  /** The folder the name of the password's file counts from. */
  readonly baseFolder: string
  readonly storeFolder: string
  readonly runtime: ScanDeps['runtime']
  readonly deterrents: Deterrents
  readonly clock: Pick<HonestClock, 'now' | 'mono' | 'sleep' | 'dating'>
  readonly log: Log
}

/** An address that somebody else has is tried again after so long, ms. */
const AGAIN_MS = 30_000
/** A few phones, each with its few connections. */
const MOST_CONNECTIONS = 64
const REQUEST_MS = 60_000
const HEADERS_MS = 10_000
/** Builds it; nothing listens before `run`. Throws `config/unreadable` and `config/invalid` for its password. */
export function openFieldPage(options: FieldPageOptions): FieldPage {
  const { access, baseFolder, clock, log } = options
  const password = technicianPassword(access, baseFolder)
  const live = new LiveView(options)
  return {
    committed: (readings, transitions) => live.committed(readings, transitions),
    run: async (signal) => {
      let isTold = false
      while (!signal.aborted) {
        try {
          await serve(desksOf(options, { live, password, signal }), options, signal)
        } catch (error) {
          const { host, port } = access
          const why = messageOf(error)
          if (!isTold)
            log.error({ code: 'config/invalid', host, port, why }, "the technician's page cannot be offered there")
          isTold = true
          await clock.sleep(AGAIN_MS, signal).catch(() => undefined)
        }
      }
    },
  }
}

function desksOf(
  options: FieldPageOptions,
  { live, password, signal }: { readonly live: LiveView; readonly password: string; readonly signal: AbortSignal },
): Desks {
  const files = new SheetFiles(options.storeFolder)
  const sheets = new SheetDesk({ ...options, files, signal })
  const { clock } = options
  return {
    ...{ live, files, sheets },
    scans: new ScanDesk({ ...options, signal }),
    sirens: new SirenDesk(options),
    signIn: new SignIn({ password, clock, ended: (session) => sheets.forget(session) }),
  }
}

/** Serves the page until `signal` aborts. Throws when the address cannot be had. */
async function serve(desks: Desks, { access, log }: FieldPageOptions, signal: AbortSignal): Promise<void> {
  const routes = routesOf(desks)
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    answered({ request, response }, { routes, signIn: desks.signIn }).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else if (!sendRefusal(response, error))
        log.error({ code: 'http/failed', path: request.url, why: messageOf(error) }, "the technician's page failed")
    })
  }
  const options = { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS }
  const server = createServer(options, answer)
  server.maxConnections = MOST_CONNECTIONS
  await listening(server, access)
  try {
    for (const url of urlsOf(access)) log.info({ url }, "the technician's page is here")
    await aborted(signal)
  } finally {
    const closed = new Promise((settle) => server.close(settle))
    server.closeAllConnections()
    await closed
  }
}

async function answered(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  { routes, signIn }: { readonly routes: readonly Route[]; readonly signIn: SignIn },
): Promise<void> {
  const { method = '', url = '', headers } = request
  const { route, rest } = routeFor(routes, method, url.split('?')[0] ?? '')
  if (route.method === 'POST') demandOwn(request)
  const body = await (route.isOpen === true ? route.act({ request, response, rest }) : withSession())
  if (body !== SENT) sendJson(response, 200, body)

  function withSession(): unknown {
    const session = signIn.sessionOf(secretIn(headers.cookie))
    if (session === null || route.isOpen === true)
      throw new HouseError('http/unauthenticated', 'expected somebody who has signed in')
    return route.act({ request, response, rest, session })
  }
}

function listening(server: Server, { host, port }: TechnicianPage): Promise<void> {
  return new Promise((settle, refuse) => {
    server.once('error', refuse)
    server.listen(port, host, () => {
      server.off('error', refuse)
      server.on('error', () => undefined)
      settle()
    })
  })
}

/** Where the page is found: at each of the machine's addresses when it is offered on all of them. */
function urlsOf({ host, port }: TechnicianPage): readonly string[] {
  const isEvery = host === '0.0.0.0' || host === '::'
  const own = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
  )
  const names = isEvery && own.length > 0 ? own : [host.includes(':') ? `[${host}]` : host]
  return names.map((name) => `http://${name}:${port}/`)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    if (signal.aborted) settle()
    else signal.addEventListener('abort', () => settle(), { once: true })
  })
}
