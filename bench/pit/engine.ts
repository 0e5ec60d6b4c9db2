import type { AlarmTransition } from '../../core/contract/alarm.ts'
import { PointRef } from '../../core/contract/reading.ts'
import { GatewayConfig } from '../../core/contract/site.ts'
import { armRules } from '../../core/rules/arm.ts'
import type { Channel } from '../../core/rules/channel.ts'
import { RuleEngine } from '../../core/rules/engine.ts'
import type { SitePlan } from '../../core/rules/plan.ts'
import type { StandardFacts } from '../../core/rules/rule.ts'
import { standardRules } from '../../core/rules/standard.ts'
import { RULE_TYPES } from '../../core/rules/types.ts'
import type { SiteFile } from './config.ts'
import { UP_MS } from './gateway.ts'
import { HOLIDAYS } from './holidays.ts'
import type { Notice } from './notice.ts'
import type { Operator } from './operator.ts'
import type { PitPoint } from './points.ts'
import type { Listener } from './said.ts'

/** A detector that listens to a site and tells. */
export interface Detector extends Listener {
  readonly notices: readonly Notice[]
}

export interface EngineWish {
  readonly points: readonly PitPoint[]
  /** UTC ms of second 0. */
  readonly startAt: number
  readonly operator?: Operator | null
}

/** The rules of the house, armed as the site file says. */
export function engineDetector(file: SiteFile, { points, startAt, operator = null }: EngineWish): Detector {
  const config = GatewayConfig.parse(file)
  const quantities = new Map(Object.entries(config.points).map(([ref, { quantity }]) => [ref, quantity]))
  const load = config.load ?? null
  const facts: StandardFacts = { siteKind: config.site.kind, load, points: quantities, hasOrders: false }
  const rules = standardRules(facts, {
    configured: [],
    taken: [],
    without: config.activity?.without ?? [],
    nameOf: () => null,
  })
  const arming = armRules(config.site.id, rules, {
    siteKind: config.site.kind,
    quantityOf: (point) => quantities.get(point),
    ...(load === null ? {} : { loadMeter: load.meter }),
    hasActivity: config.activity !== undefined,
  })
  if (arming.faults.length > 0)
    throw new TypeError(`expected rules that fit the site: ${JSON.stringify(arming.faults)}`)
  const plan: SitePlan = {
    site: config.site.id,
    siteKind: config.site.kind,
    zone: config.site.zone,
    rules: arming.rules,
    load,
    activity: config.activity ?? null,
    permits: config.permits,
    orders: config.orders,
    calendar: HOLIDAYS,
  }
  return new EngineDetector(plan, { points, startAt, operator, watched: new Set(quantities.keys()) })
}

class EngineDetector implements Detector {
  readonly notices: Notice[] = []
  readonly #engine: RuleEngine
  readonly #channels: readonly (Channel | null)[]
  readonly #health: ReadonlySet<string>
  readonly #groups: ReadonlyMap<string, string>
  readonly #operator: Operator | null
  /** By how much UTC is ahead of monotonic time, as the gateway has it. */
  #ahead: number

  constructor(
    plan: SitePlan,
    { points, startAt, operator = null, watched }: EngineWish & { readonly watched: ReadonlySet<string> },
  ) {
    this.#engine = new RuleEngine(plan)
    this.#operator = operator
    this.#ahead = startAt - UP_MS
    this.#channels = points.map(({ ref }) => (watched.has(ref) ? this.#engine.channel(PointRef.parse(ref)) : null))
    this.#health = new Set(RULE_TYPES.filter(({ serves }) => serves === 0).map(({ type }) => type))
    this.#groups = new Map(plan.rules.map(({ type, group }) => [type, group ?? type]))
  }

  take(_point: PitPoint, index: number, said: Parameters<Listener['take']>[2]): void {
    const channel = this.#channels[index] ?? null
    this.#ahead = said.at - said.mono
    if (channel !== null) this.#engine.feed(channel, said)
  }

  polled(t: number): void {
    const mono = UP_MS + t * 1_000
    if (t % 60 === 0) {
      this.#engine.advance({ at: this.#ahead + mono, mono })
      for (const feedback of this.#operator?.tells(t) ?? []) this.#engine.feedback(feedback)
    }
    for (const transition of this.#engine.transitions()) {
      const notice = this.#noticeOf(t, transition)
      this.notices.push(notice)
      this.#operator?.hears(notice)
    }
  }

  #noticeOf(t: number, { kind, occurrence, ruleType, because = [] }: AlarmTransition): Notice {
    const types = because.length === 0 ? [ruleType] : [...new Set(because.map((row) => row.ruleType))]
    return {
      t,
      kind,
      alarm: occurrence,
      types,
      groups: [...new Set(types.map((type) => this.#groups.get(type) ?? type))],
      isHealth: this.#health.has(ruleType),
    }
  }
}
