import { type ConfigContent, RunningConfig } from '../../../core/contract/config-lane.ts'
import type { Receipt } from '../../../core/contract/lanes.ts'
import type { RuleSheet } from '../../../core/contract/rules-desk.ts'
import { topicOf, topicText } from '../../../core/contract/topics.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import { hashOfContent, unpackedContent } from '../../../platform/site-config.ts'
import { VERSION } from '../../../platform/version.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { BrokerLink, BrokerMessage } from '../broker/link.ts'
import type { Database } from '../db/database.ts'
import { openWorkLane } from '../ingest/work-lane.ts'
import type { ContentReader } from '../rules/content-reader.ts'
import { judgedBy } from '../rules/edit-content.ts'
import {
  addChanges,
  type ChangeRow,
  keepRunning,
  keepSheets,
  runningContent,
  runningHead,
  sheetsOfSite,
  touchRunning,
  untellRunning,
} from '../rules/rule-rows.ts'
import { findVersion } from './rows.ts'

/** What each site runs with, as its gateway tells, and every change of a rule that this makes known. */
export interface RunningConfigs {
  /** Takes what a gateway runs with; other messages are left alone. Quick, never throws. */
  take(message: BrokerMessage): void
  /** Resolves when everything taken so far is kept, or has failed. */
  settled(): Promise<void>
}

export interface RunningConfigsDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append' | 'time'>
  /** null where it is not known, and nothing is heard. */
  readonly group: string | null
  readonly reader: Pick<ContentReader, 'read'>
  /** Throws `mqtt/refused` when the broker cannot be reached now. */
  readonly publish: BrokerLink['publish']
  readonly log: Log
}

/** Messages that may wait for the database; beyond them a gateway tells again on its next connection. */
const MOST_WAITING = 2_000

/** null = the gateway tells nothing any more. */
interface Told {
  readonly site: string
  readonly running: RunningConfig | null
}

export function openRunningConfigs(deps: RunningConfigsDeps): RunningConfigs {
  const { group, log } = deps
  const lane = openWorkLane<Told>({
    most: MOST_WAITING,
    what: 'configuration that a gateway runs with',
    log,
    work: (told) => takeTold(deps, told),
  })
  const refused = { isSaid: false }
  return {
    take: ({ topic: text, payload }) => {
      const topic = topicOf(text)
      if (topic?.kind !== 'running-config' || topic.group !== group) return
      try {
        const running =
          payload.length === 0 ? null : RunningConfig.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
        if (running !== null && running.siteId !== topic.site)
          throw new Error(`expected a configuration of ${topic.site}, came ${running.siteId}`)
        // A body must not be replaced by the head that comes behind it.
        lane.add(`${topic.site} ${running?.body === null ? 'head' : 'body'}`, { site: topic.site, running })
        refused.isSaid = false
      } catch (error) {
        const facts = { code: 'message/malformed', site: topic.site, why: messageOf(error).slice(0, 500) }
        if (!refused.isSaid) log.warn(facts, 'what a gateway runs with is refused; further ones are not logged')
        refused.isSaid = true
      }
    },
    settled: () => lane.settled(),
  }
}

async function takeTold(deps: RunningConfigsDeps, { site, running }: Told): Promise<void> {
  const { db, desk } = deps
  if (running === null) {
    await db.transaction((q) => untellRunning(q, site))
    return
  }
  const { version, sha256, body } = running
  const known = await db.read((q) => runningHead(q, site))
  const at = await desk.time()
  if (known?.sha256 === sha256) {
    if (known.readBy === VERSION) await db.transaction((q) => touchRunning(q, site, { version, at }))
    else await readAgain(deps, { site, version, sha256, at })
  } else if (body === null) {
    await receipt(deps, site, { lane: 'running-config', sha256, verdict: 'keep', reason: 'its content is not known' })
    return
  } else {
    const content = contentIn(body, sha256)
    if (content === null) {
      const facts = { code: 'message/malformed', site }
      deps.log.warn(facts, 'what a gateway runs with does not fit its hash, and is not taken')
      return
    }
    await keepContent(deps, { site, version, sha256, at, content })
  }
  await receipt(deps, site, { lane: 'running-config', sha256, verdict: 'accept' })
}

interface Came {
  readonly site: string
  readonly version: number
  readonly sha256: string
  readonly at: number
}

/** The same text may mean other rules to another version of the program. */
async function readAgain(deps: RunningConfigsDeps, came: Came): Promise<void> {
  const content = await deps.db.read((q) => runningContent(q, came.site))
  if (content !== null) await keepContent(deps, { ...came, content })
}

/** Keeps a configuration, its rules, and what is other than before. */
async function keepContent(
  { db, desk, reader, log }: RunningConfigsDeps,
  came: Came & { readonly content: ConfigContent },
): Promise<void> {
  const { site, version, sha256, at } = came
  const { sheets, faults, missing } = await reader.read(came.content)
  const changes = await db.transaction(async (q) => {
    const isFirst = (await runningHead(q, site)) === null
    const by = version === 0 ? null : ((await findVersion(q, site, version))?.by ?? null)
    const made = isFirst || faults.length > 0 ? [] : changesBetween(await sheetsOfSite(q, site), sheets)
    await keepRunning(q, { ...came, readBy: VERSION, faults, missing })
    // Rules that cannot be read here are still those that were known, for the next comparison.
    if (faults.length === 0) await keepSheets(q, site, sheets)
    await addChanges(
      q,
      made.map((change): ChangeRow => ({ ...change, site, at, by, version })),
    )
    const detail = { version, sha256, rules: sheets.length, changed: made.map(({ rule }) => rule).slice(0, MOST_NAMED) }
    await desk.append(q, [{ actor: { kind: 'system', name: site }, act: 'configuration-told', subject: site, detail }])
    return made.length
  })
  log.info({ site, version, rules: sheets.length, changes }, 'the rules of a site are known')
}

/** Rules that a ledger entry names; the history of each rule has them all. */
const MOST_NAMED = 50

function contentIn(body: string, sha256: string): ConfigContent | null {
  try {
    const content = unpackedContent(body)
    return hashOfContent(content) === sha256 ? content : null
  } catch {
    return null
  }
}

function changesBetween(before: readonly RuleSheet[], after: readonly RuleSheet[]) {
  const [was, is] = [before, after].map((sheets) => new Map(sheets.map((sheet) => [sheet.rule, sheet])))
  const rules = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].sort()
  return rules
    .map((rule) => ({ rule, before: was?.get(rule) ?? null, after: is?.get(rule) ?? null }))
    .filter((change) => shown(change.before) !== shown(change.after))
}

function shown(sheet: RuleSheet | null): string | null {
  return sheet === null ? null : judgedBy(sheet)
}

async function receipt({ group, publish, log }: RunningConfigsDeps, site: string, said: Receipt): Promise<void> {
  if (group === null) return
  await publish(topicText({ kind: 'receipt', group, site }), JSON.stringify(said), { qos: 1 }).catch((error: unknown) =>
    log.debug({ site, why: messageOf(error) }, 'a receipt could not be sent'),
  )
}
