import cookie from '@fastify/cookie'
import { fastify, type FastifyInstance } from 'fastify'
import { messageOf } from '../../../core/kit/errors.ts'
import { FLOWS_PREFIX, serveFlows } from './flows.ts'
import { serveCertificates } from './certificates.ts'
import { serveChannels } from './channel-routes.ts'
import { serveConfigs } from './config-routes.ts'
import { serveDuty } from './duty-routes.ts'
import { serveHandovers } from './handover-routes.ts'
import { serveFeedback } from './feedback-routes.ts'
import { serveAccess } from './access-routes.ts'
import { serveAlarms } from './alarm-routes.ts'
import { compressAnswer } from './compress.ts'
import { openGate } from './gate.ts'
import { openHttps, type ServerPair } from './https.ts'
import { listenOn, type ListenPlace } from './listen.ts'
import { serveMap } from './map-routes.ts'
import { serveLive } from './live-socket.ts'
import { serveNotices } from './notices.ts'
import { openApiDocument } from './openapi.ts'
import { serveIdentity } from './identity-routes.ts'
import { servePage } from './page.ts'
import { servePhotos } from './photo-routes.ts'
import { serveProof } from './proof-routes.ts'
import { serveRegister } from './register-routes.ts'
import { serveRules } from './rules-routes.ts'
import { problem, refusalOf, refuseClient, sendProblem } from './refusals.ts'
import { serveApi } from './routes.ts'
import type { HttpServices } from './services.ts'
import { serveSystem } from './system-routes.ts'
import { serveTrends } from './trend-routes.ts'

/** No request of the API needs more. */
const MOST_BODY_BYTES = 64 << 10

/** A request that takes longer to arrive is broken off, so that slow ones do not pile up. */
const REQUEST_WITHIN_MS = 30_000

/** A page that runs nothing but its own files and is shown in nobody else's frame. */
const PAGE_POLICY = [
  "default-src 'self'",
  "img-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** The editor of Node-RED makes scripts, styles and workers as it runs; it may still ask no other host for anything. */
const FLOWS_POLICY = [
  "default-src 'self' blob: data:",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ')

/** What no page of ours asks a browser for, so that nothing that gets into one can. A wall may keep its screen on. */
const PERMISSIONS = [
  ...['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid', 'magnetometer'],
  ...['microphone', 'midi', 'payment', 'publickey-credentials-get', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .concat('screen-wake-lock=(self)', 'fullscreen=(self)')
  .join(', ')

/** The page, the API and the live feed on one port. */
export interface HttpServer {
  readonly port: number
  /** Where the same is to be had encrypted; null where it is not. */
  readonly httpsPort: number | null
  /** Takes up a new certificate, where there is one. */
  look(): void
  close(): Promise<void>
}

/** Where to listen, and where encrypted and with what. */
export interface HttpPlace extends Pick<ListenPlace, 'host' | 'port'> {
  readonly tls?: (Pick<ListenPlace, 'host' | 'port'> & { readonly pair: () => ServerPair }) | undefined
}

/** Throws `link/busy` when the port is taken. */
export async function openHttpServer(services: HttpServices, place: HttpPlace): Promise<HttpServer> {
  const app = await buildApp(services)
  await app.ready()
  const https = place.tls === undefined ? null : openHttps(app, place.tls.pair)
  const servers = https === null ? [app.server] : [app.server, https.server]
  const ends = servers.map((server) => serveLive(server, services))
  const close = async () => {
    for (const end of ends) end()
    const closed = Promise.all([app.close(), https?.close()])
    app.server.closeAllConnections()
    await closed
  }
  try {
    const { host } = place
    const port = await listenOn(app.server, { host, port: place.port, what: 'the web server', setting: 'http.port' })
    const httpsPort = https === null || place.tls === undefined ? null : await https.listen(place.tls)
    return { port, httpsPort, look: () => https?.look(), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The server without its port. */
export async function buildApp(services: HttpServices): Promise<FastifyInstance> {
  const { access, publicUrl, log, flows, county, desk } = services
  const app = fastify({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    routerOptions: { maxParamLength: 256 },
    forceCloseConnections: true,
    clientErrorHandler: refuseClient,
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, refusalOf(error)),
  })
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  app.decorateRequest('caller', null)
  app.decorateRequest('address', '')
  await app.register(cookie)
  const gate = openGate({
    access,
    publicUrl,
    proxies: services.proxies,
    places: { site: (id) => county.site(id), siteOfAlarm: async (id) => (await desk.get(id))?.site ?? null },
  })
  app.addHook('onRequest', gate.open)
  app.addHook('onSend', (request, reply, _payload, done) => {
    const isFlows = request.url === FLOWS_PREFIX || request.url.startsWith(`${FLOWS_PREFIX}/`)
    reply.header('content-security-policy', isFlows ? FLOWS_POLICY : PAGE_POLICY)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
    reply.header('cross-origin-opener-policy', 'same-origin')
    reply.header('permissions-policy', PERMISSIONS)
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    done()
  })
  app.addHook('onSend', compressAnswer)
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(error)
    if (refusal.status >= 500) {
      const { method, url: path } = request.routeOptions
      log.error({ code: refusal.code, method, path, why: messageOf(error) }, 'a request failed')
    }
    return sendProblem(reply, refusal)
  })
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, problem(404, { code: 'http/not-found', message: 'there is no such address' })),
  )
  serveApi(app, services, await openApiDocument())
  serveAccess(app, services)
  serveCertificates(app, services)
  serveIdentity(app, services)
  serveConfigs(app, services)
  serveFeedback(app, services)
  serveDuty(app, services)
  serveHandovers(app, services)
  serveAlarms(app, services)
  serveProof(app, services)
  serveRegister(app, services)
  serveRules(app, services)
  await serveMap(app, services)
  await servePhotos(app, services)
  serveSystem(app, services)
  serveTrends(app, services)
  await serveChannels(app, services)
  await serveNotices(app, services)
  if (flows !== null) await serveFlows(app, flows)
  await servePage(app, services)
  return app
}
