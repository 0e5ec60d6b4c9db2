import type { Alarm } from '../../../core/contract/alarm.ts'
import type { AlarmEvent } from '../../../core/alarms/lifecycle.ts'
import { at } from './alarms.ts'

export const DESK = { kind: 'system', name: 'desk' }
export const person = (name: string) => ({ kind: 'person', name })
export const EDGE = { kind: 'system', name: 'east-pit/dead-feeder' }
export const subject = 'east-pit.dead-feeder.a'
export const parent = 'east-pit.gateway-silent.1'
export const orange = (state: string) => ({ priority: 'orange', state })
export const note = (by: string, s: number): AlarmEvent => ({
  kind: 'note',
  note: { at: at(s), by, text: 'the gate was open' },
  actor: 'person',
})
export const shelf = (s: number, forS: number, second: string | null = null): AlarmEvent => ({
  kind: 'suppress',
  ask: {
    ...{ kind: 'shelved', by: 'lin', reason: 'known work', shelvedBefore: 0, until: at(s + forS) },
    second: second === null ? null : { name: second, isLeader: true },
  },
  at: at(s),
})
export const open = ({ alarm }: { readonly alarm: Alarm | null }): Alarm => {
  if (alarm === null) throw new Error('expected an alarm')
  return alarm
}
