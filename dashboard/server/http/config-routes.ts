import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../../../core/contract/ledger.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { API } from './api.ts'
import { callerOf } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of configurations that are sent to sites. */
export function serveConfigs(app: FastifyInstance, { configs, county }: HttpServices): void {
  const known = (site: string): string => {
    if (county.site(site) === null) throw new HouseError('http/not-found', `there is no site ${site}`, { name: site })
    return site
  }
  serve(app, API.configs, ({ params: { site } }) => configs.list(known(site)))
  serve(app, API.config, async ({ params: { site, version } }) => {
    const found = await configs.get(known(site), version)
    if (found !== null) return found
    throw new HouseError('http/not-found', `there is no version ${version} of ${site}`, { site, version })
  })
  serve(app, API.pushConfig, ({ params: { site }, body, request }) => configs.push(known(site), body, actorOf(request)))
  serve(app, API.restoreConfig, ({ params: { site, version }, request }) =>
    configs.restore(known(site), version, actorOf(request)),
  )
}

function actorOf(request: FastifyRequest): Actor {
  const { kind, name } = callerOf(request)
  return { kind, name }
}
