import {
  type ConfigContent,
  type ConfigDetail,
  type ConfigPushed,
  ConfigReport,
  type ConfigState,
  type SiteConfig,
  type SiteConfigs,
} from '../../../core/contract/config-lane.ts'
import type { Receipt } from '../../../core/contract/lanes.ts'
import type { Actor, LedgerAct } from '../../../core/contract/ledger.ts'
import { topicOf, topicText } from '../../../core/contract/topics.ts'
import { HouseError, isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { hashOfContent } from '../../../platform/site-config.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { BrokerLink, BrokerMessage } from '../broker/link.ts'
import type { Database, Query } from '../db/database.ts'
import { openWorkLane } from '../ingest/work-lane.ts'
import { contentFaults } from './check-content.ts'
import { addVersion, findVersion, highestVersion, keepReport, newestNumbers, reportOf, versionsOf } from './rows.ts'

/** Reports that may wait for the database; beyond them a gateway tells again. */
const MOST_REPORTS = 2_000

/** Versions that another program has made are looked for this often. */
const LOOK_MS = 1_000

/** What sites are to be: versions that only grow, sent signed and retained, and what their gateways say of them. */
export interface ConfigDesk {
  /**
   * Makes the next version of a site and sends it; `alongside` is kept with it or not at all, and answers what the ledger says besides.
   * Throws `http/invalid` with every fault.
   */
  push(site: string, content: ConfigContent, by: Actor, alongside?: Alongside): Promise<ConfigPushed>
  /** Sends an old version again, as the next. Throws `http/not-found`. */
  restore(site: string, version: number, by: Actor): Promise<ConfigPushed>
  list(site: string): Promise<SiteConfigs>
  get(site: string, version: number): Promise<ConfigDetail | null>
  /** Takes a gateway's report; other messages are left alone. Quick, never throws. */
  take(message: BrokerMessage): void
  /** Sends the newest version of each site on a new connection: the broker may have forgotten them. Throws `mqtt/refused`. */
  announce(publish: BrokerLink['publish']): Promise<void>
  /** Sends what other programs have made, until the signal aborts; then ends what it has begun. */
  run(signal: AbortSignal): Promise<void>
}

/** What is kept in one transaction with a version. */
export type Alongside = (q: Query, version: number) => Promise<readonly LedgerAction[]>

export interface ConfigDeskDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append' | 'time'>
  /** null where it is not known, and nothing is sent or heard. */
  readonly group: string | null
  /** Signs by the authority of the county; null where there is none. */
  readonly sign: (signed: object) => string | null
  /** Throws `mqtt/refused` when the broker cannot be reached now. */
  readonly publish: BrokerLink['publish']
  readonly clock: Clock
  readonly log: Log
}

export function openConfigDesk(deps: ConfigDeskDeps): ConfigDesk {
  const { db, group, log } = deps
  const reports = openWorkLane<ConfigReport>({
    most: MOST_REPORTS,
    what: 'report of a configuration',
    log,
    work: (report) => takeReport(deps, report),
  })
  const refused = { isSaid: false }
  const sender = openSender(deps)
  const make = async (made: Made): Promise<ConfigPushed> => {
    const { site, version, sha256 } = await makeVersion(deps, made)
    await sender.send()
    return { site, version, sha256 }
  }
  return {
    push: async (site, content, by, alongside) => {
      const faults = contentFaults(content, { site, group })
      if (faults.length > 0) throw new HouseError('http/invalid', faults.join('\n'), { faults: faults.length })
      return await make({ site, content, by, copyOf: null, alongside })
    },
    restore: async (site, version, by) => {
      const old = await db.read((q) => findVersion(q, site, version))
      if (old === null) throw unknownVersion(site, version)
      return await make({ site, content: old.content, by, copyOf: version })
    },
    list: (site) =>
      db.read(async (q) => {
        const told = await reportOf(q, site)
        const { report = null, receivedAt = null } = told ?? {}
        return { site, versions: await versionsOf(q, site), report, receivedAt }
      }),
    get: (site, version) => db.read((q) => findVersion(q, site, version)),
    take: ({ topic: text, payload }) => {
      const topic = topicOf(text)
      if (topic?.kind !== 'config-report' || topic.group !== group || payload.length === 0) return
      try {
        const report = ConfigReport.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
        if (report.siteId !== topic.site) throw new Error(`expected a report of ${topic.site}, came ${report.siteId}`)
        reports.add(topic.site, report)
        refused.isSaid = false
      } catch (error) {
        const facts = { code: 'message/malformed', site: topic.site, why: messageOf(error).slice(0, 500) }
        if (!refused.isSaid) log.warn(facts, 'a report of a configuration is refused; further ones are not logged')
        refused.isSaid = true
      }
    },
    announce: (publish) => sender.announce(publish),
    run: async (signal) => {
      while (!signal.aborted) {
        await systemClock.sleep(LOOK_MS, signal).catch(() => undefined)
        await sender.send()
      }
      await reports.settled()
    },
  }
}

