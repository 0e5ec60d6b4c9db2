import { useEffect, useRef } from 'preact/hooks'
import { type MapLayer, MapLayers } from '../../../core/contract/map.ts'
import { z } from 'zod'
import { mapEn } from '../i18n/map-en.ts'
import { mapZh } from '../i18n/map-zh-cn.ts'
import { usePage, useWords } from '../page.ts'
import { numberText } from '../show/number.ts'
import { LayerForm } from './site-map-import.tsx'
import { useAct } from './use-act.ts'

const WITHIN_MS = 15_000

interface LayersDialogProps {
  /** The lowest first. */
  readonly layers: readonly MapLayer[]
  readonly changed: () => void
  readonly close: () => void
}

/** The layers of the map: which there are, in which order, and how to bring another. */
export function LayersDialog({ layers, changed, close }: LayersDialogProps) {
  const { api } = usePage()
  const words = useWords({ 'zh-CN': mapZh, en: mapEn }).dialog
  const dialog = useRef<HTMLDialogElement>(null)
  const act = useAct()
  useEffect(() => dialog.current?.showModal(), [])
  const run = (work: () => Promise<unknown>) => void act.run(work).then((isDone) => isDone && changed())
  const order = (ids: readonly string[]) =>
    api.ask('/api/map/order', {
      ...{ method: 'POST', body: { layers: ids }, answer: MapLayers },
      signal: AbortSignal.timeout(WITHIN_MS),
    })
  const remove = (id: string) =>
    api.ask(`/api/map/layers/${id}`, { method: 'DELETE', answer: z.unknown(), signal: AbortSignal.timeout(WITHIN_MS) })
  const ids = layers.map(({ id }) => id)
  return (
    <dialog ref={dialog} class="dialog map-dialog" aria-labelledby="layers-title" onClose={close}>
      <h2 id="layers-title" class="dialog-title">
        {words.title}
      </h2>
      <p class="hint">{words.about}</p>
      {layers.length === 0 ? <p>{words.none}</p> : <p class="hint">{words.order}</p>}
      <ol class="layer-list">
        {layers.toReversed().map((layer) => (
          <LayerRow
            key={layer.id}
            layer={layer}
            busy={act.busy}
            remove={() => run(() => remove(layer.id))}
            up={ids.at(-1) === layer.id ? null : () => run(() => order(moved(ids, layer.id, 1)))}
            down={ids[0] === layer.id ? null : () => run(() => order(moved(ids, layer.id, -1)))}
          />
        ))}
      </ol>
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
      <LayerForm done={changed} />
      <div class="dialog-foot">
        <span class="hint" />
        <button class="button" type="button" onClick={() => dialog.current?.close()}>
          {words.close}
        </button>
      </div>
    </dialog>
  )
}

/** The list with one name a step further to the top or the bottom. */
function moved(ids: readonly string[], id: string, step: 1 | -1): string[] {
  const at = ids.indexOf(id)
  const rest = ids.filter((one) => one !== id)
  return [...rest.slice(0, at + step), id, ...rest.slice(at + step)]
}

interface LayerRowProps {
  readonly layer: MapLayer
  readonly busy: boolean
  readonly remove: () => void
  readonly up: (() => void) | null
  readonly down: (() => void) | null
}

function LayerRow({ layer, busy, remove, up, down }: LayerRowProps) {
  const { title, role, datum, boundary, review, bytes, vertices } = layer
  const all = useWords({ 'zh-CN': mapZh, en: mapEn })
  const words = all.dialog
  const size = `${numberText(Math.ceil(bytes / 1_024), 'count')} kB`
  const facts = [
    words.role[role],
    all.datum[datum],
    role === 'imagery' ? size : words.size(size, numberText(vertices, 'count')),
    ...(boundary ? [words.boundary] : []),
    ...(review === null ? [] : [all.review(review)]),
  ]
  return (
    <li class="layer-row" data-layer={layer.id}>
      <span>
        <strong>{title}</strong>
        <span class="hint"> {facts.join(' · ')}</span>
      </span>
      <button
        class="button"
        type="button"
        disabled={busy || up === null}
        aria-label={`${words.up}: ${title}`}
        onClick={() => up?.()}
      >
        ↑
      </button>
      <button
        class="button"
        type="button"
        disabled={busy || down === null}
        aria-label={`${words.down}: ${title}`}
        onClick={() => down?.()}
      >
        ↓
      </button>
      <button
        class="button"
        type="button"
        disabled={busy}
        data-act="remove-layer"
        aria-label={`${words.remove}: ${title}`}
        onClick={remove}
      >
        {words.remove}
      </button>
    </li>
  )
}
