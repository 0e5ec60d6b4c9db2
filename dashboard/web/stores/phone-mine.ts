import type { Alarm } from '../../../core/contract/alarm.ts'
import { openInOrder } from './alarm-order.ts'

/** Open alarms for one person, each part in the order in which a person should see to them. */
export interface PhoneList {
  /** Those the person is to see to, or was called for. */
  readonly mine: readonly Alarm[]
  readonly others: readonly Alarm[]
}

/** Parts the open alarms. */
export function phoneList(alarms: Iterable<Alarm>, by: string): PhoneList {
  const open = openInOrder(alarms)
  const isMine = ({ assignee, notices }: Alarm) =>
    assignee === by || notices.some(({ person, name }) => person === by || name === by)
  return { mine: open.filter(isMine), others: open.filter((alarm) => !isMine(alarm)) }
}
