import type { FastifyInstance } from 'fastify'
import { gatewayRow } from '../system/gateway-rows.ts'
import { API } from './api.ts'
import { callerOf, sitesOf } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of how everything that watches is doing. */
export function serveSystem(
  app: FastifyInstance,
  {
    county,
    board,
    identity,
    machine,
    clock,
  }: Pick<HttpServices, 'county' | 'board' | 'identity' | 'machine' | 'clock'>,
): void {
  serve(app, API.system, async ({ request }) => {
    const { certificates } = await identity.overview()
    const ids = sitesOf(callerOf(request), county) ?? county.ids()
    const gateways = ids.flatMap((id) => {
      const summary = county.summary(id, board.of(id))
      const report = county.gateway(id)
      if (summary === null || report === null) return []
      const { site, online, lastHeardAt } = summary
      return [gatewayRow({ site, online, lastHeardAt, report, certificates })]
    })
    return { at: clock.now(), machine: await machine(), gateways }
  })
}
