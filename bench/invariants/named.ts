import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault } from './mutated-modules.ts'
import { EVALUATOR, LIFE, NIGHTS, type PropertyFile } from './suites.ts'

/** What stands somewhere, and what would stand there. */
interface Change {
  readonly file: string
  readonly was: string
  readonly becomes: string
}

/** A fault that systems in use have, or that a first design had; the invariants that forbid it must notice it. (§3.6, §3.10) */
export interface NamedFault {
  readonly name: string
  readonly forbiddenBy: string
  readonly asks: PropertyFile
  readonly changes: readonly Change[]
}

const ROOT = join(import.meta.dirname, '..', '..')

/** The files with the fault in them. Throws where what was to be changed is not there, or is there twice: the list is to be mended. */
export function faultOf({ name, changes }: NamedFault): Fault {
  const files = new Map<string, string>()
  for (const { file, was, becomes } of changes) {
    const text = files.get(file) ?? readFileSync(join(ROOT, file), 'utf8')
    if (text.split(was).length !== 2) throw new Error(`${name}: expected once in ${file}: ${was}`)
    files.set(
      file,
      text.replace(was, () => becomes),
    )
  }
  return { key: name.replaceAll(/\W+/g, '-'), files }
}

function fault(asks: PropertyFile, folder: string) {
  return (
    name: string,
    forbiddenBy: string,
    ...changes: readonly (readonly [string, string, string])[]
  ): NamedFault => ({
    ...{ name, forbiddenBy, asks },
    changes: changes.map(([file, was, becomes]) => ({ file: `${folder}/${file}.ts`, was, becomes })),
  })
}

const evaluator = fault(EVALUATOR, 'core/rules')
const clock = fault(EVALUATOR, 'dashboard/server/alarms')
const life = fault(LIFE, 'core/alarms')
const night = fault(NIGHTS, 'core/alarms')

