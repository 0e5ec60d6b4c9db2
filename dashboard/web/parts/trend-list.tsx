import { TRENDS } from '../i18n/trends-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { bandText, cursorText } from '../show/cursor-words.ts'
import { sitePointOf, sitePointWords } from '../show/trend-names.ts'
import { newerReading } from '../stores/live-state.ts'
import { addressOf } from '../stores/route.ts'
import { atCursor } from '../stores/trend-cursor.ts'
import type { TrendPick } from '../stores/trend-view.ts'
import type { DrawnPoint } from './use-trend-set.ts'
import { AgeAndQuality, Value } from './value.tsx'

interface TrendListProps {
  readonly points: readonly DrawnPoint[]
  readonly picks: readonly TrendPick[]
  readonly cursor: number | null
  readonly cursorTime: string | null
  /** What is compared, in a word; empty where nothing is. */
  readonly earlier: string
  readonly remove: (point: string) => void
  readonly own: (point: string) => void
}

/** The points drawn: each with its pen, its value now, and what it was at the cursor. */
export function TrendList({ points, picks, cursor, cursorTime, earlier, remove, own }: TrendListProps) {
  const words = useWords(TRENDS)
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={words.points}>
      <table class="table trend-list">
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              {words.point}
            </th>
            <th scope="col" class="is-number">
              {words.newest}
            </th>
            <th scope="col" class="is-number">
              {cursorTime === null ? words.atCursor : <time>{cursorTime}</time>}
            </th>
            <th scope="col" class="is-number">
              {words.band}
            </th>
            <th scope="col">{words.state}</th>
            {earlier !== '' && (
              <th scope="col" class="is-number">
                {earlier}
              </th>
            )}
            <th scope="col">
              <span class="unseen">{words.remove}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {picks.flatMap((pick, index) => {
            const drawn = points.find(({ info }) => sitePointOf(info) === pick.point)
            return drawn === undefined
              ? []
              : [<Row key={pick.point} {...{ drawn, pick, index, cursor, earlier, remove, own }} />]
          })}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps extends Pick<TrendListProps, 'cursor' | 'earlier' | 'remove' | 'own'> {
  readonly drawn: DrawnPoint
  readonly pick: TrendPick
  readonly index: number
}

function Row({ drawn: { info, trend, earlier: before }, pick, index, cursor, earlier, remove, own }: RowProps) {
  const { live, preferences } = usePage()
  const texts = useTexts()
  const words = useWords(TRENDS)
  const name = sitePointWords(info, preferences.language.value)
  const latest = newerReading(info.latest, live.state.value.readings.get(pick.point))
  const found = cursor === null ? null : atCursor(trend, cursor)
  const past = cursor === null || before === null ? null : atCursor(before, cursor)
  return (
    <tr data-point={pick.point}>
      <td class="trend-pen">
        <span class={`pen is-pen-${index + 1}`} aria-hidden="true">
          {index + 1}
        </span>
      </td>
      <th scope="row">
        <a href={`#${addressOf({ page: 'site', site: info.site, point: info.point, span: '24h' })}`}>{name}</a>
      </th>
      <td class="is-number trend-newest" data-label={words.newest}>
        <Value latest={latest} quantity={info.quantity} /> <AgeAndQuality latest={latest} />
      </td>
      <td class="is-number trend-at" data-label={words.atCursor}>
        {found === null ? '' : <strong>{cursorText(found, info.quantity, texts)}</strong>}
      </td>
      <td class="is-number" data-label={words.band}>
        {found === null ? '' : bandText(found, info.quantity)}
      </td>
      <td class={found === null || found.is === 'good' ? '' : 'trend-state'}>
        {found === null ? '' : words.states[found.is]}
      </td>
      {earlier !== '' && (
        <td class="is-number" data-label={earlier}>
          {past === null ? '' : cursorText(past, info.quantity, texts)}
        </td>
      )}
      <td class="trend-row-acts">
        <RowActs name={name} pick={pick} remove={remove} own={own} />
      </td>
    </tr>
  )
}

interface RowActsProps extends Pick<RowProps, 'pick' | 'remove' | 'own'> {
  readonly name: string
}

function RowActs({ name, pick, remove, own }: RowActsProps) {
  const words = useWords(TRENDS)
  return (
    <>
      <button
        class="choice"
        type="button"
        data-act="own"
        aria-pressed={pick.own}
        title={words.ownHint}
        onClick={() => own(pick.point)}
      >
        {words.own}
      </button>
      <button
        class="choice"
        type="button"
        data-act="remove"
        aria-label={words.removeOf(name)}
        onClick={() => remove(pick.point)}
      >
        <span aria-hidden="true">✕</span>
      </button>
    </>
  )
}
