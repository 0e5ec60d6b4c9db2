import { Activity, type EvidenceGroup, Feedback, Permit } from '../../../../core/contract/activity.ts'
import type { z } from 'zod'
import type { Explanation } from '../../../../core/contract/alarm.ts'
import { type ActivityJudge, type ActivitySaid, openActivity } from '../../../../core/rules/activity/judge.ts'
import { explain } from '../../../../core/rules/explain.ts'
import type { ArmedRule } from '../../../../core/rules/rule.ts'
import { siteViewOf } from '../../../../core/rules/site-time.ts'
import { armed, NIGHT, reading } from '../world.ts'

/** 2026-01-12 12:00:00 in Asia/Shanghai, a Monday. */
export const NOON = NIGHT + 10 * 3_600_000

/** One signal, `s` seconds after the court begins. */
export interface Said {
  readonly s: number
  readonly rule?: string
  readonly type?: string
  readonly group?: EvidenceGroup
  readonly strength?: number
  readonly isActive?: boolean
  readonly values?: Explanation['values']
  readonly point?: ArmedRule['point']
  readonly inputs?: ArmedRule['inputs']
}

export interface CourtOf {
  readonly from?: number
  readonly activity?: z.input<typeof Activity>
  readonly permits?: readonly z.input<typeof Permit>[]
  readonly offDays?: readonly string[]
}

const anyRule = armed({ type: 'should-be-off', quantity: 'power' })

/** A judge that is told signals by hand, and what it says. */
export class Court {
  readonly said: (ActivitySaid & { readonly kind: 'raise' | 'update' | 'clear' })[] = []
  readonly from: number
  readonly #of: CourtOf
  residual = NaN
  judge: ActivityJudge

  constructor(of: CourtOf = {}) {
    this.#of = of
    this.from = of.from ?? NOON
    this.judge = this.#open(null)
  }

  hear(...signals: readonly Said[]): this {
    for (const said of signals) {
      const { s, rule = 'load', type = rule, group = 'power', strength = 3, isActive = true, values = {} } = said
      const point = said.point ?? 'meter/power'
      this.judge.signal({
        at: this.from + s * 1_000,
        mono: 60_000 + s * 1_000,
        rule: { ...anyRule, id: rule, type, group, point, inputs: said.inputs ?? [] },
        group,
        strength,
        isActive,
        explain: () => ({ key: 'should-be-off.raised', values }),
        readings: [reading(s, strength, { point: rule })],
      })
    }
    return this
  }

  /** Everything up to `s` seconds is judged. */
  until(s: number): this {
    this.judge.pass({ at: this.from + s * 1_000, mono: 60_000 + s * 1_000 })
    return this
  }

  note(feedback: Omit<z.input<typeof Feedback>, 'occurrence' | 'by'>): this {
    this.judge.note(Feedback.parse({ occurrence: 'east-pit.site-activity.1', by: 'x', ...feedback }))
    return this
  }

  /** Another judge made of what this one saved goes on in its place. */
  reload(): this {
    this.judge = this.#open(JSON.parse(JSON.stringify(this.judge.save())))
    return this
  }

  /** `raise@12 update@30! clear@1842`, in seconds; `!` = red. */
  get story(): string {
    return this.said
      .map(({ kind, at, priority }) => `${kind}@${(at - this.from) / 1_000}${priority === 'red' ? '!' : ''}`)
      .join(' ')
  }

  get score(): number {
    return Number(this.said.at(-1)?.explanation.values.score)
  }

  zh(index = -1): string {
    return explain(this.said.at(index)!.explanation, 'zh-CN')
  }

  en(index = -1): string {
    return explain(this.said.at(index)!.explanation, 'en')
  }

  #open(saved: unknown): ActivityJudge {
    const { activity = {}, permits = [], offDays } = this.#of
    const years = { 2026: { announced: true, off: [...(offDays ?? [])], worked: [], festivals: [] } }
    const calendar = offDays === undefined ? null : { calendar: 'cn', source: 'x', years }
    const tell = (kind: 'raise' | 'update' | 'clear') => (said: ActivitySaid) => void this.said.push({ ...said, kind })
    return openActivity(
      {
        activity: Activity.parse(activity),
        site: siteViewOf({
          zone: 'Asia/Shanghai',
          permits: permits.map((permit) => Permit.parse(permit)),
          orders: [],
          calendar,
        }),
        residual: () => this.residual,
        events: { raise: tell('raise'), update: tell('update'), clear: tell('clear') },
      },
      saved,
    )
  }
}
