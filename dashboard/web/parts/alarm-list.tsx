import { useLayoutEffect, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useRuleTexts, useTexts } from '../page.ts'
import { type AlarmGroup, stormGroups } from '../stores/alarm-order.ts'
import { AlarmRow } from './alarm-row.tsx'
import { Mark, PriorityWord } from './mark.tsx'

/** Rows drawn at first, and more each time somebody asks: ten thousand would stop the page. */
const ROWS = 100

interface AlarmListProps {
  readonly alarms: readonly Alarm[]
  readonly label: string
  readonly none: string
  readonly showSite?: boolean
  /** Folds what is alike while there are more alarms than a person can handle. */
  readonly folds?: boolean
}

/** A list of alarms in the order given, the first hundred until more are asked for. The keyboard moves through it. */
export function AlarmList({ alarms, label, none, showSite = true, folds = false }: AlarmListProps) {
  const { desk, live } = usePage()
  const texts = useTexts().alarms
  const [most, setMost] = useState(ROWS)
  const isFolded = folds && live.state.value.status?.storm === true
  const rows: readonly (Alarm | AlarmGroup)[] = isFolded ? stormGroups(alarms) : alarms
  const shown = rows.slice(0, most)
  const ids = shown.flatMap((row) => ('id' in row ? [row.id] : [])).join(' ')
  useLayoutEffect(() => {
    desk.visible.value = ids === '' ? [] : ids.split(' ')
  }, [ids])
  useLayoutEffect(
    () => () => {
      desk.visible.value = []
    },
    [],
  )
  if (alarms.length === 0) return <p class="empty">{none}</p>
  return (
    <>
      <ul class="alarm-list" aria-label={label}>
        {shown.map((row) =>
          'id' in row ? (
            <AlarmRow key={row.id} alarm={row} showSite={showSite} />
          ) : (
            <GroupRow key={`${row.priority}/${row.ruleType}`} group={row} />
          ),
        )}
      </ul>
      {rows.length > most && (
        <p class="more">
          <button class="button" type="button" data-act="more" onClick={() => setMost(most + ROWS)}>
            {texts.showMore(rows.length - most)}
          </button>
        </p>
      )}
    </>
  )
}

/** Alarms that are alike as one row of a storm; each of them opens under it. */
function GroupRow({ group: { priority, ruleType, alarms } }: { readonly group: AlarmGroup }) {
  const rules = useRuleTexts()
  const texts = useTexts().alarms
  const [open, setOpen] = useState(false)
  const sites = new Set(alarms.map(({ site }) => site)).size
  return (
    <li class="alarm-group" data-group={`${priority}/${ruleType}`}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Mark priority={priority} size={34} />
          <span>
            <PriorityWord priority={priority} /> {rules.typeName(ruleType)} {texts.grouped(alarms.length, sites)}
          </span>
        </summary>
        {open && (
          <ul class="alarm-list">
            {alarms.slice(0, ROWS).map((alarm) => (
              <AlarmRow key={alarm.id} alarm={alarm} />
            ))}
          </ul>
        )}
      </details>
    </li>
  )
}
