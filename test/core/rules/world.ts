import type { z } from 'zod'
import { Activity, Calendar, Permit, SiteLoad, StopOrder } from '../../../core/contract/activity.ts'
import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { BootId } from '../../../core/contract/clock.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { PointRef, Reading } from '../../../core/contract/reading.ts'
import { RuleConfig, type SiteKind } from '../../../core/contract/site.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { armRules } from '../../../core/rules/arm.ts'
import { EngineState, LATENESS_MS, RuleEngine } from '../../../core/rules/engine.ts'
import { explain } from '../../../core/rules/explain.ts'
import type { LawLibrary } from '../../../core/rules/law.ts'
import type { LoadView } from '../../../core/rules/load/view.ts'
import { planOf, type SitePlan } from '../../../core/rules/plan.ts'
import type { ArmedRule, ArmFacts, Instant, PointEvent, RuleRun } from '../../../core/rules/rule.ts'

/** 2026-01-12 02:00:00 in Asia/Shanghai. */
export const NIGHT = Date.UTC(2026, 0, 11, 18, 0, 0)

/** How long a reading counts in these tests: two and a half polls. */
const POLLS_VALID = 2.5

export interface Given {
  readonly type: string
  readonly with?: Record<string, unknown>
  readonly quantity?: Quantity
  readonly siteKind?: SiteKind
  readonly name?: RuleConfig['name']
  readonly point?: PointRef
  readonly id?: string
  readonly priority?: RuleConfig['priority']
  readonly as?: RuleConfig['as']
  /** What further points measure. */
  readonly quantities?: Readonly<Record<PointRef, Quantity>>
  /** The meter of the site's load, for rules that judge it. */
  readonly loadMeter?: PointRef
  /** Whether signals are put together to one alarm of the site. */
  readonly hasActivity?: boolean
  /** Limits with the law they come from. */
  readonly law?: LawLibrary
}

/** One rule of an invented site, armed. Throws when it has faults. */
export function armed(given: Given): ArmedRule {
  const { type, id = 'watch', point = 'meter/value', priority = 'orange', name, as, quantities } = given
  const more = { ...(name === undefined ? {} : { name }), ...(as === undefined ? {} : { as }) }
  const config = RuleConfig.parse({ id, type, point, priority, ...more, with: given.with ?? {} })
  const facts: ArmFacts = {
    siteKind: given.siteKind ?? 'closed-pit',
    quantityOf: (ref) => quantities?.[ref] ?? (ref === point ? given.quantity : undefined),
    ...(given.loadMeter === undefined ? {} : { loadMeter: given.loadMeter }),
    hasActivity: given.hasActivity ?? false,
    ...(given.law === undefined ? {} : { law: given.law }),
  }
  const { rules, faults } = armRules('east-pit', [config], facts)
  if (rules[0] === undefined) throw new Error(JSON.stringify(faults))
  return rules[0]
}

/** A whole site as site.yaml would have it: durations and times as people write them. */
export interface GivenSite {
  readonly rules?: readonly Given[]
  readonly siteKind?: SiteKind
  readonly zone?: string
  readonly load?: z.input<typeof SiteLoad>
  readonly activity?: z.input<typeof Activity>
  readonly permits?: readonly z.input<typeof Permit>[]
  readonly orders?: readonly z.input<typeof StopOrder>[]
  readonly calendar?: z.input<typeof Calendar>
  readonly quantities?: Readonly<Record<PointRef, Quantity>>
  readonly view?: WatchedSite['view']
  readonly boot?: BootId
}

/** An invented site. Rules without an id get their type and their place in the list. */
export function sitePlan(given: GivenSite): WatchedSite {
  const {
    rules = [],
    siteKind = 'closed-pit',
    zone = 'Asia/Shanghai',
    load,
    activity,
    calendar,
    quantities,
    view,
    boot,
  } = given
  const about = {
    siteKind,
    hasActivity: activity !== undefined,
    ...(load === undefined ? {} : { loadMeter: load.meter }),
    ...(quantities === undefined ? {} : { quantities }),
  }
  return {
    site: 'east-pit',
    siteKind,
    zone,
    rules: rules.map((rule, index) => armed({ id: `${rule.type}-${index}`, ...about, ...rule })),
    load: load === undefined ? null : SiteLoad.parse(load),
    activity: activity === undefined ? null : Activity.parse(activity),
    permits: (given.permits ?? []).map((permit) => Permit.parse(permit)),
    orders: (given.orders ?? []).map((order) => StopOrder.parse(order)),
    calendar: calendar === undefined ? null : Calendar.parse(calendar),
    ...(view === undefined ? {} : { view }),
    ...(boot === undefined ? {} : { boot }),
  }
}

/** A reading `s` seconds into the night, good for 2.5 s unless told. */
export function reading(s: number, value: Reading['value'], more: Partial<Reading> = {}): Reading {
  const at = UtcMs.parse(NIGHT + Math.round(s * 1_000))
  return {
    device: 'meter',
    point: 'value',
    value,
    quality: 'good',
    reason: null,
    at,
    mono: MonoMs.parse(s * 1_000),
    validUntil: UtcMs.parse(at + 2_500),
    ...more,
  }
}

export function bad(s: number, reason: Reading['reason'] = 'timeout'): Reading {
  return reading(s, null, { quality: 'bad', reason })
}

/** A site to be watched. */
export interface WatchedSite extends SitePlan {
  /** What rules are told of the load instead of what the site's own model says; may follow the last good value of their own point. */
  readonly view?: LoadView | ((power: () => number) => LoadView)
  readonly boot?: BootId
}

