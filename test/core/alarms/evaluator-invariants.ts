/**
 * The invariants that are kept before the life-cycle: what a rule proves from samples, against an oracle that looks at every millisecond.
 * Each property is named by what it holds.
 */
import fc from 'fast-check'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { EngineState, LATENESS_MS, RuleEngine } from '../../../core/rules/engine.ts'
import { planOf } from '../../../core/rules/plan.ts'
import { armed, bad, NIGHT, reading } from '../rules/world.ts'

export interface EvaluatorRun {
  readonly runs: number
  readonly seed: number
  /** Counted up where an invariant had something to say. */
  readonly exercised?: Map<string, number>
}

export interface EvaluatorProperty {
  readonly ids: readonly string[]
  readonly run: (options: EvaluatorRun) => void
}

const HOLD_MS = 12

/** A sample: `between` lies inside the dead band, `doubtful` has a time nobody vouches for. */
interface Heard {
  readonly ms: number
  readonly say: 'on' | 'off' | 'bad' | 'nan' | 'between' | 'doubtful-on' | 'doubtful-off'
  /** One of two values that say the same, one of them on the very limit. */
  readonly isEdge: boolean
}

interface Delays {
  readonly onDelay: number
  readonly offDelay: number
}

interface Flip {
  readonly ms: number
  readonly active: boolean
}

// Bursts of equal values, or hardly any delay is ever reached.
const heardOf = fc
  .array(
    fc.record({
      say: fc.constantFrom<Heard['say']>(
        ...(['on', 'on', 'on', 'off', 'off', 'off', 'bad', 'nan', 'between', 'doubtful-on', 'doubtful-off'] as const),
      ),
      isEdge: fc.boolean(),
      times: fc.integer({ min: 1, max: 6 }),
      apart: fc.integer({ min: 1, max: 20 }),
    }),
    { maxLength: 10 },
  )
  .map((bursts) => {
    let ms = 0
    return bursts.flatMap(({ say, isEdge, times, apart }) =>
      Array.from({ length: times }, (): Heard => ({ say, isEdge, ms: (ms += apart) })),
    )
  })
const delayOf = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 }))
const delaysOf = fc.record({ onDelay: delayOf, offDelay: delayOf })

const endOf = (heard: readonly Heard[]) => (heard.at(-1)?.ms ?? 0) + HOLD_MS + 1

/** Looks at every millisecond by itself; shares nothing with the code under test. */
function oracle(heard: readonly Heard[], delays: Delays): Flip[] {
  const flips: Flip[] = []
  const byMs = new Map(heard.map((one) => [one.ms, one]))
  let raw: boolean | null = null
  let [proven, heldUntil] = [0, -1]
  const isActive = () => flips.at(-1)?.active ?? false
  const flip = (ms: number) => {
    proven = 0
    flips.push({ ms, active: !isActive() })
  }
  for (let ms = 0; ms <= endOf(heard); ms += 1) {
    const needed = raw === true ? delays.onDelay : delays.offDelay
    // The millisecond before this one was proven if a sample was still held in it.
    if (raw !== null && raw !== isActive() && ms <= heldUntil) {
      proven += 1
      if (proven === needed) flip(ms)
    }
    const now = byMs.get(ms)
    if (now === undefined) continue
    const isTrue: boolean = now.say === 'between' ? (raw ?? isActive()) : now.say === 'on' || now.say === 'doubtful-on'
    if (now.say === 'bad' || now.say === 'nan' || now.say === 'doubtful-off') {
      heldUntil = ms
      continue
    }
    heldUntil = ms + HOLD_MS
    if (isTrue !== raw) proven = 0
    raw = isTrue
    if (isTrue !== isActive() && (isTrue ? delays.onDelay : delays.offDelay) === 0) flip(ms)
  }
  return flips
}

const LIMIT = 100
const DEADBAND = 10

