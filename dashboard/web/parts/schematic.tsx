import { useState } from 'preact/hooks'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { useTexts } from '../page.ts'
import type { PlacedSymbol } from '../show/schematic-layout.ts'
import { routeOfSymbol, symbolSentence, trendsRoute } from '../show/symbol-words.ts'
import { addressOf } from '../stores/route.ts'
import { type ShownSymbol, SymbolBox } from './schematic-box.tsx'
import { ReadPoint, SchematicList } from './schematic-list.tsx'
import { Scene } from './schematic-scene.tsx'
import { useSiteWords } from './site-cells.tsx'
import { useName } from './use-site.ts'
import { useNarrow } from './use-narrow.ts'
import { type LivePoint, type Pit, usePit } from './use-pit.ts'
import { AgeAndQuality, Value } from './value.tsx'

/** Below this the drawing would be too small to read; a list says the same. */
const NARROW_PX = 760
/** A drawing is not blown up further than this. */
const LARGEST = 1.35

interface SchematicProps {
  readonly detail: SiteDetail
}

/** The pit as a drawing made of its devices and points, with what each says now; on a phone as a list. */
export function Schematic({ detail }: SchematicProps) {
  const words = useSiteWords()
  const pit = usePit(detail)
  const isNarrow = useNarrow(NARROW_PX)
  const [asDrawing, setAsDrawing] = useState(false)
  const [looked, setLooked] = useState<string | null>(null)
  return (
    <section class="panel schematic" aria-labelledby="schematic-title">
      <div class="panel-title">
        <h2 id="schematic-title">{words.schematic}</h2>
        {isNarrow ? (
          <button class="button" type="button" data-act="as-drawing" onClick={() => setAsDrawing(!asDrawing)}>
            {asDrawing ? words.asList : words.asDrawing}
          </button>
        ) : (
          <span class="panel-note">{words.schematicNote}</span>
        )}
      </div>
      {isNarrow && !asDrawing ? (
        <SchematicList pit={pit} detail={detail} />
      ) : (
        <>
          <Drawing pit={pit} detail={detail} look={setLooked} />
          <Readout shown={pit.symbols.get(looked ?? '') ?? null} detail={detail} />
        </>
      )}
      <Others points={pit.others} site={detail.summary.site.id} />
    </section>
  )
}

interface DrawingProps extends SchematicProps {
  readonly pit: Pit
  readonly look: (symbol: string | null) => void
}

function Drawing({ pit, detail, look }: DrawingProps) {
  const words = useSiteWords()
  const { site } = detail.summary
  const name = useName(site.name)
  const { layout, symbols } = pit
  const { width, height } = layout
  return (
    <div class="schematic-scroll" tabIndex={0} role="region" aria-label={words.schematicLabel(name)}>
      <svg class="schematic-drawing" viewBox={`0 0 ${width} ${height}`} style={{ maxWidth: `${width * LARGEST}px` }}>
        <Patterns />
        <Scene layout={layout} kind={site.kind} ground={words.ground} />
        {layout.symbols.map((placed, index) => {
          const shown = symbols.get(placed.symbol.id)
          return (
            shown !== undefined && (
              <SymbolLink
                key={placed.symbol.id}
                placed={placed}
                shown={shown}
                site={site.id}
                index={index}
                look={look}
              />
            )
          )
        })}
      </svg>
      <Said pit={pit} detail={detail} />
    </div>
  )
}

interface SymbolLinkProps {
  readonly placed: PlacedSymbol
  readonly shown: ShownSymbol
  readonly site: string
  readonly index: number
  readonly look: DrawingProps['look']
}

function SymbolLink({ placed: { symbol, x, y }, shown, site, index, look }: SymbolLinkProps) {
  return (
    <a
      class="pit-symbol"
      data-symbol={symbol.id}
      href={`#${addressOf(routeOfSymbol(shown, site))}`}
      aria-describedby={`pit-said-${index}`}
      onMouseEnter={() => look(symbol.id)}
      onMouseLeave={() => look(null)}
      onFocus={() => look(symbol.id)}
      onBlur={() => look(null)}
    >
      <g transform={`translate(${x} ${y})`}>
        <SymbolBox shown={shown} />
      </g>
    </a>
  )
}

/** What each symbol says, in whole sentences for whoever does not see it. */
function Said({ pit: { layout, symbols }, detail }: Omit<DrawingProps, 'look'>) {
  const words = useSiteWords()
  const texts = useTexts()
  return (
    <>
      {layout.symbols.map(({ symbol }, index) => {
        const shown = symbols.get(symbol.id)
        return (
          <span key={symbol.id} id={`pit-said-${index}`} data-said={symbol.id} hidden>
            {shown === undefined ? '' : symbolSentence(shown, { texts, words, detail })}
          </span>
        )
      })}
    </>
  )
}

function Patterns() {
  return (
    <defs>
      <pattern id="pit-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path class="pit-hatch-line" d="M0 0V7" />
      </pattern>
      <pattern id="pit-stones" width="22" height="18" patternUnits="userSpaceOnUse">
        <path class="pit-stone" d="M3 6l5-4 7 2 2 5-6 4-7-2ZM14 15l4-3 5 2v5h-8Z" />
      </pattern>
    </defs>
  )
}

interface ReadoutProps extends SchematicProps {
  readonly shown: ShownSymbol | null
}

/** What is looked at, in full. Whoever cannot see it hears the same from the symbol itself. */
function Readout({ shown, detail }: ReadoutProps) {
  const words = useSiteWords()
  const texts = useTexts()
  if (shown === null) return <p class="schematic-readout hint">{words.lookHint}</p>
  return (
    <div class="schematic-readout" aria-hidden="true">
      <strong>{shown.title}</strong>
      {shown.state !== null && <span>{words.states[shown.state]}</span>}
      {shown.note !== null && <span>{shown.note.text}</span>}
      {shown.points.map((point) => (
        <ReadPoint key={point.ref} point={point} detail={detail} />
      ))}
      {shown.alarms.map(({ id, priority }) => (
        <span key={id} class={`priority-word is-${priority}`}>
          {texts.priority[priority]}
        </span>
      ))}
    </div>
  )
}

interface OthersProps {
  readonly points: readonly LivePoint[]
  readonly site: string
}

/** Points that stand at no symbol, out of the way but one key off. */
function Others({ points, site }: OthersProps) {
  const words = useSiteWords()
  if (points.length === 0) return null
  return (
    <details class="schematic-others">
      <summary>{words.others(points.length)}</summary>
      <ul>
        {points.map(({ ref, name, info, latest }) => (
          <li key={ref}>
            <a href={`#${addressOf(trendsRoute(site, [ref]))}`}>
              <span class="soft">{name}</span> <Value latest={latest} quantity={info.quantity} />{' '}
              <AgeAndQuality latest={latest} />
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}
