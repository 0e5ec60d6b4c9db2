import { useEffect } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage } from '../page.ts'
import { AlarmRow } from './alarm-row.tsx'

interface AlarmListProps {
  readonly alarms: readonly Alarm[]
  readonly label: string
  readonly none: string
  readonly showSite?: boolean
}

/** A list of alarms in the order given. The keyboard moves through it. */
export function AlarmList({ alarms, label, none, showSite = true }: AlarmListProps) {
  const { desk } = usePage()
  const ids = alarms.map((alarm) => alarm.id).join(' ')
  useEffect(() => {
    desk.visible.value = ids === '' ? [] : ids.split(' ')
  }, [ids])
  useEffect(
    () => () => {
      desk.visible.value = []
    },
    [],
  )
  if (alarms.length === 0) return <p class="empty">{none}</p>
  return (
    <ul class="alarm-list" aria-label={label}>
      {alarms.map((alarm) => (
        <AlarmRow key={alarm.id} alarm={alarm} showSite={showSite} />
      ))}
    </ul>
  )
}
