// Node-RED with the nodes and flows of Pitwatch, as a program of its own: started by `pitwatch up --flows`, or by hand
// with `node flows/run.ts`. It is set up by the environment; each …TOKEN may instead be named by …TOKEN_FILE.
//   PITWATCH_FLOWS_DATA       folder for flows and context; required
//   PITWATCH_FLOWS_HOST       address to listen on; default 127.0.0.1
//   PITWATCH_FLOWS_PORT       default 1880, 0 = any free port
//   PITWATCH_FLOWS_TOKEN      what the editor wants as a bearer token; only the control room's proxy knows it; required
//   PITWATCH_CONTROL_URL      the control room, such as http://127.0.0.1:8080
//   PITWATCH_BROKER_URL       the broker, such as mqtt://127.0.0.1:1883
//   PITWATCH_GROUP            the group of sites
//   PITWATCH_SERVICE          name of the service account; default flows
//   PITWATCH_SERVICE_TOKEN    its token, for HTTP and MQTT
//   PITWATCH_DIGEST_WEBHOOK   where the night digest goes; without it none is sent
//   PITWATCH_ZONE             time zone of the digest and of schedules; default Asia/Shanghai
// When it listens it says { ready: true, url } to its parent (or on standard output). It ends on SIGTERM, SIGINT, and
// when its parent is gone.
import { createHash, timingSafeEqual } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import RED from 'node-red'
import { domainTime, settingOf } from './environment.ts'
import { nightDigest } from './night-digest.ts'

const ADMIN_ROOT = '/flows'
const STOP_WITHIN_MS = 4_000
/** EX_CONFIG of sysexits. */
const EXIT_NOT_SET_UP = 78

interface Setup {
  readonly data: string
  readonly host: string
  readonly port: number
  readonly token: string
  readonly zone: string
}

const setup = setupOf(process.env)
if (typeof setup === 'string') {
  process.stderr.write(`${setup}\n`)
  process.exit(EXIT_NOT_SET_UP)
}
await run(setup)

function setupOf(environment: NodeJS.ProcessEnv): Setup | string {
  const data = settingOf(environment, 'PITWATCH_FLOWS_DATA')
  const token = settingOf(environment, 'PITWATCH_FLOWS_TOKEN')
  const port = Number(settingOf(environment, 'PITWATCH_FLOWS_PORT') ?? 1880)
  if (data === undefined) return 'PITWATCH_FLOWS_DATA: expected a folder, it is not set'
  if (token === undefined) return 'PITWATCH_FLOWS_TOKEN: expected a token (or PITWATCH_FLOWS_TOKEN_FILE), it is not set'
  if (!/^[\w.~+/=-]+$/.test(token)) return 'PITWATCH_FLOWS_TOKEN: expected letters, digits and -._~+/= only'
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return 'PITWATCH_FLOWS_PORT: expected a port, 0 to 65535'
  return {
    data: resolve(data),
    host: settingOf(environment, 'PITWATCH_FLOWS_HOST') ?? '127.0.0.1',
    port,
    token,
    zone: settingOf(environment, 'PITWATCH_ZONE') ?? 'Asia/Shanghai',
  }
}

async function run({ data, host, port, token, zone }: Setup): Promise<void> {
  // Schedules of inject nodes follow the zone of the process.
  process.env.TZ = zone
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const flowFile = join(data, 'flows.json')
  if (!existsSync(flowFile)) copyFileSync(join(import.meta.dirname, 'shipped', 'night-digest.json'), flowFile)

  const isToken = comparer(token)
  const server = createServer((request, response) => serve(request, response, isToken))
  RED.init(server, settingsOf(data, isToken))
  await RED.start()
  const listening = Promise.withResolvers<undefined>()
  server.once('error', listening.reject)
  server.listen(port, host, () => listening.resolve(undefined))
  await listening.promise

  const stop = () => void shutDown(server)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)
  process.once('disconnect', stop)
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  const ready = { ready: true, url: `http://${host}:${bound}${ADMIN_ROOT}/` }
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(ready)}\n`)
  else process.send(ready)
}

/** What Node-RED is started with: no telemetry, nothing installed from outside, no open endpoints, one way to sign in. */
function settingsOf(data: string, isToken: (token: string) => boolean): Record<string, unknown> {
  const user = { username: 'control-room', permissions: '*' }
  return {
    userDir: data,
    flowFile: 'flows.json',
    flowFilePretty: true,
    nodesDir: [join(import.meta.dirname, 'nodes')],
    httpAdminRoot: `${ADMIN_ROOT}/`,
    httpNodeRoot: false,
    lang: 'zh-CN',
    adminAuth: {
      type: 'credentials',
      users: (name: string) => Promise.resolve(name === user.username ? user : null),
      authenticate: () => Promise.resolve(null),
      tokens: (token: string) => Promise.resolve(isToken(token) ? user : null),
    },
    telemetry: { enabled: false, updateNotification: false },
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpload: false, allowUpdate: false },
      modules: { allowInstall: false },
    },
    functionExternalModules: false,
    functionGlobalContext: { pitwatch: { nightDigest, now: domainTime(process.env) } },
    contextStorage: { default: { module: 'localfilesystem' } },
    logging: { console: { level: 'info', metrics: false, audit: false } },
    // Ours first: they are what one comes here for.
    paletteCategories: ['Pitwatch', 'subflows', 'common', 'function', 'network', 'sequence', 'parser', 'storage'],
    editorTheme: {
      page: { title: 'Pitwatch · Flows' },
      // Back to the control room, which is also where one signs in and out.
      header: { title: 'Pitwatch', url: '/' },
      userMenu: false,
      tours: false,
      projects: { enabled: false },
    },
  }
}

/** Compares in constant time, whatever the length. */
function comparer(token: string): (candidate: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(token)
  return (candidate) => timingSafeEqual(expected, digest(candidate))
}

/** Nothing is served without the token, not even the editor's own files; then Node-RED's admin app, under its root. */
function serve(request: IncomingMessage, response: ServerResponse, isToken: (token: string) => boolean): void {
  const url = request.url ?? '/'
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (bearer === undefined || !isToken(bearer)) {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    return
  }
  const inside = url === ADMIN_ROOT || url.startsWith(`${ADMIN_ROOT}/`) || url.startsWith(`${ADMIN_ROOT}?`)
  if (!inside) {
    response.writeHead(404).end()
    return
  }
  const rest = url.slice(ADMIN_ROOT.length)
  // What an Express router does when it mounts an app; redirects of the editor go by originalUrl.
  const mounted = Object.assign(request, { originalUrl: url, url: rest.startsWith('/') ? rest : `/${rest}` })
  RED.httpAdmin(mounted, response)
}

async function shutDown(server: Server): Promise<void> {
  const late = Promise.withResolvers<undefined>()
  AbortSignal.timeout(STOP_WITHIN_MS).addEventListener('abort', () => late.resolve(undefined))
  server.close()
  server.closeAllConnections()
  await Promise.race([RED.stop().catch(() => undefined), late.promise])
  process.exit(0)
}