/** What a point says at one moment: a value, more than a value, or nothing where it is not read. */
export type Said =
  | Reading['value']
  | undefined
  | {
      readonly value?: Reading['value']
      readonly quality?: Reading['quality']
      readonly reason?: Reading['reason']
      readonly event?: PointEvent
      readonly validMs?: number
      /** Shifts the wall time alone, ms. */
      readonly offMs?: number
    }

/** A site under watch, driven by seconds since NIGHT on both clocks. */
export class Watch {
  readonly told: AlarmTransition[] = []
  readonly #runs = new Map<string, RuleRun>()
  #site: WatchedSite
  engine: RuleEngine

  /** Rules alone, or a whole site. */
  constructor(...watched: readonly (WatchedSite | ArmedRule)[]) {
    this.#site = asSite(watched)
    this.engine = this.#engine(null)
  }

  /** The first rule's run, or that of a rule: whether it is active, and how strongly it speaks. */
  run(id?: string): RuleRun {
    const run = id === undefined ? [...this.#runs.values()][0] : this.#runs.get(id)
    if (run === undefined) throw new Error(`no rule ${id}`)
    return run
  }

  get state(): EngineState {
    return EngineState.parse(JSON.parse(JSON.stringify(this.engine.save())))
  }

  read(...readings: readonly Reading[]): this {
    this.engine.take(readings)
    return this.#hear()
  }

  /** What a point says at one moment, in seconds. */
  say(s: number, said: Said, point: PointRef = 'meter/value'): this {
    this.#feed(s, { point, said, validMs: POLLS_VALID * 1_000 })
    return this.#hear()
  }

  /** What one point says every `every` seconds from `from` to `to`, held for two and a half times that. */
  series(from: number, to: number, said: (s: number) => Said, every = 1): this {
    return this.play(from, to, { 'meter/value': said }, every)
  }

  /** What several points say every `every` seconds, in the order in which they are named. */
  play(from: number, to: number, points: Readonly<Record<PointRef, (s: number) => Said>>, every = 1): this {
    const sayings = Object.entries(points)
    for (let s = from; s <= to; s += every)
      for (const [point, said] of sayings) this.#feed(s, { point, said: said(s), validMs: POLLS_VALID * 1_000 * every })
    return this.#hear()
  }

  /** Time is accounted for up to `s` seconds, that is, it is told so much later. */
  until(s: number): this {
    const ms = s * 1_000 + LATENESS_MS
    return this.advance({ at: NIGHT + ms, mono: ms })
  }

  /** The engine is told what time it is. */
  advance(now: Instant): this {
    this.engine.advance(now)
    return this.#hear()
  }

  /** The program ends and starts again, as after a power cut unless it is in the boot it had; with other rules where they were edited. */
  restart(boot?: BootId, ...watched: readonly (WatchedSite | ArmedRule)[]): this {
    this.reload(...watched)
    this.engine.restart(boot)
    return this
  }

  /** Another engine made of what this one saved goes on in its place. */
  reload(...watched: readonly (WatchedSite | ArmedRule)[]): this {
    const { state } = this
    if (watched.length > 0) this.#site = asSite(watched)
    this.engine = this.#engine(state)
    return this
  }

  /** No rule at all is armed from the next start on. */
  disarm(): this {
    return this.reload({ ...this.#site, rules: [] })
  }

  /** `raise@12 clear@40.5`, in seconds; of one rule where it is named. */
  storyOf(rule?: string): string {
    return this.told
      .filter((one) => rule === undefined || one.rule === rule)
      .map(({ kind, at }) => `${kind}@${(at - NIGHT) / 1_000}`)
      .join(' ')
  }

  /** `storyOf` all. */
  get story(): string {
    return this.storyOf()
  }

  zh(index = -1): string {
    return explain(this.told.at(index)!.explanation, 'zh-CN')
  }

  en(index = -1): string {
    return explain(this.told.at(index)!.explanation, 'en')
  }

  #engine(saved: EngineState | null): RuleEngine {
    const { view, boot } = this.#site
    this.#runs.clear()
    const rules = this.#site.rules.map((rule): ArmedRule => ({
      ...rule,
      run: (place, events, before) => {
        const load = typeof view === 'function' ? view(() => place.inputs.value(0, -Infinity)) : view
        const run = rule.run(load === undefined ? place : { ...place, load }, events, before)
        this.#runs.set(rule.id, run)
        return run
      },
    }))
    return new RuleEngine({ ...this.#site, rules }, saved, boot)
  }

  #feed(s: number, { point, said, validMs }: { point: PointRef; said: Said; validMs: number }): void {
    if (said === undefined) return
    const more = typeof said === 'object' && said !== null ? said : { value: said }
    const { value = null, quality = 'good', event = null, offMs = 0 } = more
    const kind =
      value === null ? 'none' : typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'state' : 'text'
    this.engine.feed(
      this.engine.channel(point),
      {
        at: NIGHT + Math.round(s * 1_000) + offMs,
        mono: s * 1_000,
        value: kind === 'number' || kind === 'state' ? Number(value) : NaN,
        kind,
        quality,
        reason: quality === 'good' ? null : (more.reason ?? 'timeout'),
        validMs: more.validMs ?? validMs,
        event,
      },
      typeof value === 'string' ? value : null,
    )
  }

  #hear(): this {
    this.told.push(...this.engine.transitions())
    return this
  }
}

function asSite(watched: readonly (WatchedSite | ArmedRule)[]): WatchedSite {
  const rules: ArmedRule[] = []
  for (const one of watched) {
    if ('rules' in one) return one
    rules.push(one)
  }
  return planOf('east-pit', rules)
}
