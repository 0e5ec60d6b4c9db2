import type { ComponentChildren } from 'preact'
import type { AlarmRow } from '../../../core/contract/alarm-row.ts'
import { isActive } from '../../../core/alarms/lifecycle.ts'
import { alarmsEn } from '../i18n/alarms-en.ts'
import { alarmsZh } from '../i18n/alarms-zh-cn.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { valueText } from '../show/number.ts'
import { spanText, type ZoneTimes } from '../show/time.ts'
import type { Naming } from '../stores/alarm-index.ts'
import { waits } from '../stores/alarm-view.ts'
import { addressOf } from '../stores/route.ts'
import { mayAct } from '../stores/session.ts'
import { Mark, PriorityWord } from './mark.tsx'

/** The words of the list in the language chosen. */
export function useAlarmWords() {
  return useWords({ 'zh-CN': alarmsZh, en: alarmsEn })
}

interface CellProps {
  readonly row: AlarmRow
}

export interface AlarmCellsProps extends CellProps {
  readonly isBeyond: boolean
  readonly naming: Naming
  readonly zone: string
  readonly acknowledge: (id: string) => void
}

/** Everything a row of the list says of an alarm. It follows nothing that moves all the time but its duration, as forty of it are drawn. */
export function AlarmCells({ row, isBeyond, naming, zone, acknowledge }: AlarmCellsProps) {
  const words = useAlarmWords()
  const times = usePage().times(zone)
  return (
    <>
      <MarkCell row={row} />
      <Cell name="number">
        {row.number}
        {isBeyond && <span class="beyond-word">{words.beyondRow}</span>}
      </Cell>
      <Cell name="site">
        <a class="alarm-open" tabIndex={-1} href={`#${addressOf({ page: 'alarm', id: row.id })}`}>
          {naming.site(row.site)}
        </a>
      </Cell>
      <Cell name="town">{naming.town(row.site)}</Cell>
      <Cell name="rule">
        <span class="rule-word">{naming.rule(row.ruleType)}</span>
        <Badges row={row} />
      </Cell>
      <ValueCell row={row} />
      <TimeCells row={row} times={times} />
      <Cell name="times">{row.raises > 1 ? `×${row.raises}` : ''}</Cell>
      <Cell name="assignee">{row.assignee === null ? '—' : naming.person(row.assignee)}</Cell>
      <StepCell row={row} times={times} />
      <StateCell row={row} acknowledge={acknowledge} />
    </>
  )
}

function Cell({ name, children }: { readonly name: string; readonly children?: ComponentChildren }) {
  return (
    <div role="gridcell" class={`cell c-${name}`}>
      {children}
    </div>
  )
}

/** The mark, which is also where the row is chosen by pointer. */
function MarkCell({ row }: CellProps) {
  const { desk, session } = usePage()
  const words = useAlarmWords()
  const isMarked = desk.bulk.marked.value.has(row.id)
  const mark = (
    <Mark
      priority={row.priority}
      unacked={waits(row)}
      hollow={!isActive(row.state)}
      suppressed={row.state !== 'closed' && row.suppressions.length > 0}
      size={26}
    />
  )
  return (
    <Cell name="mark">
      {mayAct(session.signedIn.value) && row.state !== 'closed' && (
        <button
          class="tick"
          type="button"
          role="checkbox"
          tabIndex={-1}
          aria-checked={isMarked}
          aria-label={words.mark(row.number)}
          onClick={() => desk.bulk.toggle(row.id)}
        >
          <span aria-hidden="true">{isMarked ? '✓' : ''}</span>
        </button>
      )}
      {mark}
      <span class="mark-word">
        <PriorityWord priority={row.priority} />
      </span>
    </Cell>
  )
}

function Badges({ row }: CellProps) {
  const texts = useTexts().alarmActs
  const badges = [
    ...(row.state === 'closed' ? [] : row.suppressions.slice(0, 1).map((kind) => texts.suppressed[kind])),
    ...(row.late ? [texts.late] : []),
    ...(row.chattering ? [texts.chattering] : []),
  ]
  return badges.map((badge) => (
    <span key={badge} class="badge">
      {badge}
    </span>
  ))
}

function ValueCell({ row: { value, limit, quantity, quality, state } }: CellProps) {
  const texts = useTexts()
  if (value === null || quantity === null) return <Cell name="value">—</Cell>
  const shown = valueText(value, quantity, texts)
  const bound = limit === null ? null : valueText(limit, quantity, texts)
  // Its gateway is silent: the value is that of the raise, and nobody knows how it is now.
  const isStale = quality === 'stale' && state !== 'closed'
  return (
    <Cell name="value">
      <span class={`value${isStale ? ' is-expired' : ''}`}>
        <span class="value-number">{shown.text}</span>
        {bound !== null && <span class="value-limit"> / {bound.text}</span>}
        <span class="value-unit">{shown.unit}</span>
      </span>
    </Cell>
  )
}

interface TimedProps extends CellProps {
  readonly times: ZoneTimes
}

function TimeCells({ row: { raisedAt, returnedAt }, times }: TimedProps) {
  const { live } = usePage()
  const texts = useTexts()
  const now = live.now.value
  return (
    <>
      <Cell name="since">
        <time>{times.near(raisedAt, now)}</time>
      </Cell>
      <Cell name="lasted">{spanText((returnedAt ?? now) - raisedAt, texts)}</Cell>
    </>
  )
}

/** Who was called last, and how far the messages have come: sent, accepted, delivered, seen (T4–T7). */
function StepCell({ row: { called, told, ladder }, times }: TimedProps) {
  const words = useAlarmWords()
  if (called === null) return <Cell name="step">{words.nobodyCalled}</Cell>
  const said = words.stages.map((stage, place) => {
    const at = told[place]
    return `${stage} ${typeof at === 'number' ? times.time(at) : words.notYet}`
  })
  return (
    <Cell name="step">
      <span class="step-name">{called.name}</span>
      {called.persons > 1 && <span class="soft">{words.others(called.persons)}</span>}
      <span class="stages" role="img" aria-label={words.told(said.join(', '))} title={said.join('\n')}>
        {told.map((at, place) => (
          <span key={place} class={`stage${at === null ? '' : ' is-reached'}`}>
            {place + 4}
          </span>
        ))}
      </span>
      {ladder !== null && (
        <span class="soft step-next" title={words.ladder(ladder.round + 1, ladder.step + 1)}>
          {ladder.round + 1}-{ladder.step + 1}
        </span>
      )}
    </Cell>
  )
}

function StateCell({ row, acknowledge }: Pick<AlarmCellsProps, 'row' | 'acknowledge'>) {
  const { desk, session } = usePage()
  const texts = useTexts()
  const busy = desk.sending.value.has(row.id)
  const canAcknowledge = row.acknowledgedBy === null && row.state !== 'closed'
  return (
    <Cell name="state">
      <span class={`state-word is-${row.state}`}>{texts.alarmShort[row.state]}</span>
      {row.acknowledgedBy !== null && <span class="soft state-by">{row.acknowledgedBy}</span>}
      {canAcknowledge && mayAct(session.signedIn.value) && (
        <button
          class="button button-ack"
          type="button"
          tabIndex={-1}
          data-act="acknowledge"
          disabled={busy}
          onClick={() => acknowledge(row.id)}
        >
          {busy ? texts.ack.busy : texts.alarms.acknowledge}
        </button>
      )}
    </Cell>
  )
}
