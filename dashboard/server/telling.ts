import { type Clock, systemChance, systemClock } from '../../platform/clock.ts'
import { loadCalendar } from '../../platform/calendar.ts'
import type { Log } from '../../platform/log.ts'
import { NOTIFIERS } from '../../platform/notifiers/registry.ts'
import { keepDesk } from './alarms/keep-desk.ts'
import { openOwnAlarms } from './alarms/own-alarms.ts'
import type { AlarmDesk } from './alarms/desk.ts'
import type { Archive } from './archive/archive.ts'
import type { BrokerLink } from './broker/link.ts'
import type { ControlConfig } from './config.ts'
import type { Database } from './db/database.ts'
import { openDutyBook } from './duty/duty-book.ts'
import { openEdgeDesk } from './edge/edge-desk.ts'
import { openSoundAtSite } from './edge/sound-at-site.ts'
import { openHandoverDesk } from './handover/handover-desk.ts'
import { openHandoverWatch } from './handover/handover-watch.ts'
import { openSitePapers } from './handover/site-papers.ts'
import type { CountyState } from './ingest/county.ts'
import type { AlarmBoard } from './live/alarm-board.ts'
import { openChannelActs } from './notify/channel-acts.ts'
import { closeChannels, type HeardOver, listenChannels, openChannels } from './notify/channels.ts'
import { openDesk } from './notify/desk-channel.ts'
import { onDutyNow, openStatusBoard } from './notify/desk-status.ts'
import { openDispatcher, runDispatcher } from './notify/dispatcher.ts'
import { type Lamps, openLamps } from './notify/lamps.ts'
import { openLinkSeen } from './notify/link-seen.ts'
import type { QueueMemos } from './notify/memo.ts'
import { openMemos } from './notify/memos.ts'
import { openPushSubscriptions } from './notify/push-subscriptions.ts'
import { openReplies } from './notify/replies.ts'
import { openDailyRoots } from './proof/daily-roots.ts'
import { openProofDesk } from './proof/proof-desk.ts'
import { openWatch } from './watch/watch.ts'

export interface TellingDeps {
  readonly config: ControlConfig
  readonly db: Database
  readonly desk: AlarmDesk
  readonly county: CountyState
  readonly board: AlarmBoard
  readonly archive: Archive
  readonly clock: Clock
  readonly log: Log
  readonly baseFolder: string
  /** Folder of the control room's store. */
  readonly folder: string
  /** Signs by the authority of the county; null where there is none. */
  readonly sign: (signed: object) => string | null
  readonly publish: BrokerLink['publish']
  /** How far the machine's clock may be off, ms; null where nobody says. */
  readonly timeIsWorth: () => number | null
  /** How people reach the page: links in messages start with it. Asked when a message is sent. */
  readonly url: () => string
}

