import type { DutyView } from '../../core/alarms/duty-view.ts'
import { type OnDuty, Roster } from '../../core/contract/roster.ts'
import type { UtcMs } from '../../core/contract/time.ts'

/** Two made-up persons who are always on duty, reached over the channel `hook`. */
export function steadyDuty(
  url: string,
  { redLoop, digest }: { readonly redLoop: string; readonly digest: string },
): DutyView {
  const person = (id: string) => ({ id, name: id, contacts: [{ channel: 'hook', address: url }] })
  const role = (id: string, holder: string) => ({ id, name: { 'zh-CN': id, en: id }, fallback: [holder] })
  const call = (name: string) => [{ role: name }]
  const roster = Roster.parse({
    persons: [person('lin'), person('zhou')],
    roles: [role('duty', 'lin'), role('leader', 'zhou')],
    ladders: {
      red: { steps: [{ call: call('duty') }], loop: redLoop },
      orange: { steps: [{ call: call('duty') }, { after: '10min', call: call('leader') }], loop: '30min' },
      yellow: { steps: [{ call: call('duty'), digest }], loop: '8h' },
    },
    office: { notices: 'duty', leader: 'leader' },
  })
  const holders = new Map(roster.roles.map(({ id, fallback }) => [id, fallback]))
  const onDuty = (id: string, from: UtcMs, until = from): OnDuty => ({
    ...{ role: id, from, until, shift: null, persons: holders.get(id) ?? [], source: 'cycle' },
  })
  return {
    roster,
    onDuty,
    spans: (id, from, to) => [onDuty(id, from, to)],
    person: (id) => roster.persons.find((one) => one.id === id) ?? null,
  }
}
