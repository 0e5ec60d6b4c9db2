import type { ConfigContent, ConfigPushed } from '../../../core/contract/config-lane.ts'
import type { Rehearsal, RehearseEdit } from '../../../core/contract/rule-rehearsal.ts'
import type { EditVerdict, RuleEdit, SaveRule } from '../../../core/contract/rules-desk.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { hashOfContent } from '../../../platform/site-config.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { ConfigDesk } from '../configs/config-desk.ts'
import type { Database } from '../db/database.ts'
import type { ContentReader } from './content-reader.ts'
import type { EditedContent } from './edit-content.ts'
import type { Rehearsals } from './rehearsals.ts'
import { isUnderWay, sentTo } from './rule-list.ts'
import { addSave, runningContent, runningHead } from './rule-rows.ts'

export interface ChangeDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'record' | 'time'>
  readonly configs: Pick<ConfigDesk, 'push'>
  readonly reader: Pick<ContentReader, 'edit'>
  readonly rehearsals: Rehearsals
}

/** A rehearsal says nothing of what happened since. */
const FRESH_MS = 3_600_000

/** The second person of a change: one who leads, and is not the first. */
export interface Vouched {
  readonly name: string
}

/** A change that somebody wants saved. */
export interface WantedSave {
  readonly save: SaveRule
  readonly by: string
  /** Makes sure of two persons, and of who the first is; asked for a red rule when nothing else is in the way. Throws what refuses it. */
  readonly confirm: () => Promise<Vouched>
}

/** Which rule. */
export interface RulePlace {
  readonly site: string
  readonly rule: string
}

/** Every fault of a change, as its gateway would find them; nothing is kept. Throws `http/not-found`, `http/conflict`. */
export async function checkEdit(deps: ChangeDeps, place: RulePlace, edit: RuleEdit): Promise<EditVerdict> {
  const { content, before, after, faults } = await edited(deps, place, edit)
  const sha256 = content === null ? null : hashOfContent(content)
  return { faults: [...faults], sha256, before, after, needsSecond: isRed(before.priority, edit.priority) }
}

/** Has a change rehearsed. Throws as `checkEdit`, `http/invalid` with its first fault, and `http/too-many`. */
export async function rehearseEdit(
  deps: ChangeDeps,
  place: RulePlace,
  { edit, by }: { readonly edit: RehearseEdit; readonly by: string },
): Promise<Rehearsal> {
  const found = await edited(deps, place, edit)
  const { content, after } = sound(found)
  return await deps.rehearsals.ask({
    ...{ ...place, by, days: edit.days, learnDays: edit.learnDays, before: found.before, after },
    base: { sha256: edit.base, content: found.base },
    proposed: { sha256: hashOfContent(content), content },
  })
}

/**
 * Sends a site its configuration with one rule changed. A rehearsal of exactly this of the last hour must be there and must not have been
 * refused, or a reason why not; a red rule takes a second person. Throws as `rehearseEdit`, and what `confirm` throws.
 */
export async function saveEdit(
  deps: ChangeDeps,
  place: RulePlace,
  { save, by, confirm }: WantedSave,
): Promise<ConfigPushed> {
  const { db, configs } = deps
  const { site, rule } = place
  const found = await edited(deps, place, save)
  const { content, after } = sound(found)
  const sha256 = hashOfContent(content)
  if (sha256 === save.base) throw invalid('with', 'a change', 'the rule as it is')
  const sent = await db.read(async (q) => sentTo(q, site, await runningHead(q, site)))
  if (isUnderWay(sent))
    throw new HouseError('http/conflict', `version ${sent?.version} is still on its way to ${site}; wait for its end`)
  const rehearsal = await rehearsalFor(deps, { site, base: save.base, proposed: sha256, despite: save.despite })
  const second = isRed(found.before.priority, save.priority) ? (await confirm()).name : null
  const facts = {
    ...{ rule, from: shown(found.before), to: shown(after), reason: save.reason, second },
    ...{ rehearsal, despite: save.despite ?? null },
  }
  return await configs.push(site, content, { kind: 'person', name: by }, async (q, version) => {
    await addSave(q, { site, version, rule, reason: save.reason, second })
    const detail = { ...facts, version }
    return [{ actor: { kind: 'person', name: by }, act: 'rule-changed', subject: site, detail }]
  })
}

interface Rehearsed {
  readonly site: string
  readonly base: string
  readonly proposed: string
  readonly despite: string | undefined
}

/** The rehearsal a change rests on; null where there is none and somebody said why. Throws `http/invalid`. */
async function rehearsalFor({ desk, rehearsals }: ChangeDeps, wanted: Rehearsed): Promise<string | null> {
  const { site, despite, ...contents } = wanted
  const done = await rehearsals.done(site, contents)
  const rehearsal = isFresh(done, await desk.time()) ? done : null
  if (despite !== undefined || rehearsal?.result?.isRefused === false) return rehearsal?.id ?? null
  const came = rehearsal === null ? 'none of exactly this' : 'one that was refused'
  throw invalid('despite', 'a rehearsal of the last hour that was not refused, or a reason why without', came)
}

interface Found extends EditedContent {
  readonly base: ConfigContent
  readonly before: NonNullable<EditedContent['before']>
}

async function edited({ db, reader }: ChangeDeps, { site, rule }: RulePlace, edit: RuleEdit): Promise<Found> {
  const { head, base } = await db.read(async (q) => {
    return { head: await runningHead(q, site), base: await runningContent(q, site) }
  })
  if (head?.isTold !== true || base === null)
    throw new HouseError('http/not-found', `${site} is configured on site, and not known here`, { name: site })
  if (head.sha256 !== edit.base) {
    const facts = { expected: head.sha256, came: edit.base }
    throw new HouseError('http/conflict', `the configuration of ${site} has changed meanwhile; look at it again`, facts)
  }
  const found = await reader.edit(base, { rule, priority: edit.priority, with: edit.with })
  if (found.before === null) throw new HouseError('http/not-found', `${site} has no rule ${rule}`, { name: rule })
  return { ...found, before: found.before, base }
}

/** A change without a fault. Throws `http/invalid` with all of them, and the field of the first. */
function sound({ content, after, faults }: Found) {
  if (content !== null && after !== null) return { content, after }
  const [first] = faults
  const message = faults.map(({ path, message: why }) => (path === '' ? why : `${path}: ${why}`)).join('\n')
  throw new HouseError('http/invalid', message, { field: first?.path ?? '', faults: faults.length })
}

function isRed(...priorities: readonly string[]): boolean {
  return priorities.includes('red')
}

function isFresh(done: Rehearsal | null, now: number): done is Rehearsal {
  return done !== null && done.finishedAt !== null && now - done.finishedAt <= FRESH_MS
}

/** What the ledger keeps of a rule: what can be changed. */
function shown({ priority, with: params }: EditVerdict['before']) {
  return { priority, with: params }
}

function invalid(field: string, expected: string, came: string): HouseError {
  return new HouseError('http/invalid', `${field}: expected ${expected}, came ${came}`, { field, expected, came })
}
