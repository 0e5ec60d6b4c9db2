import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import type { Certificate } from '../../../core/contract/chain.ts'
import type { CertificateQuery } from '../../../core/contract/http.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Waiting } from '../archive/certificate.ts'
import { type Issued, issueCertificate } from '../archive/certify.ts'
import { exportLines } from '../archive/export.ts'
import { API } from './api.ts'
import { callerOf } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

type Services = Pick<HttpServices, 'archive' | 'county' | 'desk' | 'clock'>

/** The routes that prove what has come of a site's readings. */
export function serveCertificates(app: FastifyInstance, services: Services): void {
  serve(app, API.certificate, async ({ params: { site }, query }) => {
    const issued = await issue(services, site, query)
    return issued?.certificate ?? nothingKnown(site, query, services.clock.now())
  })
  serve(app, API.certificateExport, async ({ params: { site }, query, request, reply }) => {
    const issued = await issue(services, site, query)
    if (issued === null) throw new HouseError('http/not-found', `nothing is recorded of ${site} in that time`, { site })
    const lines = exportLines(services.archive, issued, issued.waiting)
    // What is wrong with the archive shows before the first line, while it can still be told.
    const first = await lines.next()
    const { from, to, readings, missing, chains } = issued.certificate
    const caller = callerOf(request)
    await services.desk.record({
      actor: { kind: caller.kind, name: caller.name },
      act: 'completeness-exported',
      subject: site,
      detail: { from, to, readings, missing, chains: chains.map(({ stream, last, hash }) => ({ stream, last, hash })) },
    })
    return reply
      .header('content-disposition', `attachment; filename="${fileName(site, from, to)}"`)
      .type('application/x-ndjson; charset=utf-8')
      .send(Readable.from(joined(first.done === true ? '' : first.value, lines)))
  })
}

async function* joined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

async function issue(
  { archive, county, clock }: Services,
  site: string,
  { from, to }: z.output<typeof CertificateQuery>,
): Promise<(Issued & { readonly waiting: Waiting | null }) | null> {
  if (from >= to) {
    const facts = { expected: 'from before to', came: `${from}…${to}` }
    throw new HouseError('http/invalid', `query: expected ${facts.expected}, came ${facts.came}`, facts)
  }
  const outbox = county.gateway(site)?.health?.outbox
  const waiting = outbox === undefined ? null : { readings: outbox.readings, oldestAt: outbox.oldestAt }
  const issued = await issueCertificate(archive, { site, from, to, now: clock.now(), waiting })
  return issued === null ? null : { ...issued, waiting }
}

/** A proof of nothing: of no time, borne out by no chain. */
function nothingKnown(site: string, { to }: z.output<typeof CertificateQuery>, issuedAt: UtcMs): Certificate {
  const at = UtcMs.parse(to)
  const none = { complete: false, readings: 0, missing: 0, uncertaintyMs: null, holes: [], chains: [] }
  return { site, from: at, to: at, issuedAt, ...none }
}

/** Times as they sort, so that a folder of exports is in order. */
function fileName(site: string, from: number, to: number): string {
  const short = (at: number) => new Date(at).toISOString().slice(0, 16).replace(/[-:]/g, '')
  return `pitwatch-${site}-${short(from)}-${short(to)}.ndjson`
}
