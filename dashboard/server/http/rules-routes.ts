import type { FastifyInstance, FastifyRequest } from 'fastify'
import { seesSite } from '../../../core/contract/access.ts'
import type { RefusedBecause } from '../../../core/contract/acts.ts'
import type { Rehearsal } from '../../../core/contract/rule-rehearsal.ts'
import type { RuleForm, SaveRule } from '../../../core/contract/rules-desk.ts'
import { HouseError, isHouseError } from '../../../core/kit/errors.ts'
import { ruleForms } from '../../../core/rules/forms.ts'
import type { Vouched } from '../rules/change-rule.ts'
import type { SeenSite } from '../rules/rule-list.ts'
import { addressOf } from './address.ts'
import { API } from './api.ts'
import { callerOf, seesId } from './gate.ts'
import { LEADERS } from './route.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of rules. */
export function serveRules(app: FastifyInstance, services: HttpServices): void {
  serveReading(app, services)
  serveRehearsing(app, services)
  serveSaving(app, services)
}

function serveReading(app: FastifyInstance, { rules, county }: HttpServices): void {
  const seen = (request: FastifyRequest): SeenSite[] => {
    const caller = callerOf(request)
    return county
      .ids()
      .filter((id) => seesId(caller, county, id))
      .flatMap((id) => county.site(id) ?? [])
  }
  // They are the same as long as the program runs, and take some time to make.
  let forms: RuleForm[] | null = null
  serve(app, API.rules, ({ query, request }) => rules.list(query, seen(request)))
  serve(app, API.ruleTypes, () => Promise.resolve((forms ??= [...ruleForms()])))
  serve(app, API.ruleReview, ({ request }) => rules.review(seen(request)))
  serve(app, API.siteRules, ({ params: { site } }) => rules.site(site))
  serve(app, API.ruleHistory, ({ params }) => rules.history(params))
}

function serveRehearsing(app: FastifyInstance, { rules }: HttpServices): void {
  serve(app, API.checkRule, ({ params, body }) => rules.check(params, body))
  serve(app, API.rehearseRule, ({ params, body: edit, request }) =>
    rules.rehearse(params, { edit, by: callerOf(request).name }),
  )
  serve(app, API.rehearsals, async ({ params: { site }, query: { rule = null } }) => ({
    rehearsals: (await rules.rehearsals(site, rule)).map(withoutEpisodes),
  }))
  serve(app, API.rehearsal, async ({ params: { site, id } }) => ofSite(await rules.rehearsal(id), { site, id }))
  serve(app, API.cancelRehearsal, async ({ params: { site, id } }) => {
    ofSite(await rules.rehearsal(id), { site, id })
    return ofSite(await rules.cancel(id), { site, id })
  })
}

function ofSite(found: Rehearsal | null, { site, id }: { readonly site: string; readonly id: string }): Rehearsal {
  if (found?.site === site) return found
  throw new HouseError('http/not-found', `${site} has no rehearsal ${id}`, { name: id })
}

function withoutEpisodes(rehearsal: Rehearsal): Rehearsal {
  const { result } = rehearsal
  if (result === null) return rehearsal
  const { episodes, episodesLeftOut } = result
  return { ...rehearsal, result: { ...result, episodes: [], episodesLeftOut: episodesLeftOut + episodes.length } }
}

function serveSaving(app: FastifyInstance, services: HttpServices): void {
  const { rules, access } = services
  serve(app, API.saveRule, ({ params, body: save, request }) => {
    const caller = callerOf(request)
    if (caller.kind === 'service') {
      const because: RefusedBecause = 'person-only'
      throw new HouseError('http/forbidden', 'only a person may change a rule', { because })
    }
    return rules.save(params, {
      ...{ save, by: caller.name },
      confirm: async () => {
        const second = await secondOf(services, save.second, { request, ...params })
        await access.checkSecondFactor({ user: caller.name, code: save.code, address: addressOf(request) })
        return second
      },
    })
  })
}

interface Seconding {
  readonly request: FastifyRequest
  readonly site: string
  readonly rule: string
}

/** The second person who typed name and password, who must lead and see the site. One who will not do is in the ledger. */
async function secondOf(
  { access, desk, county }: Pick<HttpServices, 'access' | 'desk' | 'county'>,
  typed: SaveRule['second'],
  { request, site, rule }: Seconding,
): Promise<Vouched> {
  const expected = 'name and password of a duty leader or administrator as second person, other than the first'
  const refuse = async (because: RefusedBecause, came: string): Promise<never> => {
    const actor = { kind: 'person', name: callerOf(request).name } as const
    await desk.record({ actor, act: 'rule-change-refused', subject: site, detail: { rule, expected, came } })
    throw new HouseError('http/forbidden', `second: expected ${expected}; came ${came}`, {
      ...{ field: 'second', because, expected, came },
    })
  }
  if (typed === undefined) return await refuse('second-needed', 'nobody')
  if (typed.user === callerOf(request).name) return await refuse('second-same', 'the same person')
  const vouched = await access.vouch({ ...typed, address: addressOf(request) }).catch((error: unknown) => {
    if (isHouseError(error, 'http/unauthenticated')) return null
    throw error
  })
  if (vouched === null) return await refuse('second-refused', 'a name and password that do not fit together')
  const place = county.site(site)
  const mayLead = LEADERS.includes(vouched.role)
  if (!mayLead) return await refuse('second-refused', `the ${vouched.role} ${vouched.name}`)
  if (place !== null && !seesSite(vouched.scope, place))
    return await refuse('second-refused', `${vouched.name}, who does not see ${site}`)
  return { name: vouched.name }
}
