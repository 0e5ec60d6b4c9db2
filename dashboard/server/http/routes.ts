import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { HouseError } from '../../../core/kit/errors.ts'
import { API } from './api.ts'
import type { AnyRoute, Route } from './route.ts'
import { callerOf, sitesOf } from './gate.ts'
import { checked } from './refusals.ts'
import type { HttpServices } from './services.ts'

/** What a handler gets: every part checked against the route's schema. */
export interface Asked<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Aborts when whoever asked has gone. */
  readonly signal: AbortSignal
}

/** Binds a handler to a route of the API. */
export function serve<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  app: FastifyInstance,
  route: Route<P, Q, B, A>,
  handler: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A> | FastifyReply>,
): void {
  app.route({
    method: route.method,
    url: route.path,
    config: { allowed: route.allowed, reach: route.reach, whileLocked: route.whileLocked === true },
    ...(route.mostBytes === undefined ? {} : { bodyLimit: route.mostBytes }),
    handler: async (request, reply) => {
      const gone = new AbortController()
      request.raw.once('close', () => {
        if (request.raw.destroyed && !reply.sent) gone.abort()
      })
      return handler({
        params: checked(route.params, request.params, 'path'),
        query: checked(route.query, request.query, 'query'),
        body: checked(route.body, request.body, 'body'),
        request,
        reply,
        signal: gone.signal,
      })
    },
  })
}

/** Every route of the API but the notices' and the live feed's upgrade. */
export function serveApi(app: FastifyInstance, services: HttpServices, document: object): void {
  serveCounty(app, services)
  serveRecords(app, services)
  serve(app, API.health, () => services.health())
  serve(app, API.openapi, () => Promise.resolve({ ...document }))
  serve(app, API.live, () => {
    throw new HouseError('http/invalid', 'expected a WebSocket upgrade, came a plain request')
  })
}

function serveCounty(app: FastifyInstance, { county, board, history }: HttpServices): void {
  serve(app, API.sites, ({ request }) => {
    const ids = sitesOf(callerOf(request), county) ?? county.ids()
    return Promise.resolve(ids.flatMap((id) => county.summary(id, board.of(id)) ?? []))
  })
  serve(app, API.site, ({ params: { site } }) => {
    const detail = county.detail(site, board.of(site))
    if (detail === null) throw unknown('site', site)
    return Promise.resolve(detail)
  })
  serve(app, API.gateway, ({ params: { site } }) => {
    const report = county.gateway(site)
    if (report === null) throw unknown('site', site)
    return Promise.resolve(report)
  })
  serve(app, API.history, ({ params: { site, device, point: name }, query, signal }) => {
    const point = `${device}/${name}`
    const info = county.point(site, point)
    if (info === null) throw unknown('point', `${site} ${point}`)
    if (query.from >= query.to) {
      const facts = { expected: 'from before to', came: `${query.from}…${query.to}` }
      throw new HouseError('http/invalid', `query: expected ${facts.expected}, came ${facts.came}`, facts)
    }
    return history.query({ site, point, quantity: info.quantity }, query, signal)
  })
}

function serveRecords(app: FastifyInstance, { desk, county, evidence }: HttpServices): void {
  serve(app, API.evidence, async ({ params: { sha256 }, request, reply }) => {
    const sites = sitesOf(callerOf(request), county)
    const isTheirs = sites === null || (await desk.isPictureOf(sha256, sites))
    const picture = isTheirs ? await evidence.get(sha256) : null
    if (picture === null) throw unknown('picture', sha256)
    // The name is the hash of the bytes, so what stands under it never changes.
    return reply
      .header('cache-control', 'private, max-age=31536000, immutable')
      .type(picture.mediaType)
      .send(Buffer.from(picture.bytes))
  })
  serve(app, API.ledger, ({ query, request }) => desk.ledger(query, sitesOf(callerOf(request), county)))
  serve(app, API.ledgerVerdict, () => desk.verify())
}

function unknown(what: string, name: string): HouseError {
  return new HouseError('http/not-found', `there is no ${what} ${name}`, { name })
}

/** Routes of the API by method and path, for whoever wants to walk them. */
export function everyRoute(): readonly AnyRoute[] {
  return Object.values(API)
}
