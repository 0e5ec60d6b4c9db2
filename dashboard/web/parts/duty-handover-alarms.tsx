import type {
  HandoverDraft,
  PriorityCounts,
  ShiftPerson,
  UnfinishedRow,
} from '../../../core/contract/handover-draft.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { usePage, useRuleTexts, useTexts, useWords } from '../page.ts'
import { spanText } from '../show/time.ts'
import { AlarmCell, SheetTable, SiteCell, useStretch } from './duty-handover-cells.tsx'
import { Mark } from './mark.tsx'

/** 1: who had the shift, who led it, who has the next. */
export function ShiftPart({ shift }: { readonly shift: HandoverDraft['shift'] }) {
  const words = useWords(HANDOVER)
  const { spotChecks } = shift
  const checks = Object.values(spotChecks).reduce((sum, count) => sum + count, 0)
  const told = words.spotTold(spotChecks['in-time'], spotChecks.late, spotChecks.missed, spotChecks.waiting)
  return (
    <dl class="handover-facts">
      <Persons word={words.crew} persons={shift.crew} />
      <Persons word={words.leaders} persons={shift.leaders} />
      <Persons word={words.next} persons={shift.next} />
      <div>
        <dt>{words.spotChecks}</dt>
        <dd>{checks === 0 ? words.noSpotChecks : told}</dd>
      </div>
    </dl>
  )
}

function Persons({ word, persons }: { readonly word: string; readonly persons: readonly ShiftPerson[] }) {
  const words = useWords(HANDOVER)
  const near = useStretch()
  return (
    <div>
      <dt>{word}</dt>
      <dd>
        {persons.length === 0 && <strong>{words.nobody}</strong>}
        {persons.map(({ id, name, checkedInAt, via, onSite }) => (
          <span key={id} class="handover-person">
            <strong>{name}</strong>{' '}
            <span class="hint">
              {checkedInAt === null ? words.notCame : words.came(near(checkedInAt), words.via[via ?? 'desk'], onSite)}
            </span>
          </span>
        ))}
      </dd>
    </div>
  )
}

const COLUMNS = ['raised', 'acked', 'returned', 'open', 'unacked'] as const

/** 2: what came, by colour, and how fast it was answered. */
export function AlarmPart({ alarms }: { readonly alarms: HandoverDraft['alarms'] }) {
  const { preferences } = usePage()
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const near = useStretch()
  const { slowest, floods, late } = alarms
  const sum = (counts: PriorityCounts) => Priority.options.reduce((all, priority) => all + counts[priority], 0)
  const site = slowest?.site.name?.[preferences.language.value] ?? slowest?.site.id ?? ''
  return (
    <>
      <table class="table handover-counts">
        <thead>
          <tr>
            <td />
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {words.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Priority.options.map((priority) => (
            <tr key={priority}>
              <th scope="row">
                <span class="handover-alarm">
                  <Mark priority={priority} size={18} /> {texts.priority[priority]}
                </span>
              </th>
              {COLUMNS.map((column) => (
                <td key={column}>{alarms[column][priority]}</td>
              ))}
            </tr>
          ))}
          <tr class="handover-sum">
            <th scope="row">{words.sum}</th>
            {COLUMNS.map((column) => (
              <td key={column}>{sum(alarms[column])}</td>
            ))}
          </tr>
        </tbody>
      </table>
      <ul class="handover-lines">
        {late > 0 && <li>{words.late(late)}</li>}
        <li>
          {slowest === null ? words.noAnswers : words.slowest(slowest.number, site, spanText(slowest.waitedMs, texts))}
        </li>
        {floods.length === 0 && <li>{words.noFloods}</li>}
        {floods.map(({ from, to }) => (
          <li key={from}>{words.flood(near(from), to === null ? words.goesOn : near(to))}</li>
        ))}
      </ul>
    </>
  )
}

interface DraftedProps {
  /** When the draft was made: what lasts is counted until then. */
  readonly at: number
}

/** 3: what the next crew has to see to. */
export function UnfinishedPart({ rows, total, at }: HandoverDraft['unfinished'] & DraftedProps) {
  const words = useWords(HANDOVER)
  const { heads } = words
  const columns = [heads.number, heads.site, heads.what, heads.state, heads.lasted, heads.next, heads.assignee]
  const row = useUnfinished(at)
  return <SheetTable heads={columns} none={words.none.unfinished} total={total} rows={rows.map(row)} />
}

function useUnfinished(at: number) {
  const rules = useRuleTexts()
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const near = useStretch()
  return (row: UnfinishedRow) => {
    const { state, raisedAt, raises, next, dueAt, assignee, suppressed } = row
    const held = suppressed === null ? null : texts.alarmActs.suppressed[suppressed]
    return [
      <AlarmCell row={row} />,
      <SiteCell site={row.site} />,
      `${rules.headline(row)}${raises > 1 ? ` ${words.times(raises)}` : ''}`,
      [texts.alarmState[state], held].filter((word) => word !== null).join(' · '),
      spanText(at - raisedAt, texts),
      <>
        {words.nextSteps[next]}
        {dueAt !== null && <span class="hint"> {words.due(near(dueAt))}</span>}
      </>,
      assignee ?? <span class="hint">{words.unassigned}</span>,
    ]
  }
}

/** 4: what is held back. */
export function SuppressionPart({ rows, total }: HandoverDraft['suppressions']) {
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const near = useStretch()
  const { heads } = words
  return (
    <SheetTable
      heads={[heads.number, heads.site, heads.kind, heads.by, heads.reason, heads.until, heads.held]}
      none={words.none.suppressions}
      total={total}
      rows={rows.map((row) => [
        <AlarmCell row={row} />,
        <SiteCell site={row.site} />,
        texts.alarmActs.suppressed[row.kind],
        [row.by, row.second === null ? null : words.second(row.second)].filter((part) => part !== null).join(' · '),
        [row.reason, row.ticket === null ? null : words.ticket(row.ticket)].filter((part) => part !== null).join(' · '),
        row.until === null ? words.noEnd : near(row.until),
        row.held,
      ])}
    />
  )
}

/** 7: who was sent where, and what they found. */
export function CheckPart({ rows, total }: HandoverDraft['checks']) {
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const near = useStretch()
  const { heads } = words
  const told = (who: string | null, at: number | null) =>
    at === null ? (who ?? '—') : words.sentAt(who ?? '', near(at))
  return (
    <SheetTable
      heads={[heads.number, heads.site, heads.sent, heads.arrived, heads.result, heads.note, heads.receipt]}
      none={words.none.checks}
      total={total}
      rows={rows.map((row) => [
        <AlarmCell row={row} />,
        <SiteCell site={row.site} />,
        told(row.assignee, row.sentAt),
        told(row.arrivedBy, row.arrivedAt),
        row.result === null ? '—' : texts.alarmActs.results[row.result],
        row.note,
        row.receipt ?? '—',
      ])}
    />
  )
}
