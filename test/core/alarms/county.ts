import type { Alarm, AlarmTransition } from '../../../core/contract/alarm.ts'
import type { OccurrenceId } from '../../../core/contract/occurrence.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { type AlarmEvent, type AlarmStep, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import { renewed } from '../../../core/alarms/lifecycle-past.ts'
import { takeTransition } from '../../../core/alarms/lifecycle-take.ts'

export const START = Date.UTC(2026, 0, 11, 18, 14, 5)

/** A step together with what caused it. */
export interface Seen {
  readonly step: AlarmStep
  readonly event: AlarmEvent['kind'] | 'transition'
  readonly transition?: AlarmTransition
  readonly at: number
}

/** One gateway with one rule: what it has made, and what it has not handed over yet. */
export interface Gateway {
  priority: Priority
  latched: boolean
  version: number
  open: { occurrence: OccurrenceId; n: number; from: number } | null
  readonly waiting: AlarmTransition[]
  readonly sent: AlarmTransition[]
  /** What really was, by occurrence. */
  readonly truth: Map<string, { from: number; to: number | null }>
}

/** The alarms of one point as a desk keeps them, without its database. */
export class County {
  now = START
  alarms = new Map<string, Alarm>()
  readonly seen: Seen[] = []
  readonly taken = new Set<string>()
  readonly gateway: Gateway
  #numbers = 0
  #lastStamp = 0

  constructor(gateway: Pick<Gateway, 'priority' | 'latched'>) {
    this.gateway = { ...gateway, version: 1, open: null, waiting: [], sent: [], truth: new Map() }
  }

  get newest(): Alarm | null {
    const all = [...this.alarms.values()]
    const open = all.find(({ state }) => state !== 'closed')
    return (
      open ??
      all.reduce<Alarm | null>((best, one) => (best === null || one.raisedAt >= best.raisedAt ? one : best), null)
    )
  }

  of(occurrence: string): Alarm | null {
    const holds = (alarm: Alarm) => alarm.activations.some((activation) => activation.occurrence === occurrence)
    return [...this.alarms.values()].find(holds) ?? null
  }

  /** The condition at the site turns; what it says waits. */
  flip(): void {
    const { gateway } = this
    if (gateway.open === null) {
      const from = (this.#lastStamp = Math.max(this.now, this.#lastStamp + 1))
      const occurrence = `east-pit.dead-feeder.${from.toString(36)}`
      gateway.open = { occurrence, n: 1, from }
      gateway.truth.set(occurrence, { from, to: null })
      this.#say('raise', from)
    } else {
      const { open } = gateway
      open.n += 1
      const to = Math.max(this.now, open.from)
      this.#lastStamp = Math.max(to, this.#lastStamp)
      gateway.truth.set(open.occurrence, { from: open.from, to })
      this.#say('clear', to)
      gateway.open = null
    }
  }

  /** More of an open occurrence: a picture, or a priority. */
  tellMore(priority: Priority | null, picture: number | null): void {
    const { open } = this.gateway
    if (open === null) return
    open.n += 1
    if (priority !== null) this.gateway.priority = priority
    this.#say('update', Math.max(this.now, open.from), picture)
  }

  #say(kind: AlarmTransition['kind'], at: number, picture: number | null = null): void {
    const { gateway } = this
    if (gateway.open === null) return
    const { occurrence, n } = gateway.open
    gateway.waiting.push({
      ...{ occurrence, n, kind, site: 'east-pit', rule: 'dead-feeder', ruleType: 'entry', point: 'meter/power' },
      priority: gateway.priority,
      at: UtcMs.parse(at),
      explanation: { key: `entry.${kind}`, values: {} },
      readings: [],
      evidence: picture === null ? [] : [pictureOf(picture)],
      latched: gateway.latched,
      ruleVersion: `v${gateway.version}`,
    })
  }

  /** Hands over what waits at this place, if there is so much. */
  deliver(place: number): void {
    const { waiting, sent } = this.gateway
    const [transition] = waiting.splice(place % Math.max(1, waiting.length), 1)
    if (transition === undefined) return
    sent.push(transition)
    this.take(transition)
  }

  deliverAll(): void {
    while (this.gateway.waiting.length > 0) this.deliver(0)
  }

  take(transition: AlarmTransition): void {
    const key = `${transition.occurrence} ${transition.n}`
    if (this.taken.has(key)) return
    this.taken.add(key)
    let heard = transition
    let own = this.of(heard.occurrence)
    for (let next = heard.kind === 'raise' ? null : own; next !== null;) {
      own = next
      if (own.state !== 'closed' || own.returnedAt !== null) break
      const occurrence = renewed(heard.occurrence)
      next = this.of(occurrence)
      if (next !== null) heard = { ...heard, occurrence }
    }
    const number = `PW-20260112-${String(this.#numbers + 1).padStart(4, '0')}`
    const receipt = { receivedAt: UtcMs.parse(this.now), number, parent: null }
    const { steps } = takeTransition({ own, newest: this.newest }, heard, receipt)
    for (const step of steps) this.#keep({ step, event: 'transition', transition: heard, at: this.now })
  }

  /** Something happens to the newest alarm. */
  happen(event: AlarmEvent, to: Alarm | null = this.newest): AlarmStep | null {
    if (to === null) return null
    const step = stepAlarm(to, event)
    this.#keep({ step, event: event.kind, at: this.now })
    return step
  }

  /** Everything is written down and read again. */
  reload(): void {
    this.alarms = new Map(
      [...this.alarms].map(([id, alarm]) => [id, JSON.parse(JSON.stringify(alarm)) as Alarm] as const),
    )
  }

  /** Lets timers run out that are due. */
  tick(): void {
    const at = UtcMs.parse(this.now)
    for (const id of [...this.alarms.keys()]) {
      for (const kind of ['expiry', 're-alarm', 'late-due'] as const)
        this.happen({ kind, at }, this.alarms.get(id) ?? null)
    }
  }

  #keep(seen: Seen): void {
    const { before, alarm, changed } = seen.step
    if (changed && alarm !== null) {
      if (before === null) this.#numbers += 1
      this.alarms.set(alarm.id, alarm)
    }
    this.seen.push(seen)
  }
}

export function pictureOf(n: number) {
  return {
    kind: 'picture' as const,
    sha256: n.toString(16).padStart(64, '0'),
    mediaType: 'image/jpeg' as const,
    bytes: 1_000,
    device: 'gate-camera',
    target: 'human' as const,
    event: 'fielddetection',
    at: UtcMs.parse(START),
  }
}