/** Everything between an alarm and a person: who is on duty, the ways to them, the dispatcher, what comes back, and the proof of it. */
export async function openTelling(deps: TellingDeps) {
  const { config, db, desk, county, clock, log, baseFolder, folder } = deps
  const own = openOwnAlarms({ desk })
  const watch = openWatch({ db, desk, ownAlarms: own, folder, watchman: config.watchman, clock, log })
  const sound = openSoundAtSite({ group: config.group, sign: deps.sign, publish: deps.publish, clock })
  const pages = openDesk({ clock: systemClock, versionOf: async (id) => (await desk.get(id))?.version ?? null })
  const subscriptions = openPushSubscriptions(db)
  const channels = openChannels(config.channels, {
    ...{ baseFolder, folder, clock: systemClock, log, subscriptions, sites: sound, desk: pages.channel },
    ...(watch.line === null ? {} : { line: watch.line }),
  })

  // The book queues memos to people it knows itself.
  const memos: QueueMemos = (q, list, now) => queue(q, list, now)
  const duty = await openDutyBook({
    ...{ db, desk, clock, log, memos, channels: config.channels, ownAlarms: own, chance: systemChance },
    calendar: loadCalendar(config.calendar ?? null, baseFolder).days,
    fromConfig: config.duty,
  })
  const queue = openMemos({ duty, channels }, (q, actions) => desk.append(q, actions))

  // Lamps show what waits, the dispatcher tells them what became of it.
  const lit: { lamps: Lamps | null } = { lamps: null }
  const dispatcher = openDispatcher({
    ...{ desk, db, clock, log, duty, channels },
    get publicUrl() {
      return deps.url()
    },
    siteName: (id) => county.site(id),
    pointName: (id, point) => county.pointName(id, point),
    sent: (channel, fault) => lit.lamps?.sent(channel, fault),
  })
  const lamps = await openLamps({
    ...{ channels, db, desk, own, look: () => pages.look(), clock, pace: systemClock, log },
    waiting: (channel) => dispatcher.waiting(channel),
  })
  lit.lamps = lamps

  const replies = openReplies({
    ...{ db, desk, duty, memos, log },
    checkIn: (person) => duty.checkIn({ person, via: 'sms', onSite: false, actor: { kind: 'person', name: person } }),
    answerSpot: (person, code) => duty.answerSpotCheck({ person, code, actor: { kind: 'person', name: person } }),
  })
  const heard: HeardOver = async (entry, what) => {
    if (what.kind === 'reply') await replies.take(what)
    else await dispatcher.heard(entry, what)
    lamps.heard(entry.id, what)
  }
  const acts = openChannelActs({
    ...{ list: config.channels, channels, lamps, subscriptions, folder, queueMemos: memos, heard, db, desk },
    ...{ person: (id) => duty.person(id), pace: systemClock },
  })

  const handovers = openHandoverDesk({
    ...{ db, desk, duty, county, folder, archive: deps.archive, papers: openSitePapers() },
    ...{ lamps: () => lamps.list(), watchman: () => watch.status(), clockWithinMs: deps.timeIsWorth },
  })
  const shifts = openHandoverWatch({ db, time: () => desk.time(), duty, handovers, ownAlarms: own, clock, log })

  const roots = openDailyRoots({ db, desk, duty, queueMemos: memos, own, clock, log })
  const proof = openProofDesk({ db, desk, archive: deps.archive, lastFault: () => roots.lastFault() })
  const status = await openStatusBoard(
    {
      lamps: () => [...lamps.list()],
      watchman: () => watch.status(),
      storm: () => dispatcher.storm(),
      onDuty: () => onDutyNow(duty, clock.now()),
      suppressed: () => deps.board.suppressed(),
    },
    log,
  )
  const edge = openEdgeDesk({
    ...{ db, desk, book: duty, prefix: config.prefix, group: config.group, log },
    ...{ sign: deps.sign, publish: deps.publish, sites: () => county.ids(), isSms: isSms(config) },
  })
  return {
    ...{ duty, handovers, proof, acts, status, pages, edge, sound, linkSeen: openLinkSeen({ db, desk }) },
    close: () => closeChannels(channels),
    /** What runs for as long as the control room does. */
    runs: [
      (signal: AbortSignal) => runDispatcher(dispatcher, clock, signal),
      (signal: AbortSignal) => keepDesk({ desk, own, clock, log }, signal),
      (signal: AbortSignal) => listenChannels(channels, { heard, clock: systemClock, log }, signal),
      (signal: AbortSignal) => lamps.run(signal),
      (signal: AbortSignal) => status.run(signal),
      (signal: AbortSignal) => duty.run(signal),
      (signal: AbortSignal) => shifts.run(signal),
      (signal: AbortSignal) => roots.run(signal),
      (signal: AbortSignal) => watch.run(signal),
      (signal: AbortSignal) => edge.run(signal),
    ],
  }
}

/** Whether a channel carries texts, which is what a gateway can send too. */
function isSms({ channels }: ControlConfig): (channel: string) => boolean {
  const media = new Map(channels.map(({ id, kind }) => [id, NOTIFIERS.get(kind)?.medium]))
  return (channel) => media.get(channel) === 'sms'
}
