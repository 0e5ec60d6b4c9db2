import type { SiteDetail } from '../../../core/contract/http.ts'
import { limitText, routeOfSymbol } from '../show/symbol-words.ts'
import { compareAlarms } from '../stores/alarm-order.ts'
import { addressOf } from '../stores/route.ts'
import { AlarmMark, PriorityWord } from './mark.tsx'
import { SymbolIcon } from './schematic-icons.tsx'
import { useSiteWords } from './site-cells.tsx'
import type { ShownSymbol } from './schematic-box.tsx'
import type { LivePoint, Pit } from './use-pit.ts'
import { AgeAndQuality, Value } from './value.tsx'

interface ListProps {
  readonly pit: Pit
  readonly detail: SiteDetail
}

/** The drawing's symbols as a list, for a window too narrow for the drawing. */
export function SchematicList({ pit: { symbols }, detail }: ListProps) {
  return (
    <ul class="schematic-list">
      {[...symbols.values()].map((shown) => (
        <Item key={shown.symbol.id} shown={shown} detail={detail} />
      ))}
    </ul>
  )
}

function Item({ shown, detail }: Pick<ListProps, 'detail'> & { readonly shown: ShownSymbol }) {
  const words = useSiteWords()
  const { symbol, title, state, alarms, note, points, fill } = shown
  const [worst] = [...alarms].sort(compareAlarms)
  const runs = state === null ? null : state === 'running' || state === 'load'
  return (
    <li data-symbol={symbol.id}>
      <a href={`#${addressOf(routeOfSymbol(shown, detail.summary.site.id))}`}>
        <svg class="pit-icon" width="44" height="44" viewBox="0 0 56 56" aria-hidden="true">
          <SymbolIcon kind={symbol.kind} runs={runs} fill={fill} />
        </svg>
        <span class="schematic-list-text">
          <strong>
            {title}
            {state !== null && <span class="pit-word">{words.states[state]}</span>}
            {worst !== undefined && (
              <>
                <AlarmMark alarm={worst} size={22} />
                <PriorityWord priority={worst.priority} />
              </>
            )}
          </strong>
          {note !== null && <span class={note.isGood ? 'soft' : 'watch-word'}>{note.text}</span>}
          {points.map((point) => (
            <ReadPoint key={point.ref} point={point} detail={detail} />
          ))}
        </span>
      </a>
    </li>
  )
}

/** A point with its name, value, age, quality and limit. */
export function ReadPoint({
  point: { ref, name, info, latest },
  detail,
}: {
  readonly point: LivePoint
  readonly detail: Pick<SiteDetail, 'limits'>
}) {
  const words = useSiteWords()
  const limit = limitText(ref, info.quantity, detail)
  return (
    <span class="schematic-read">
      <span class="soft">{name}</span> <Value latest={latest} quantity={info.quantity} />{' '}
      <AgeAndQuality latest={latest} />
      {limit !== '' && (
        <span class="soft">
          {words.limit} {limit}
        </span>
      )}
    </span>
  )
}
