import { z } from 'zod'
import { ConfigPushed } from '../../../core/contract/config-lane.ts'
import { Rehearsal, RehearsalList, type RehearseEdit } from '../../../core/contract/rule-rehearsal.ts'
import {
  EditVerdict,
  type RuleEdit,
  RuleForm,
  RuleHistory,
  RuleReview,
  RulesList,
  type SaveRule,
  SiteRules,
} from '../../../core/contract/rules-desk.ts'
import type { Api } from './api.ts'
import type { RulePlace, RulesView } from './rules-view.ts'

/** What the screen of rules asks of the control room. Throws HouseError with the code of the refusal. */
export interface RulesCalls {
  list(view: RulesView, limit: number, signal: AbortSignal): Promise<RulesList>
  types(signal: AbortSignal): Promise<RuleForm[]>
  review(signal: AbortSignal): Promise<RuleReview>
  site(site: string, signal: AbortSignal): Promise<SiteRules>
  history(place: RulePlace, signal: AbortSignal): Promise<RuleHistory>
  check(place: RulePlace, edit: RuleEdit): Promise<EditVerdict>
  rehearse(place: RulePlace, edit: RehearseEdit): Promise<Rehearsal>
  save(place: RulePlace, body: SaveRule): Promise<ConfigPushed>
  rehearsals(place: RulePlace, signal: AbortSignal): Promise<readonly Rehearsal[]>
  rehearsal(site: string, id: string, signal: AbortSignal): Promise<Rehearsal>
  cancel(site: string, id: string): Promise<Rehearsal>
}

/** A change is read by a thread that may have to be begun; nothing takes longer. */
const WITHIN_MS = 30_000

/** The calls over the page's interface. */
export function rulesCalls({ ask }: Pick<Api, 'ask'>): RulesCalls {
  const soon = () => AbortSignal.timeout(WITHIN_MS)
  const post = <T>(path: string, body: unknown, answer: z.ZodType<T>) =>
    ask(path, { method: 'POST', body, answer, signal: soon() })
  return {
    list: (view, limit, signal) => ask(`/api/rules?${listQuery(view, limit)}`, { answer: RulesList, signal }),
    types: (signal) => ask('/api/rules/types', { answer: z.array(RuleForm), signal }),
    review: (signal) => ask('/api/rules/review', { answer: RuleReview, signal }),
    site: (site, signal) => ask(`${sitePath(site)}/rules`, { answer: SiteRules, signal }),
    history: (place, signal) => ask(`${rulePath(place)}/history`, { answer: RuleHistory, signal }),
    check: (place, edit) => post(`${rulePath(place)}/check`, edit, EditVerdict),
    rehearse: (place, edit) => post(`${rulePath(place)}/rehearsals`, edit, Rehearsal),
    save: (place, body) => post(rulePath(place), body, ConfigPushed),
    rehearsals: async ({ site, rule }, signal) => {
      const path = `${sitePath(site)}/rehearsals?rule=${encodeURIComponent(rule)}`
      return (await ask(path, { answer: RehearsalList, signal })).rehearsals
    },
    rehearsal: (site, id, signal) => ask(`${sitePath(site)}/rehearsals/${id}`, { answer: Rehearsal, signal }),
    cancel: (site, id) =>
      ask(`${sitePath(site)}/rehearsals/${id}`, { method: 'DELETE', answer: Rehearsal, signal: soon() }),
  }
}

function sitePath(site: string): string {
  return `/api/sites/${encodeURIComponent(site)}`
}

function rulePath({ site, rule }: RulePlace): string {
  return `${sitePath(site)}/rules/${encodeURIComponent(rule)}`
}

function listQuery({ site, type, priority, armed, text }: RulesView, limit: number): string {
  const given = { site, type, priority, armed, text: text.trim() === '' ? null : text.trim(), limit: String(limit) }
  const values = Object.entries(given).flatMap(([key, value]) => (value === null ? [] : [[key, value]]))
  return new URLSearchParams(values).toString()
}
