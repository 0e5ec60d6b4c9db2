import type { VNode } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'

interface LinkedSite {
  readonly id: string
  readonly text: string
}

interface MapLinksProps {
  readonly label: string
  readonly sites: readonly LinkedSite[]
  /** The keyboard is on this site now; null = it has left. */
  readonly onFocus: (site: string | null) => void
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** The sites of the map as links, for the keyboard and for whoever does not see it. One stop of the Tab key; arrows move in it. */
export function MapLinks({ label, sites, onFocus }: MapLinksProps) {
  const [current, setCurrent] = useState<string | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const made = useRef(new Map<string, { readonly key: string; readonly node: VNode }>())
  const first = sites.some(({ id }) => id === current) ? current : (sites[0]?.id ?? null)
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    const at = sites.findIndex(({ id }) => id === first)
    const end = event.key === 'Home' ? 0 : event.key === 'End' ? sites.length - 1 : null
    if (step === undefined && end === null) return
    event.preventDefault()
    event.stopPropagation()
    const next = sites[end ?? Math.min(sites.length - 1, Math.max(0, at + (step ?? 0)))]
    if (next === undefined) return
    list.current?.querySelector<HTMLElement>(`[data-site="${next.id}"]`)?.focus()
  }
  // The same node again is passed over: of a thousand links a few change at a time.
  const nodes = sites.map(({ id, text }) => {
    const key = `${id === first ? '>' : ' '}${text}`
    const known = made.current.get(id)
    if (known?.key === key) return known.node
    const node = (
      <li key={id}>
        <a
          href={`#${addressOf({ page: 'site', site: id, point: null, span: FIRST_SPAN })}`}
          data-site={id}
          tabIndex={id === first ? 0 : -1}
          onFocus={() => {
            setCurrent(id)
            onFocus(id)
          }}
        >
          {text}
        </a>
      </li>
    )
    made.current.set(id, { key, node })
    return node
  })
  return (
    <ul class="map-links unseen" ref={list} aria-label={label} onKeyDown={move} onFocusOut={() => onFocus(null)}>
      {nodes}
    </ul>
  )
}