function readingOf({ ms, say, isEdge }: Heard) {
  if (say === 'bad') return bad(ms / 1_000)
  const isOn = say === 'on' || say === 'doubtful-on'
  const far = isOn ? 150 : 20
  const near = isOn ? LIMIT : LIMIT - DEADBAND - 0.001
  const between = isEdge ? LIMIT - DEADBAND : LIMIT - 0.001
  const value = say === 'nan' ? (isEdge ? NaN : Infinity) : say === 'between' ? between : isEdge ? near : far
  const at = NIGHT + ms
  const quality = say.startsWith('doubtful') ? ({ quality: 'uncertain', reason: 'sentinel' } as const) : {}
  return reading(ms / 1_000, value, { ...quality, mono: MonoMs.parse(ms), validUntil: UtcMs.parse(at + HOLD_MS) })
}

/** A rule with a limit and a dead band, at work; going on from what another saved, where there was one. */
function engineOf({ onDelay, offDelay }: Delays, saved: EngineState | null = null, deadband = DEADBAND): RuleEngine {
  const delays = { onDelay: `${onDelay}ms`, offDelay: `${offDelay}ms` }
  const rule = armed({ type: 'high-limit', with: { limit: LIMIT, deadband, ...delays } })
  return new RuleEngine(planOf('east-pit', [rule]), saved)
}

// The watermark runs five seconds behind, so a tick for an instant comes that much later.
const pass = (engine: RuleEngine, ms: number) => {
  engine.advance({ at: NIGHT + ms + LATENESS_MS, mono: ms + LATENESS_MS })
}

/** What the rule says of samples, ticked so often. */
function judged(heard: readonly Heard[], delays: Delays, ticks: readonly number[] = []): Flip[] {
  const engine = engineOf(delays)
  hear(engine, heard, ticks)
  return flipsOf(engine)
}

function hear(engine: RuleEngine, heard: readonly Heard[], ticks: readonly number[] = []): void {
  const due = ticks.toSorted((a, b) => a - b)
  for (const one of heard) {
    while (due[0] !== undefined && due[0] < one.ms) pass(engine, due.shift() ?? 0)
    engine.take([readingOf(one)])
  }
  pass(engine, endOf(heard))
}

function flipsOf(engine: RuleEngine): Flip[] {
  return engine
    .transitions()
    .filter(({ kind }) => kind !== 'update')
    .map(({ kind, at }) => ({ ms: at - NIGHT, active: kind === 'raise' }))
}

const shown = (flips: readonly Flip[]) => flips.map(({ ms, active }) => `${ms}${active ? '+' : '-'}`).join(' ')

export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

export function count({ exercised }: EvaluatorRun, ...ids: readonly string[]): void {
  for (const id of ids) exercised?.set(id, (exercised.get(id) ?? 0) + 1)
}

const proves: EvaluatorProperty = {
  ids: ['I20', 'I4', 'I23'],
  run: (options) =>
    fc.assert(
      fc.property(heardOf, delaysOf, (heard, delays) => {
        const [expected, came] = [shown(oracle(heard, delays)), shown(judged(heard, delays))]
        must(came === expected, `I20 expected ${expected}, came ${came}`)
        if (expected.includes('-')) count(options, 'I20')
      }),
      { numRuns: options.runs, seed: options.seed },
    ),
}

const blind: EvaluatorProperty = {
  ids: ['I4'],
  run: (options) =>
    fc.assert(
      fc.property(
        heardOf,
        delaysOf,
        fc.array(fc.tuple(fc.constantFrom('bad' as const, 'nan' as const, 'doubtful-off' as const), fc.nat(400)), {
          minLength: 1,
          maxLength: 12,
        }),
        (heard, delays, more) => {
          let ms = endOf(heard)
          const blinded = more.map(([say, apart]): Heard => ({ say, ms: (ms += 1 + apart), isEdge: apart % 2 === 0 }))
          const [seen, all] = [shown(judged(heard, delays)), shown(judged([...heard, ...blinded], delays))]
          must(all === seen, `I4 what cannot be believed made ${all} of ${seen}`)
          if (seen.endsWith('+')) count(options, 'I4')
        },
      ),
      { numRuns: options.runs, seed: options.seed },
    ),
}

