import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../../../core/contract/ledger.ts'
import type { ImportResult, RegisterEntry } from '../../../core/contract/register.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { Language } from '../../../core/contract/text.ts'
import { csvText } from '../../../core/kit/csv.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { planImport } from '../register/import-sheet.ts'
import { listRow } from '../register/list-row.ts'
import { maskedEntry, maskedRow } from '../register/masked.ts'
import { latestDay } from '../register/register.ts'
import { sheetRows, type SheetSite } from '../register/sheet.ts'
import { openSparklines } from '../register/sparklines.ts'
import { API } from './api.ts'
import { callerOf } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

type Services = Pick<HttpServices, 'register' | 'county' | 'desk' | 'history' | 'clock'>

/** The routes of the site register. */
export function serveRegister(app: FastifyInstance, services: Services): void {
  serveFiles(app, services)
  serveSheet(app, services)
  const { county } = services
  const sparklines = openSparklines(services)
  serve(app, API.register, ({ request }) => {
    const rows = seenSites(request, services).map(({ entry }) => listRow(entry, county))
    return Promise.resolve({ rows: seesPhones(request) ? rows : rows.map(maskedRow) })
  })
  serve(app, API.sparklines, async ({ query: { sites }, request }) => {
    const seen = new Set(seenSites(request, services).map(({ site }) => site.id))
    return { sparklines: await sparklines.of(sites.filter((site) => seen.has(site))) }
  })
}

function serveFiles(app: FastifyInstance, { register, county }: Services): void {
  const known = (id: string): Site => {
    const site = county.site(id)
    if (site === null) throw new HouseError('http/not-found', `there is no site ${id}`, { name: id })
    return site
  }
  const shown = (entry: RegisterEntry, request: FastifyRequest) => (seesPhones(request) ? entry : maskedEntry(entry))
  serve(app, API.siteFile, ({ params: { site }, request }) =>
    Promise.resolve(shown(register.entry(known(site)), request)),
  )
  serve(app, API.saveSiteFile, async ({ params: { site: id }, body, request }) => {
    const { kind } = known(id)
    const site = { id, kind }
    await register.save([{ site, ...body }], { actor: actorOf(request), via: 'form' })
    return register.entry(site)
  })
  serve(app, API.siteFileVersions, async ({ params: { site }, request }) => {
    const versions = await register.versions(known(site).id)
    return { site, versions: versions.map((entry) => shown(entry, request)) }
  })
}

function serveSheet(app: FastifyInstance, services: Services): void {
  const { desk } = services
  serve(app, API.exportRegister, async ({ query: { language }, request, reply }) => {
    const whole = seesPhones(request)
    const sites = seenSites(request, services).map(({ site, entry }) => ({
      site,
      entry: whole ? entry : maskedEntry(entry),
    }))
    const detail = { sites: sites.length, phones: whole }
    await desk.record({ actor: actorOf(request), act: 'register-exported', subject: 'register', detail })
    const day = new Date(await desk.time()).toISOString().slice(0, 10).replaceAll('-', '')
    return reply
      .header('content-disposition', `attachment; filename="pitwatch-register-${day}.csv"`)
      .type('text/csv; charset=utf-8')
      .send(csvText(sheetRows(sites, language)))
  })
  serve(app, API.importRegister, ({ body, query: { language }, request }) =>
    takeSheet(body, { services, request, language }),
  )
}

interface Taking {
  readonly services: Services
  readonly request: FastifyRequest
  readonly language: Language
}

async function takeSheet(
  { csv, plan }: { readonly csv: string; readonly plan: string | null },
  { services, request, language }: Taking,
): Promise<ImportResult> {
  const { register, desk } = services
  const seen = new Map(seenSites(request, services).map((one) => [one.site.id, one]))
  const latest = latestDay(await desk.time())
  const planned = planImport(csv, { siteOf: (id) => seen.get(id) ?? null, language, latest })
  const { faults } = planned.result
  if (plan === null) return { done: false, ...planned.result }
  if (faults.length > 0) {
    const lines = faults.map(({ line, column, message }) => `${line} · ${column}: ${message}`)
    throw new HouseError('http/invalid', lines.join('\n'), { faults: faults.length })
  }
  if (planned.result.plan !== plan) {
    throw new HouseError(
      'http/conflict',
      'expected the plan of the run before, came another; the register has changed since: run it again',
    )
  }
  await register.save(planned.files, { actor: actorOf(request), via: 'import' })
  return { done: true, ...planned.result }
}

/** Sites the caller may be told of, with their files. */
function seenSites(request: FastifyRequest, { county, register }: Services): SheetSite[] {
  const caller = callerOf(request)
  return county.ids().flatMap((id) => {
    const site = county.site(id)
    return site === null || !caller.sees(site) ? [] : [{ site, entry: register.entry(site) }]
  })
}

/** Whoever calls people sees whole numbers; a viewer calls nobody. */
function seesPhones(request: FastifyRequest): boolean {
  return callerOf(request).role !== 'viewer'
}

function actorOf(request: FastifyRequest): Actor {
  const { kind, name } = callerOf(request)
  return { kind, name }
}
