import fc from 'fast-check'
import { Alarm, type AlarmState } from '../../../core/contract/alarm.ts'
import { LedgerEntry } from '../../../core/contract/ledger.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { type Command, perform, story } from './commands.ts'
import { County, type Seen, START } from './county.ts'

/** The table of §3.3, written down a second time: from, by, to; `L` only where the alarm latches, `N` only where it does not. */
const TABLE = [
  'closed raise unacked',
  'unacked return returned N',
  'unacked return latched L',
  'unacked acknowledge acked',
  'unacked withdraw closed',
  'acked return closed N',
  'acked return latched-acked L',
  'acked re-alarm unacked',
  'acked withdraw closed',
  'returned raise unacked',
  'returned acknowledge closed',
  'returned withdraw closed',
  'latched raise unacked',
  'latched acknowledge latched-acked',
  'latched withdraw closed',
  'latched-acked raise unacked',
  'latched-acked reset closed',
  'latched-acked withdraw closed',
]

const HOUR = 3_600_000
const SHELF = { red: 2 * HOUR, orange: 8 * HOUR, yellow: 24 * HOUR, blue: 168 * HOUR }
const RE_ALARM = { red: HOUR / 4, orange: HOUR, yellow: 8 * HOUR, blue: null }

const waits = (state: AlarmState) => state === 'unacked' || state === 'returned' || state === 'latched'
const isOn = (state: AlarmState) => state === 'unacked' || state === 'acked'

/** How often each transition of the table was made. */
export type Visits = Map<string, number>

export interface HarnessOptions {
  readonly runs: number
  readonly seed: number
  /** Counted up as transitions are made. */
  readonly visits?: Visits
  /** Stories in which an invariant had something to say, by its name. */
  readonly exercised?: Map<string, number>
}

/** A property of the specification, named by the invariants it holds. Throws when one does not hold. */
export interface Property {
  readonly ids: readonly string[]
  readonly run: (options: HarnessOptions) => void
}

/** Transitions of the table, as they are counted. */
export const TRANSITION_NAMES: readonly string[] = TABLE.map((row) => row.replace(/ [LN]$/, ''))

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** Counts one story for every invariant that was really asked in it. */
function count({ exercised }: HarnessOptions, asked: Iterable<string>): void {
  for (const id of asked) exercised?.set(id, (exercised.get(id) ?? 0) + 1)
}

interface Story {
  readonly priority: Alarm['priority']
  readonly latched: boolean
  readonly commands: readonly Command[]
}

function play({ commands, ...gateway }: Story, after: (county: County) => void = () => undefined): County {
  const county = new County(gateway)
  for (const command of commands) {
    perform(county, command)
    after(county)
  }
  return county
}

function check(options: HarnessOptions, told: (story: Story) => void): void {
  fc.assert(fc.property(story, told), { numRuns: options.runs, seed: options.seed })
}

/** I1, I5, I13, I16, I17, I21: what one step may do. */
function judgeStep({ step, event, transition, at }: Seen, visits: Visits | undefined, asked: Set<string>): void {
  const { before, alarm, moved, acts, announcement } = step
  const [from, to] = [before?.state ?? 'closed', alarm?.state ?? 'closed']
  if (moved === null) must(from === to, `I1 ${event} moved ${from} to ${to} by no transition`)
  else {
    const row = `${from} ${moved.by} ${to}`
    const latch = alarm?.latched === true ? 'L' : 'N'
    must(TABLE.includes(row) || TABLE.includes(`${row} ${latch}`), `I1 ${row} is not in the table (${event})`)
    visits?.set(row, (visits.get(row) ?? 0) + 1)
    asked.add('I1')
  }
  const byPerson = event === 'acknowledge' || event === 'withdraw'
  must(!waits(from) || waits(to) || byPerson, `I5 ${event} left ${from} for ${to}`)
  if (waits(from) && !byPerson && before?.suppressions.length !== alarm?.suppressions.length) asked.add('I5')
  if (acts.some(({ act }) => act === 'alarm-announcement-held') && alarm?.suppressions.length !== 0) asked.add('I17')
  if (moved?.by === 'raise') {
    asked.add('I21')
    const told = acts.filter(({ act }) => act === 'alarm-announced' || act === 'alarm-announcement-held')
    must(told.length === 1, `I21 a raise was followed by ${told.length} announcements`)
  }
  const tells = announcement.do === 'begin' || announcement.do === 'digest' || announcement.do === 'returned'
  must(!tells || alarm?.suppressions.length === 0, 'I17 told while suppressed')
  const last = before?.activations.at(-1)
  const isPast = last !== undefined && transition !== undefined && transition.at < last.from
  if (isPast && before !== null && before.state !== 'closed') {
    asked.add('I13')
    must(from === to && announcement.do === 'nothing', `I13 what is past moved ${from} to ${to}`)
  }
  if (step.changed && alarm !== null && before !== null)
    must(alarm.version === before.version + 1 && acts.length > 0, 'a change has the next version and is written down')
  if (!step.changed) must(alarm === before, 'what is not changed is the same')
  for (const act of acts) must(act.at === at, 'an act has the time it was done at')
}