/** Makes the next version of a site, with the entry of the ledger that says so. */
async function makeVersion(
  { db, desk, clock, log }: ConfigDeskDeps,
  made: Made,
): Promise<Omit<ConfigDetail, 'report'>> {
  const { site, content, by, copyOf, alongside } = made
  const config = await db.transaction(async (q) => {
    const version = (await highestVersion(q, site)) + 1
    const facts = { site, version, sha256: hashOfContent(content), issuedAt: clock.now(), by: by.name, copyOf, content }
    await addVersion(q, facts)
    const detail = { version, sha256: facts.sha256, ...(copyOf === null ? {} : { copyOf }) }
    const more = (await alongside?.(q, version)) ?? []
    await desk.append(q, [{ actor: by, act: 'configuration-pushed', subject: site, detail }, ...more])
    return facts
  })
  log.info({ site, version: config.version, by: by.name }, 'a configuration is to be sent')
  return config
}

interface Sender {
  /** Sends what was not sent yet. Never throws: what cannot be sent goes with the next call, or the next connection. */
  send(): Promise<void>
  announce(publish: BrokerLink['publish']): Promise<void>
}

function openSender({ db, group, sign, publish, log }: ConfigDeskDeps): Sender {
  const sent = new Map<string, number>()
  let isWell = true
  const sendNew = async (over: BrokerLink['publish']) => {
    if (group === null) return
    const newest = await db.read(newestNumbers)
    for (const { site, version } of newest) {
      if ((sent.get(site) ?? 0) >= version) continue
      const config = await db.read((q) => findVersion(q, site, version))
      if (config === null) continue
      const { content, sha256, issuedAt, by } = config
      const bare = { siteId: site, version, ...content, sha256, issuedAt, by }
      const message: SiteConfig = { ...bare, signature: sign(bare) }
      const topic = topicText({ kind: 'config', group, site })
      await over(topic, JSON.stringify(message), { qos: 1, retain: true })
      sent.set(site, version)
    }
  }
  // One after the other: an older version that is still being read must not be sent behind a newer one and stay at the broker.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
  return {
    send: async () => {
      try {
        await inTurn(() => sendNew(publish))
        isWell = true
      } catch (error) {
        const code = isHouseError(error) ? error.code : 'mqtt/refused'
        if (isWell) log.warn({ code, why: messageOf(error) }, 'configurations wait: they cannot be sent now')
        isWell = false
      }
    },
    announce: (over) =>
      inTurn(async () => {
        sent.clear()
        await sendNew(over)
      }),
  }
}

interface Made {
  readonly site: string
  readonly content: ConfigContent
  readonly by: Actor
  readonly copyOf: number | null
  readonly alongside?: Alongside | undefined
}

/** What the ledger says of a report; a version on its way is not worth an entry. */
const ACT: Readonly<Record<ConfigState, LedgerAct | null>> = {
  received: null,
  validated: null,
  applied: 'configuration-applied',
  confirmed: 'configuration-confirmed',
  refused: 'configuration-refused',
  'rolled-back': 'configuration-rolled-back',
}

/** Keeps a report and answers one of a version that is applied: so its gateway knows that it can still be heard. */
async function takeReport({ db, desk, group, publish, log }: ConfigDeskDeps, report: ConfigReport): Promise<void> {
  const { siteId, version, sha256, state, reason } = report
  const at = await desk.time()
  const isOurs = await db.transaction(async (q) => {
    const before = await reportOf(q, siteId)
    await keepReport(q, report, at)
    const act = ACT[state]
    const said = { version, state, ...(reason === null ? {} : { reason }) }
    const isNews = before?.report.state !== state || before.report.version !== version
    if (act !== null && isNews) {
      await desk.append(q, [{ actor: { kind: 'system', name: siteId }, act, subject: siteId, detail: said }])
    }
    return (await findVersion(q, siteId, version))?.sha256 === sha256
  })
  if (state !== 'applied' || !isOurs || group === null) return
  const receipt: Receipt = { lane: 'config', version, sha256, verdict: 'accept' }
  await publish(topicText({ kind: 'receipt', group, site: siteId }), JSON.stringify(receipt), { qos: 1 }).catch(
    (error: unknown) => {
      log.debug({ site: siteId, why: messageOf(error) }, 'a receipt could not be sent')
    },
  )
}

function unknownVersion(site: string, version: number): HouseError {
  return new HouseError('http/not-found', `there is no version ${version} of ${site}`, { site, version })
}
