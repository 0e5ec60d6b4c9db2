import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../../../core/contract/ledger.ts'
import { API } from './api.ts'
import { callerOf, seesId } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of the county's map and of how many alarms came. */
export async function serveMap(app: FastifyInstance, { map, county }: HttpServices): Promise<void> {
  serve(app, API.mapLayers, async () => ({ layers: await map.layers() }))
  serve(app, API.mapLayer, async ({ params: { id }, reply }) => {
    const { bytes, mediaType } = await map.content(id)
    return reply
      .header('cache-control', 'private, max-age=31536000, immutable')
      .type(mediaType)
      .send(Buffer.from(bytes))
  })
  serve(app, API.orderMapLayers, async ({ body: { layers }, request }) => ({
    layers: await map.order(layers, actorOf(request)),
  }))
  serve(app, API.removeMapLayer, async ({ params: { id }, request }) => {
    await map.remove(id, actorOf(request))
    return { done: true as const }
  })
  serve(app, API.alarmRate, ({ query, request }) => {
    const caller = callerOf(request)
    const sites = () => county.ids().filter((id) => seesId(caller, county, id))
    return map.rate(query, caller.scope.of === 'county' ? null : sites())
  })
  await app.register((inner, _, done) => {
    // A file is bytes, whatever it says it is.
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, parsed) => parsed(null, bytes))
    serve(inner, API.addMapLayer, ({ query, body, request }) => map.addGeoJson(query, body, actorOf(request)))
    serve(inner, API.addMapImage, ({ query, body, request }) => map.addImage(query, body, actorOf(request)))
    done()
  })
}

function actorOf(request: FastifyRequest): Actor {
  const { kind, name } = callerOf(request)
  return { kind, name }
}