/** I6, I7, I8, I14, I15, I22: what holds of an alarm at any time. */
function judgeAlarm(alarm: Alarm, county: County, asked: Set<string>): void {
  const { state, activations, suppressions, held, priority } = alarm
  const own = county.seen.filter(({ step }) => step.alarm?.id === alarm.id)
  const told = own.some(({ step }) => step.announcement.do === 'begin' || step.announcement.do === 'digest')
  const byPerson = own.some(({ event, step }) => (event === 'acknowledge' || event === 'withdraw') && step.changed)
  const isOwed = (held > 0 && suppressions.length > 0) || alarm.announceAt !== undefined
  if (isOwed) asked.add('I6')
  if (held > 0) asked.add('I7')
  if (suppressions.some(({ kind }) => kind === 'shelved')) asked.add('I8')
  if (activations.length > 1) asked.add('I14')
  if (isOn(state)) asked.add('I15')
  if (alarm.reAlarmAt !== null) asked.add('I22')
  must(told || byPerson || isOwed, `I6 nobody hears of ${alarm.id}`)
  must(held === 0 || suppressions.length > 0, 'I7 an announcement is held and nothing holds it')
  for (const one of suppressions) {
    must(one.until !== null || one.parent !== null, 'I8 a suppression without an end')
    if (one.kind === 'shelved') must((one.until ?? Infinity) - one.from <= SHELF[priority], 'I8 a shelf too long')
    if (priority === 'red' && one.parent === null) must(one.second !== null, 'nobody seconded what holds back red')
  }
  const open = activations.filter(({ to }) => to === null)
  must(open.length === (isOn(state) ? 1 : 0), `I15 ${state} with ${open.length} open activations`)
  for (const [index, { from, to }] of activations.entries()) {
    must((to ?? from) >= from, 'I14 an activation ends before it begins')
    const next = activations[index + 1]
    if (next !== undefined) must(to !== null && to <= next.from, 'I14 activations overlap')
  }
  const period = RE_ALARM[priority]
  const isSeenTo = alarm.assignee !== null && alarm.findings.some(({ kind }) => kind === 'on-site')
  const reminds = state === 'acked' && period !== null && !isSeenTo
  must(reminds === (alarm.reAlarmAt !== null), `I22 ${state} ${priority} reminds at ${alarm.reAlarmAt ?? 'no time'}`)
  if (alarm.reAlarmAt !== null && period !== null)
    must(alarm.reAlarmAt <= county.now + period, 'I22 the reminder is further off than its period')
}

const always: Property = {
  ids: ['I1', 'I5', 'I6', 'I7', 'I8', 'I13', 'I14', 'I15', 'I17', 'I21', 'I22'],
  run: (options) =>
    check(options, (told) => {
      let judged = 0
      const asked = new Set<string>()
      play(told, (county) => {
        for (; judged < county.seen.length; judged += 1) {
          const seen = county.seen[judged]
          if (seen !== undefined) judgeStep(seen, options.visits, asked)
        }
        for (const alarm of county.alarms.values()) judgeAlarm(alarm, county, asked)
        const open = [...county.alarms.values()].filter(({ state }) => state !== 'closed')
        must(open.length <= 1, `${open.length} episodes of one point are open`)
      })
      count(options, asked)
    }),
}

const contract: Property = {
  ids: ['contract'],
  run: (options) =>
    check({ ...options, runs: Math.ceil(options.runs / 10) }, (told) => {
      const county = play(told)
      for (const alarm of county.alarms.values()) must(Alarm.safeParse(alarm).success, `${alarm.id} is no Alarm`)
      const hash = '0'.repeat(64)
      for (const { step } of county.seen)
        for (const act of step.acts)
          must(LedgerEntry.safeParse({ ...act, n: 1, prev: hash, hash }).success, `${act.act} is no entry`)
    }),
}

const reload: Property = {
  ids: ['I2'],
  run: (options) =>
    check(options, (told) => {
      const reloaded = told.commands.flatMap((command): Command[] => [command, { do: 'reload' }])
      const text = (county: County) => JSON.stringify([...county.alarms.values()])
      const plain = play(told)
      must(text(play({ ...told, commands: reloaded })) === text(plain), 'I2 a reload changes what comes of it')
      if (plain.alarms.size > 0) count(options, ['I2'])
    }),
}

const repeats: Property = {
  ids: ['I3', 'I18'],
  run: (options) =>
    check(options, (told) => {
      const county = play(told)
      county.deliverAll()
      const before = JSON.stringify([...county.alarms.values()])
      for (const transition of county.gateway.sent) county.take(transition)
      if (county.gateway.sent.length > 1) count(options, ['I3', 'I18'])
      must(JSON.stringify([...county.alarms.values()]) === before, 'I18 a repeat was handled twice')
      // Also where nobody remembers what was taken: repeats move nothing that lives.
      const alive = (alarm: Alarm | null) => JSON.stringify([alarm?.state, alarm?.activations, alarm?.held])
      for (const transition of county.gateway.sent) {
        const newest = county.newest
        if (newest === null || newest.state === 'closed' || county.of(transition.occurrence) === null) continue
        county.taken.clear()
        if (transition.kind === 'update') continue
        const was = alive(newest)
        county.take(transition)
        must(alive(county.alarms.get(newest.id) ?? null) === was, 'I3 a repeat moved something')
      }
    }),
}

