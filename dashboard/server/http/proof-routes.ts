import type { FastifyInstance } from 'fastify'
import { proofSheet } from '../proof/sheet.ts'
import { SHEET_STYLE } from '../proof/sheet-style.ts'
import { API } from './api.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of what can be proved. */
export function serveProof(app: FastifyInstance, { proof, county }: Pick<HttpServices, 'proof' | 'county'>): void {
  serve(app, API.proof, ({ params: { id } }) => proof.proof(id))
  serve(app, API.proofSheet, async ({ params: { id }, query: { lang }, reply }) => {
    const found = await proof.proof(id)
    const { site, point } = found.alarm
    const place = { site: county.site(site), point: county.pointName(site, point) }
    return reply.type('text/html; charset=utf-8').send(proofSheet(found, place, lang))
  })
  serve(app, API.proofStyle, ({ reply }) => {
    reply.type('text/css; charset=utf-8')
    return Promise.resolve(SHEET_STYLE)
  })
  serve(app, API.dailyRoots, async ({ query: { limit } }) => ({ roots: await proof.roots(limit) }))
  serve(app, API.quality, ({ query }) => proof.quality(query))
}
