import { Alarm } from '../../../core/contract/alarm.ts'
import { Certificate, type HoleCause } from '../../../core/contract/chain.ts'
import {
  AlarmList,
  CertificateQuery,
  History,
  HistoryQuery,
  JudgeAlarm,
  LedgerPage,
  LedgerVerdict,
  RulePrecision,
} from '../../../core/contract/http.ts'
import type { DeskStatus } from '../../../core/contract/live.ts'
import { Acknowledge, AddNote } from '../../../core/contract/acts.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { actStep, SecondRefused } from './act-replies.ts'
import { acknowledgeMany, fileReply, proofReply, rowsReply } from './alarm-replies.ts'
import { COUNTY, detailOf, type ScriptedPoint } from './county.ts'
import { type ScriptedDuty } from './duty.ts'
import { type Asked, dutyReply, pushReply } from './duty-replies.ts'
import type { ScriptedLedger } from './ledger.ts'
import { mapReply, rateReply } from './map-replies.ts'
import type { ScriptedPicture } from './picture.ts'

export interface Reply {
  readonly status: number
  readonly json?: unknown
  readonly bytes?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** What the scripted control room knows and can do. */
export interface Scripted {
  readonly alarms: ReadonlyMap<string, Alarm>
  readonly ledger: ScriptedLedger
  readonly pictures: readonly ScriptedPicture[]
  readonly duty: ScriptedDuty
  /** What browsers subscribe to push messages with; null = no such channel. */
  pushKey(): string | null
  /** How often a rule was shelved in the 24 h before, whichever it is. */
  shelvedBefore(): number
  lamps(): DeskStatus['lamps']
  now(): number
  tell(alarm: Alarm): void
}

const notFound: Reply = { status: 404, json: { code: 'http/not-found', message: 'no such thing' } }

/** A request of somebody who is signed in. */
export interface Request {
  readonly url: URL
  readonly method: string
  readonly body: unknown
  readonly user: string
}

/** The reply to it. */
export function replyTo({ url, method, body, user }: Request, scripted: Scripted): Reply {
  const [what, ...path] = url.pathname.split('/').slice(2).map(decodeURIComponent)
  const query = Object.fromEntries(url.searchParams)
  const asked: Asked = { method, path, query, body, user, now: scripted.now() }
  switch (what) {
    case 'duty':
      return dutyReply(scripted.duty, asked)
    case 'push':
      return pushReply(scripted.duty, asked, scripted.pushKey())
    case 'channels':
      if (path[1] === 'test') scripted.duty.tests.push(`${path[0] ?? ''} ${JSON.stringify(body)}`)
      return { status: 200, json: path[1] === 'test' ? { done: true } : scripted.lamps() }
    case 'sites':
      return siteReply(path, query, scripted)
    case 'map':
      return mapReply()
    case 'alarms':
      if (path[0] === 'rate') return rateReply(query, scripted.alarms.values())
      return path.length === 0 ? listReply(query, scripted) : someAlarmsReply(asked, scripted)
    case 'evidence': {
      const picture = scripted.pictures.find(({ sha256 }) => sha256 === path[0])
      if (picture === undefined) return notFound
      return { status: 200, bytes: picture.content, headers: { 'content-type': 'image/png' } }
    }
    case 'rules':
      return { status: 200, json: precisionAt(scripted.now()) }
    case 'ledger':
      return ledgerReply(path[0] === 'verdict', query, scripted.ledger)
    default:
      return notFound
  }
}

type Query = Readonly<Record<string, string>>

function siteReply([id, what, device, point]: readonly string[], query: Query, scripted: Scripted): Reply {
  const { alarms } = scripted
  const site = COUNTY.find((known) => known.id === id)
  if (site === undefined) return notFound
  if (what === 'register') return { status: 200, json: fileReply(site.id) }
  if (what === 'certificate') return { status: 200, json: certificateOf(site.id, CertificateQuery.parse(query)) }
  if (device === undefined) return { status: 200, json: detailOf(site, [...alarms.values()], scripted.now()) }
  const ref = `${device}/${point ?? ''}`
  const found = site.points.find(({ info }) => `${info.device}/${info.point}` === ref)
  if (found === undefined) return notFound
  return { status: 200, json: historyOf(found, HistoryQuery.parse(query), site.stopped?.at ?? Infinity) }
}

/** A site whose gateway lost power in the night, filled its store, and has not told the last minute. */
function certificateOf(site: string, { from, to }: CertificateQuery): Certificate {
  const hole = (ago: number, length: number, cause: HoleCause, readings: number | null) => ({
    ...{ from: UtcMs.parse(to - ago * MINUTE), to: UtcMs.parse(to - (ago - length) * MINUTE), cause, readings },
    stream: 's0000000',
  })
  const all = [
    hole(9_000, 600, 'power', null),
    hole(1_110, 41, 'power', null),
    hole(700, 20, 'dropped', 600),
    hole(680, 150, 'reduced', 4_500),
    hole(200, 5, 'on-its-way', 150),
    hole(0.75, 0.75, 'not-yet-told', null),
  ]
  const begun = Math.max(from, to - 20_000 * MINUTE)
  const holes = all.filter((each) => each.from >= begun)
  return Certificate.parse({
    ...{ site, from: begun, to, issuedAt: to, complete: false, readings: Math.round((to - begun) / 2_000) },
    ...{ missing: holes.reduce((sum, { readings }) => sum + (readings ?? 0), 0), uncertaintyMs: 40_000, holes },
    chains: [{ stream: 's0000000', first: 0, last: 1_440, hash: 'a'.repeat(64), signed: true }],
  })
}

const MINUTE = 60_000

/** A trend of a scripted point, with a gap a third of the way where nothing came. */
function historyOf({ info, signal }: ScriptedPoint, { from, to, columns }: HistoryQuery, stoppedAt: number): History {
  const step = Math.max(1_000, (to - from) / columns)
  const count = Math.ceil((Math.min(to, stoppedAt) - from) / step)
  const starts = Array.from({ length: Math.max(0, count) }, (_, index) => from + index * step)
  const rows = starts
    .filter((at) => (at - from) / (to - from) < 0.3 || (at - from) / (to - from) > 0.36)
    .map((at) => {
      const values = [0, 0.25, 0.5, 0.75].map((part) => signal(at + part * step)).filter((value) => value !== null)
      const numbers = values.map(Number)
      if (numbers.length === 0) return { at, min: null, mean: null, max: null }
      const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length
      return { at, min: Math.min(...numbers), mean, max: Math.max(...numbers) }
    })
  return History.parse({
    point: `${info.device}/${info.point}`,
    source: 'embedded',
    at: rows.map(({ at }) => Math.round(at)),
    min: rows.map(({ min }) => min),
    mean: rows.map(({ mean }) => mean),
    max: rows.map(({ max }) => max),
    readings: rows.length * 4,
  })
}

function listReply(query: Query, { alarms }: Scripted): Reply {
  const chosen = [...alarms.values()].filter(
    ({ state, site, rule }) =>
      (query.state === 'all' || state !== 'closed') && (query.site ?? site) === site && (query.rule ?? rule) === rule,
  )
  return { status: 200, json: AlarmList.parse({ alarms: chosen }) }
}

function someAlarmsReply(asked: Asked, scripted: Scripted): Reply {
  const { path, query, body, user } = asked
  const { alarms } = scripted
  if (path[0] === 'rows') return { status: 200, json: rowsReply([...alarms.values()], query) }
  if (path[0] !== 'acknowledge') return alarmReply(asked, scripted)
  const at = scripted.now()
  const done = acknowledgeMany(alarms, body, (alarm, note) => acknowledged(alarm, { at, by: user, note, via: 'desk' }))
  for (const alarm of done.changed) scripted.tell(alarm)
  return { status: done.status, json: done.json }
}

function alarmReply({ path: [id, act], body, user }: Asked, scripted: Scripted): Reply {
  const alarm = scripted.alarms.get(id ?? '')
  if (alarm === undefined) return notFound
  if (act === undefined) return { status: 200, json: alarm }
  const at = scripted.now()
  if (act === 'proof') return { status: 200, json: proofReply(alarm, at) }
  if (act === 'notes') {
    const notes = [...alarm.notes, { at, by: user, text: AddNote.parse(body).text }]
    scripted.tell(Alarm.parse({ ...alarm, notes, version: alarm.version + 1 }))
  } else if (act === 'feedback') {
    const said = { id: `f-${alarm.version}`, occurrence: alarm.id, at, by: user, ...JudgeAlarm.parse(body) }
    const feedback = [...(alarm.feedback ?? []), { ...said, state: 'pending', answeredAt: null, answer: null }]
    scripted.tell(Alarm.parse({ ...alarm, feedback, version: alarm.version + 1 }))
  } else if (act === 'acknowledge') {
    const { note } = Acknowledge.parse(body)
    if (note.trim().length < 4 && (alarm.priority === 'red' || alarm.priority === 'orange')) {
      return {
        status: 400,
        json: { code: 'http/invalid', message: 'expected a note of at least 4 characters', because: 'note-too-short' },
      }
    }
    scripted.ledger.add('alarm-acknowledged', alarm.id, at)
    scripted.tell(acknowledged(alarm, { at, by: user, note, via: 'desk' }))
  } else return actReply(alarm, { act, body, user }, scripted)
  return { status: 200, json: scripted.alarms.get(alarm.id) }
}

const STATUS = { 'http/invalid': 400, 'http/forbidden': 403, 'http/conflict': 409 } as const

/** Every other act, by the rules of the real desk. */
function actReply(
  alarm: Alarm,
  { act, body, user }: { readonly act: string; readonly body: unknown; readonly user: string },
  scripted: Scripted,
): Reply {
  try {
    const step = actStep(alarm, act, body, { by: user, now: scripted.now(), shelvedBefore: scripted.shelvedBefore() })
    if (step === null) return notFound
    if (step.refused !== null) {
      const { code, because, expected, came } = step.refused
      return { status: STATUS[code], json: { code, because, message: `expected ${expected}, came ${came}` } }
    }
    const after = step.alarm ?? alarm
    scripted.tell(after)
    return { status: 200, json: after }
  } catch (error) {
    if (!(error instanceof SecondRefused)) throw error
    const message = 'expected name and password of a second person'
    return { status: 403, json: { code: 'http/forbidden', because: 'second-refused', message } }
  }
}

function precisionAt(to: number): RulePrecision {
  const counts = { alarms: 9, confirmed: 2, wrong: 1, lawful: 1, open: 5, precision: 2 / 3, interval: [0.208, 0.939] }
  const silent = { alarms: 3, confirmed: 0, wrong: 0, lawful: 0, open: 3, precision: null, interval: null }
  const feeder = { ruleType: 'should-be-off', as: 'alarm' }
  return RulePrecision.parse({
    ...{ from: to - 90 * 86_400_000, to },
    types: [
      { ...feeder, ...counts },
      { ruleType: 'presence', as: 'sign', ...silent },
    ],
    rules: [{ site: 'east-gully', rule: 'feeder-dead', ...feeder, ...counts }],
  })
}

function acknowledged(
  alarm: Alarm,
  acknowledgement: Record<Exclude<keyof NonNullable<Alarm['acknowledgement']>, 'saidAt'>, unknown>,
): Alarm {
  const done = alarm.state === 'returned'
  const isLatched = alarm.state === 'latched'
  return Alarm.parse({
    ...alarm,
    acknowledgement,
    state: done ? 'closed' : isLatched ? 'latched-acked' : 'acked',
    closedAt: done ? acknowledgement.at : null,
    notices: alarm.notices.map((notice) => (notice.state === 'queued' ? { ...notice, state: 'cancelled' } : notice)),
    version: alarm.version + 1,
  })
}

function ledgerReply(verdict: boolean, query: Query, ledger: ScriptedLedger): Reply {
  const all = ledger.entries()
  if (verdict)
    return {
      status: 200,
      json: LedgerVerdict.parse({ intact: true, entries: all.length, brokenAt: null, fault: null }),
    }
  const about = all.filter(({ subject }) => (query.subject ?? subject) === subject)
  const entries = about.filter(({ n }) => n > Number(query.after ?? 0)).slice(0, Number(query.limit ?? 200))
  return { status: 200, json: LedgerPage.parse({ entries, total: about.length }) }
}