const acknowledged: Property = {
  ids: ['I10'],
  run: (options) =>
    check(options, (told) => {
      const county = play(told)
      const alarm = county.newest
      if (alarm === null) return
      const at = UtcMs.parse(county.now)
      const ack = (by: string) => {
        const acknowledgement = { at, by, note: 'sent a patrol', via: 'desk' } as const
        return county.happen({ kind: 'acknowledge', acknowledgement }, county.alarms.get(alarm.id) ?? null)
      }
      const first = ack('first')
      const state = county.alarms.get(alarm.id)?.state
      if (waits(alarm.state)) count(options, ['I10'])
      const [second, again] = [ack('second'), ack('first')]
      must(first?.changed === waits(alarm.state), 'I10 the first acknowledgement counts where one is awaited')
      must(second?.changed === false && again?.changed === false, 'I10 an acknowledgement counted twice')
      must(county.alarms.get(alarm.id)?.state === state, 'I10 the second moved it')
      const isNamed = second?.acts.some(({ actor }) => actor.name === 'second')
      must(isNamed === true, 'I10 the second name is not written down')
    }),
}

const anyOrder: Property = {
  ids: ['I12'],
  run: (options) =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 300_000 }), fc.nat(9)), { minLength: 1, maxLength: 24 }),
        fc.boolean(),
        fc.array(fc.constantFrom('acknowledge' as const, 'reset' as const), { maxLength: 6 }),
        (flips, latched, acts) => {
          const county = new County({ priority: 'orange', latched })
          for (const [ms] of flips) {
            county.now += ms
            county.flip()
          }
          for (const [index, [, place]] of flips.entries()) {
            county.deliver(place)
            const act = acts[index]
            if (act !== undefined)
              perform(county, act === 'reset' ? { do: act } : { do: act, by: 'lin', note: 'seen it' })
          }
          county.deliverAll()
          const kept = [...county.alarms.values()].flatMap(({ activations }) => activations)
          const sorted = (rows: readonly { from: number; to: number | null }[]) =>
            JSON.stringify(rows.map(({ from, to }) => [from, to]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)))
          if (flips.length > 2) count(options, ['I12'])
          must(sorted(kept) === sorted([...county.gateway.truth.values()]), 'I12 what is kept is not what was')
        },
      ),
      { numRuns: options.runs, seed: options.seed },
    ),
}

const edits: Property = {
  ids: ['I16'],
  run: (options) =>
    check(options, (told) => {
      const county = play(told)
      if (county.gateway.version > 1 && county.alarms.size > 0) count(options, ['I16'])
      for (const { step, transition } of county.seen) {
        const { alarm, before, moved } = step
        if (alarm === null || before === null) continue
        const isOwn = transition?.kind === 'raise' && transition.occurrence === alarm.id
        must(isOwn || alarm.ruleVersion === before.ruleVersion, 'I16 an episode changed the version that raised it')
        const isReturn = moved?.by === 'return'
        must(isReturn || alarm.returnRuleVersion === before.returnRuleVersion, 'I16 a version came without a return')
        if (isReturn) must(alarm.returnRuleVersion === transition?.ruleVersion, 'I16 a return has another version')
      }
      for (const { occurrence, n, ruleVersion } of county.gateway.sent)
        if (n === 1 && county.alarms.has(occurrence))
          must(
            county.alarms.get(occurrence)?.ruleVersion === ruleVersion,
            'I16 an episode has not the version of its raise',
          )
    }),
}

const ends: Property = {
  ids: ['I19', 'I8', 'I22'],
  run: (options) =>
    check(options, (told) => {
      const county = play(told)
      if (county.gateway.open !== null) county.flip()
      county.deliverAll()
      county.now += 24 * 31 * HOUR
      county.tick()
      for (const { suppressions, state, reAlarmAt } of county.alarms.values()) {
        must(
          suppressions.every(({ parent }) => parent !== null),
          'I8 a suppression survived its end',
        )
        must(state !== 'acked' || reAlarmAt === null, 'I22 a reminder did not come')
      }
      if ([...county.alarms.values()].some(({ state }) => state !== 'closed')) count(options, ['I19'])
      for (const act of ['acknowledge', 'reset'] as const)
        perform(county, act === 'reset' ? { do: act } : { do: act, by: 'last', note: 'seen to it' })
      const left = [...county.alarms.values()].filter(({ state }) => state !== 'closed')
      must(left.length === 0, `I19 still open: ${left.map(({ state }) => state).join(' ')}`)
    }),
}

/** What the specification promises of life-cycles (§3.6), each with stories of its own. */
export const PROPERTIES: readonly Property[] = [always, contract, reload, repeats, acknowledged, anyOrder, edits, ends]

/** When stories begin. */
export const STORY_START = START