const deadBand: EvaluatorProperty = {
  ids: ['I23'],
  run: (options) =>
    fc.assert(
      fc.property(
        heardOf,
        delaysOf,
        fc.array(fc.tuple(fc.integer({ min: 1, max: HOLD_MS }), fc.boolean()), { minLength: 1, maxLength: 12 }),
        (heard, delays, more) => {
          // At rest: what was on its way to a flip has arrived or been given up.
          const isOn = heard.length % 2 === 1
          const rest = Array.from({ length: 12 }, (_, n): Heard => ({
            say: isOn ? 'on' : 'off',
            ms: endOf(heard) + n * HOLD_MS,
            isEdge: false,
          }))
          let ms = rest.at(-1)?.ms ?? 0
          const inside = more.map(([apart, isEdge]): Heard => ({ say: 'between', ms: (ms += apart), isEdge }))
          const [before, all] = [
            shown(judged([...heard, ...rest], delays)),
            shown(judged([...heard, ...rest, ...inside], delays)),
          ]
          must(all === before, `I23 inside the dead band ${before} became ${all}`)
          count(options, 'I23')
        },
      ),
      { numRuns: options.runs, seed: options.seed },
    ),
}

const ticked: EvaluatorProperty = {
  ids: ['I11'],
  run: (options) =>
    fc.assert(
      fc.property(heardOf, delaysOf, fc.array(fc.nat(900), { maxLength: 40 }), (heard, delays, ticks) => {
        const [seldom, often] = [shown(judged(heard, delays)), shown(judged(heard, delays, ticks))]
        must(often === seldom, `I11 ticks made ${often} of ${seldom}`)
        if (seldom !== '' && ticks.length > 0) count(options, 'I11')
      }),
      { numRuns: options.runs, seed: options.seed },
    ),
}

const begunAnew: EvaluatorProperty = {
  ids: ['I5', 'I16'],
  run: (options) =>
    fc.assert(
      fc.property(
        heardOf,
        delaysOf,
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 6 }),
        (heard, delays, isEdit, ticks) => {
          const before = engineOf(delays)
          hear(before, heard)
          const isOpen = flipsOf(before).at(-1)?.active ?? false
          const saved = EngineState.parse(JSON.parse(JSON.stringify(before.save())))
          const engine = engineOf(delays, saved, isEdit ? DEADBAND + 1 : DEADBAND)
          if (!isEdit) engine.restart()
          let ms = endOf(heard)
          for (const apart of ticks) {
            ms += apart
            pass(engine, ms)
            engine.take([readingOf({ ms, say: apart % 2 === 0 ? 'bad' : 'doubtful-off', isEdge: false })])
          }
          const said = shown(flipsOf(engine))
          must(said === '', `${isEdit ? 'I16 an edit' : 'I5 a boot'} alone made ${said}`)
          if (isOpen) count(options, 'I5', ...(isEdit ? ['I16'] : []))
          // What is open ends by samples of its own, and by nothing else.
          const over = Array.from({ length: 12 }, (_, n): Heard => ({
            say: 'off',
            ms: ms + 1 + n * HOLD_MS,
            isEdge: false,
          }))
          hear(engine, over)
          const ended = flipsOf(engine).map(({ active }) => active)
          must(
            ended.length === (isOpen ? 1 : 0) && !ended.includes(true),
            'I5 what was open before is not open, or does not end',
          )
        },
      ),
      { numRuns: options.runs, seed: options.seed },
    ),
}

export const EVALUATOR_PROPERTIES: readonly EvaluatorProperty[] = [proves, blind, deadBand, ticked, begunAnew]
