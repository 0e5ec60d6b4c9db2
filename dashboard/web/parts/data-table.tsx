import type { ComponentChildren } from 'preact'

/** The head of a column: its words, those of a column of numbers, those a reader aloud alone needs, or none over buttons that say it themselves. */
export type ColumnHead = string | { readonly number: ComponentChildren } | { readonly unseen: string } | null

export interface DataTableProps {
  /** What it is called where it is read aloud. */
  readonly label: string
  /** Class of its own. */
  readonly kind?: string
  readonly heads: readonly ColumnHead[]
  /** Its rows. */
  readonly children: ComponentChildren
}

/** A table that scrolls by itself, by keyboard too, where the screen is too narrow for it. */
export function DataTable({ label, kind, heads, children }: DataTableProps) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table class={kind === undefined ? 'table' : `table ${kind}`}>
        <thead>
          <tr>
            {heads.map((head, column) => (
              <HeadCell key={column} head={head} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

function HeadCell({ head }: { readonly head: ColumnHead }) {
  if (head === null) return <td />
  if (typeof head === 'string') return <th scope="col">{head}</th>
  const isNumber = 'number' in head
  return (
    <th scope="col" class={isNumber ? 'is-number' : ''}>
      {isNumber ? head.number : <span class="unseen">{head.unseen}</span>}
    </th>
  )
}