export const NAMED_FAULTS: readonly NamedFault[] = [
  evaluator('boot clears', 'I5', [
    'proven-time',
    'proven.upTo = null\n}',
    'proven.upTo = null\n  proven.active = false\n}',
  ]),
  evaluator('edit resets', 'I16', ['condition-run', 'startProven(isActive)', 'startProven(false)']),
  evaluator(
    'bad = 0',
    'I4',
    ['sampling', 'Number(value) : NaN', 'Number(value) : 0'],
    ['condition-run', "if (sample.quality === 'bad' && !this.#hearsBad) {", 'if (Number.isNaN(sample.value)) {'],
  ),
  evaluator(
    'NaN = off',
    'I4',
    ['sampling', "if (sample.kind !== 'number' || Number.isFinite(sample.value)) return", 'return'],
    [
      'types/high-limit',
      'if (Number.isNaN(value)) return',
      "if (Number.isNaN(value)) return void (out.verdict = 'false')",
    ],
  ),
  evaluator('raise time = tick time', 'I11', [
    'condition-run',
    'takeFlip(this.#proven, flipAt)',
    'takeFlip(this.#proven, now.mono)',
  ]),
  evaluator(
    'hold across any gap',
    'I20',
    ['proven-time', 'return instant <= (hold.until ?? Infinity) ? instant : Infinity', 'return instant'],
    ['proven-time', 'Math.min(to, hold.until ?? Infinity)', 'to'],
  ),
  evaluator('dead band ignored', 'I23', [
    'types/high-limit',
    'value < params.limit - params.deadband',
    'value < params.limit',
  ]),
  clock('clock follows wall', 'I9', ['steady-time', 'return expected', 'return wall']),
  life('boot loses pending', 'I6', [
    'lifecycle-suppress',
    'return release(alarm, lasting(',
    'return release({ ...alarm, held: 0 }, lasting(',
  ]),
  life('suppressed alarms not remembered', 'I6', ['lifecycle-step', 'held: alarm.held + 1', 'held: alarm.held']),
  life('unsuppress ignores pending', 'I7', ['lifecycle-suppress', 'if (!isFree || alarm.held === 0)', 'if (true)']),
  life('told while suppressed', 'I17', ['lifecycle-step', 'if (alarm.suppressions.length === 0)', 'if (true)']),
  life('uncapped shelve', 'I8', ['suppression', 'if (lasts > most)', 'if (false)']),
  life('second acknowledgement counts', 'I10', [
    'lifecycle-acts',
    'if (!awaitsPerson(alarm.state)) {',
    "if (alarm.state === 'closed') {",
  ]),
  life('late goes live', 'I12', [
    'lifecycle-take',
    'if (isOpen && last !== undefined && raise.at < last.from)',
    'if (false)',
  ]),
  life('late moves high-water mark back', 'I14', [
    'lifecycle-past',
    '[...before, past, ...activations.slice(place)]',
    '[...before, ...activations.slice(place), past]',
  ]),
  life('keeps newest version', 'I16', [
    'lifecycle-raise',
    "...saidBy(transition),\n    state: 'unacked'",
    "...saidBy(transition),\n    ruleVersion: transition.ruleVersion ?? null,\n    state: 'unacked'",
  ]),
  life(
    'no dedupe',
    'I3',
    ['lifecycle-take', 'return own === null ?', 'return true ?'],
    ['lifecycle-raise', 'if (moved === null || isKnown)', 'if (moved === null)'],
  ),
  life('ack of returned does not close', 'I1', [
    'lifecycle-table',
    "{ from: 'returned', by: 'acknowledge', latched: null, to: 'closed' }",
    "{ from: 'returned', by: 'acknowledge', latched: null, to: 'returned' }",
  ]),
  life('re-raise silent', 'I21', [
    'lifecycle-raise',
    'const acts = [...raised.acts, told.act]',
    "const acts = state === 'closed' ? [...raised.acts, told.act] : raised.acts",
  ]),
  life('ack timer lost', 'I22', ['lifecycle-acts', 'reAlarmAt: reAlarmAt(heard, at)', 'reAlarmAt: null']),
  life('return clears what nobody acknowledged', 'I1', [
    'lifecycle-table',
    "{ from: 'unacked', by: 'return', latched: false, to: 'returned' }",
    "{ from: 'unacked', by: 'return', latched: false, to: 'closed' }",
  ]),

  night('nobody at all to fall back on', 'E7', [
    'escalation',
    'called: isLast ? lastResort(question, ladder) : []',
    'called: []',
  ]),
  night('HTTP 200 = sent', 'E2', [
    'dispatch-settle',
    "if (outcome.is === 'accepted') return",
    "if (outcome.is === 'accepted' || outcome.is === 'throttled') return",
  ]),
  night('rate-limit drop', 'E2', [
    'dispatch-settle',
    "return { state: 'queued', attempts, retryAt: around.t + Math.max(LEAST_PENALTY_MS, penaltyMs), fallbacks: [] }",
    "return { state: 'failed', attempts, retryAt: around.t, fallbacks: [] }",
  ]),
  night('give up in one window', 'E2', ['dispatch-settle', 'if (!mayGoAnotherWay(row.kind)) return []', 'return []']),
  night('crash in mid-send is the end', 'E3', [
    'dispatch-settle',
    'attempts < MOST_ATTEMPTS ? again(row, around) : giveUp(row, around, true)',
    "outcome.answer === 'no outcome known' ? { ...kept, state: 'failed' } : attempts < MOST_ATTEMPTS ? again(row, around) : giveUp(row, around, true)",
  ]),
  night('limit counted from the beginning of a call', 'E4', [
    'budget',
    'ended === null || ended > t - perMs',
    'ended !== null && ended > t - perMs',
  ]),
  night('ack does not stop the queue', 'E5', [
    'dispatch-settle',
    'if (isCall(row.kind) && !around.awaits)',
    'if (false)',
  ]),
  night('repeat 5 times at the most', 'E6', [
    'escalation',
    'const isLast = step + 1 >= ladder.steps.length\n  const next',
    'const isLast = step + 1 >= ladder.steps.length\n  if (isLast && round >= 1) return { round, step, dueAt: later(dueAt, 9e9) }\n  const next',
  ]),
  night('empty step waits', 'E7', [
    'escalation',
    'isEmpty && called.length === 0 && place.step + 1 < ladder.steps.length',
    'false',
  ]),
  night(
    'frozen at raise',
    'E9',
    [
      'escalation-who',
      "type Step = Ladder['steps'][number]",
      "type Step = Ladder['steps'][number]\nconst frozen = new WeakMap()",
    ],
    [
      'escalation-who',
      'for (const id of duty.onDuty(role, now).persons) {',
      'const known = frozen.get(duty) ?? new Map()\n    frozen.set(duty, known)\n    if (!known.has(role)) known.set(role, duty.onDuty(role, now).persons)\n    for (const id of known.get(role)) {',
    ],
    ['escalation-who', 'const known = found.get(id) ?? {', 'const one = found.get(id) ?? {'],
    ['escalation-who', ' known.ways.set(way.channel, way)', ' one.ways.set(way.channel, way)'],
    ['escalation-who', 'found.set(id, known)', 'found.set(id, one)'],
  ),
  night('red waits for its site', 'E10', [
    'digest',
    "if (priority === 'red') return { bundle: null, holdUntil: now }",
    "if (priority === 'red') return { bundle: site, holdUntil: later(now, GROUP_MS) }",
  ]),
  night('red folded into digests', 'E11', [
    'dispatch-choose',
    'grouped(ready.filter(isRed), Infinity, isSameAlarm)',
    'grouped(ready.filter(isRed), Infinity, () => true)',
  ]),
  night('FIFO', 'E12', [
    'dispatch-choose',
    'comparePriority(a.priority, b.priority) || a.holdUntil - b.holdUntil || a.n - b.n',
    'a.n - b.n',
  ]),
  night('no reserve', 'E14', ['budget', 'most - kept - used', 'most - used']),
  night('fallback storm', 'E15', [
    'dispatch-row',
    'key: rowKey(place, row.person, way.channel)',
    'key: rowKey(`${place}|${row.channel}`, row.person, way.channel)',
  ]),
  night('no digest', 'E11', ['dispatch-choose', 'if (alone.length <= slots) return alone', 'return alone']),
]
