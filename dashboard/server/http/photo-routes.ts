import type { FastifyInstance } from 'fastify'
import type { RefusedBecause } from '../../../core/contract/acts.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { openPhotoDesk } from '../photos/photo-desk.ts'
import { API } from './api.ts'
import { callerOf } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of photos from the spot. */
export async function servePhotos(app: FastifyInstance, services: HttpServices): Promise<void> {
  const photos = openPhotoDesk(services)
  await app.register((inner, _, done) => {
    // A file is bytes, whatever it says it is.
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, parsed) => parsed(null, bytes))
    serve(inner, API.addPhoto, ({ params, query, body, request }) => {
      const { name, kind } = callerOf(request)
      if (kind === 'service') {
        const because: RefusedBecause = 'person-only'
        throw new HouseError('http/forbidden', 'only a person may add a photo', { because })
      }
      return photos.add({ ...query, alarm: params.id, by: name, bytes: body })
    })
    done()
  })
}
