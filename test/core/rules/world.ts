import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import { RuleConfig, type SiteKind } from '../../../core/contract/site.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { armRules } from '../../../core/rules/arm.ts'
import { EngineState, freshState, judge, LATENESS_MS, resume, tick } from '../../../core/rules/engine.ts'
import { explain } from '../../../core/rules/explain.ts'
import type { ArmedRule } from '../../../core/rules/rule.ts'

/** 2026-01-12 02:00:00 in Asia/Shanghai. */
export const NIGHT = Date.UTC(2026, 0, 11, 18, 0, 0)

export interface Given {
  readonly type: string
  readonly with?: Record<string, unknown>
  readonly quantity?: Quantity
  readonly siteKind?: SiteKind
  readonly name?: RuleConfig['name']
  readonly point?: string
}

/** One rule of an invented site, armed. Throws when it has faults. */
export function armed(given: Given): ArmedRule {
  const config = RuleConfig.parse({
    id: 'watch',
    type: given.type,
    point: given.point ?? 'meter/value',
    priority: 'orange',
    ...(given.name === undefined ? {} : { name: given.name }),
    with: given.with ?? {},
  })
  const { rules, faults } = armRules('east-pit', [config], {
    siteKind: given.siteKind ?? 'closed-pit',
    quantityOf: () => given.quantity,
  })
  if (rules[0] === undefined) throw new Error(JSON.stringify(faults))
  return rules[0]
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

/** An engine with one rule, driven by seconds. */
export class Watch {
  state = freshState()
  told: AlarmTransition[] = []
  rules: readonly ArmedRule[]

  constructor(...rules: readonly ArmedRule[]) {
    this.rules = rules
  }

  read(...readings: readonly Reading[]): this {
    const step = judge(this.rules, this.state, readings)
    this.state = step.state
    this.told.push(...step.transitions)
    return this
  }

  /** One reading every `every` seconds from `from` to `to`. */
  series(from: number, to: number, value: (s: number) => Reading['value'], every = 1): this {
    for (let s = from; s <= to; s += every) this.read(reading(s, value(s)))
    return this
  }

  /** Time is accounted for up to `s` seconds, that is, a tick comes so much later. */
  until(s: number): this {
    const ms = s * 1_000 + LATENESS_MS
    const step = tick(this.rules, this.state, { at: UtcMs.parse(NIGHT + ms), mono: MonoMs.parse(ms) })
    this.state = step.state
    this.told.push(...step.transitions)
    return this
  }

  /** Through the store and up again. */
  restart(): this {
    this.state = resume(EngineState.parse(JSON.parse(JSON.stringify(this.state))))
    return this
  }

  /** `raise@12 clear@40.5`, in seconds. */
  get story(): string {
    return this.told.map(({ kind, at }) => `${kind}@${(at - NIGHT) / 1_000}`).join(' ')
  }

  zh(index = -1): string {
    return explain(this.told.at(index)!.explanation, 'zh-CN')
  }

  en(index = -1): string {
    return explain(this.told.at(index)!.explanation, 'en')
  }
}
