import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HouseError } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import { API } from './api.ts'
import { callerOf } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of the ways messages go out. */
export async function serveChannels(app: FastifyInstance, { channels }: HttpServices): Promise<void> {
  serve(app, API.channels, () => Promise.resolve([...channels.lamps()]))
  serve(app, API.testCall, async ({ params: { id }, body: { person }, request }) => {
    await channels.test(id, { person, by: callerOf(request).name })
    return { done: true as const }
  })
  serve(app, API.pushKey, () => new Promise((settle) => settle(channels.pushKey())))
  serve(app, API.pushSubscribe, async ({ body, request }) => {
    await channels.subscribe(personOf(request), body)
    return { done: true as const }
  })
  serve(app, API.pushUnsubscribe, async ({ body: { endpoint }, request }) => {
    await channels.unsubscribe(personOf(request), endpoint)
    return { done: true as const }
  })
  await app.register((inner, _, done) => {
    // What is signed is the text as it came.
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, parsed) => parsed(null, text))
    serve(inner, API.channelReport, ({ params: { id }, query, body, request }) =>
      // Providers stamp with the network's time, also where the county's own is played faster.
      channels.report(id, { headers: headersOf(request), query, body, at: systemClock.now() }),
    )
    done()
  })
}

/** The name of whoever is signed in. A program has no browser. */
function personOf(request: FastifyRequest): string {
  const { kind, name } = callerOf(request)
  if (kind === 'service') throw new HouseError('http/forbidden', 'only a person can ask for push messages')
  return name
}

function headersOf({ headers }: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
