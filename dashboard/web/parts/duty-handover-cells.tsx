import type { ComponentChildren } from 'preact'
import type { HandoverDraft } from '../../../core/contract/handover-draft.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { addressOf } from '../stores/route.ts'
import { Mark } from './mark.tsx'
import { useZone } from './use-zone.ts'

type Place = HandoverDraft['unfinished']['rows'][number]['site']

/** A site as it was called, leading to its page. */
export function SiteCell({ site }: { readonly site: Place }) {
  const { preferences, live } = usePage()
  const words = useWords(HANDOVER)
  const name = site.name?.[preferences.language.value] ?? (site.id === 'control-room' ? words.controlRoom : site.id)
  if (!live.state.value.sites.has(site.id)) return <>{name}</>
  return <a href={`#${addressOf({ page: 'site', site: site.id, point: null, span: '15min' })}`}>{name}</a>
}

/** An alarm by mark, word and number, leading to its page. */
export function AlarmCell({ row }: { readonly row: { alarm: string; number: string; priority: Priority } }) {
  const texts = useTexts()
  return (
    <span class="handover-alarm">
      <Mark priority={row.priority} size={18} />
      <span class="unseen">{texts.priority[row.priority]}</span>
      <a href={`#${addressOf({ page: 'alarm', id: row.alarm })}`}>{row.number}</a>
    </span>
  )
}

/** Instants as `01-12 08:00`, in the county's own time. */
export function useStretch(): (at: number) => string {
  const { times } = usePage()
  const zone = times(useZone(null))
  return (at) => zone.full(at).slice(5, 16)
}

export interface TableProps {
  readonly heads: readonly string[]
  /** What is said where there are no rows. */
  readonly none: string
  readonly rows: readonly (readonly ComponentChildren[])[]
  /** How many there are, where more than the rows. */
  readonly total?: number
}

/** A table of the record; it scrolls by itself where the screen is too narrow. */
export function SheetTable({ heads, none, rows, total = rows.length }: TableProps) {
  const words = useWords(HANDOVER)
  if (rows.length === 0) return <p class="handover-none">{none}</p>
  return (
    <div class="table-scroll">
      <table class="table handover-table">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, place) => (
            <tr key={place}>
              {cells.map((cell, column) => (
                <td key={column} data-head={heads[column]}>
                  <span>{cell}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {total > rows.length && <p class="handover-none">{words.more(rows.length, total)}</p>}
    </div>
  )
}
