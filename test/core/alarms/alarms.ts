import type { Alarm, AlarmState, AlarmTransition } from '../../../core/contract/alarm.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { type AlarmEvent, type AlarmStep, stepAlarm } from '../../../core/alarms/lifecycle.ts'

const T = 1_768_154_400_000
export const at = (s: number) => UtcMs.parse(T + s * 1_000)

export function transition(
  kind: AlarmTransition['kind'],
  s: number,
  more: Partial<AlarmTransition> = {},
): AlarmTransition {
  return {
    occurrence: 'east-pit.dead-feeder.a',
    n: kind === 'raise' ? 1 : kind === 'update' ? 2 : 9,
    kind,
    site: 'east-pit',
    rule: 'dead-feeder',
    ruleType: 'should-be-off',
    point: 'meter/power',
    priority: 'orange',
    at: at(s),
    explanation: { key: `should-be-off.${kind}`, values: {} },
    readings: [],
    evidence: [],
    ...more,
  }
}

type Told = Partial<AlarmTransition> & { readonly lateS?: number }

export function raise(s: number, { lateS = 1, ...more }: Told = {}): AlarmEvent {
  const receivedAt = at(s + lateS)
  return {
    kind: 'raise',
    transition: transition('raise', s, more),
    receivedAt,
    number: 'PW-20260112-0001',
    parent: null,
  }
}

export function clear(s: number, { lateS = 1, ...more }: Told = {}): AlarmEvent {
  return { kind: 'return', transition: transition('clear', s, more), receivedAt: at(s + lateS) }
}

export function update(s: number, { lateS = 1, ...more }: Told = {}): AlarmEvent {
  return { kind: 'update', transition: transition('update', s, more), receivedAt: at(s + lateS) }
}

export function ack(s: number, by = 'lin', note = 'sent a patrol'): AlarmEvent {
  return { kind: 'acknowledge', acknowledgement: { at: at(s), by, note, via: 'desk' } }
}

export function reset(s: number): AlarmEvent {
  return { kind: 'reset', at: at(s), by: 'lin', result: 'confirmed', note: 'seal was cut' }
}

export function withdraw(s: number, second: string | null = 'chief'): AlarmEvent {
  const other = second === null ? null : { name: second, isLeader: true }
  return { kind: 'withdraw', at: at(s), by: 'lin', reason: 'rule is gone', second: other }
}

export function timer(kind: 're-alarm' | 'expiry' | 'late-due', s: number): AlarmEvent {
  return { kind, at: at(s) }
}

/** The other occurrence of the same rule. */
export const again = { occurrence: 'east-pit.dead-feeder.b' }
export const latched = { latched: true }

/** An alarm that has come so far. */
export const INTO: Readonly<Record<AlarmState, readonly AlarmEvent[]>> = {
  unacked: [raise(0)],
  acked: [raise(0), ack(10)],
  returned: [raise(0), clear(10)],
  latched: [raise(0, latched), clear(10, latched)],
  'latched-acked': [raise(0, latched), clear(10, latched), ack(20)],
  closed: [raise(0), clear(10), ack(20)],
}

/** What the last of these events did. */
export function after(...events: readonly AlarmEvent[]): AlarmStep {
  let alarm: Alarm | null = null
  let last = stepAlarm(null, timer('expiry', 0))
  for (const event of events) {
    last = stepAlarm(alarm, event)
    alarm = last.alarm
  }
  return last
}

export const actsOf = (step: AlarmStep) => step.acts.map(({ act }) => act)
