import { useEffect, useState } from 'preact/hooks'
import { type MapLayer, MapLayers } from '../../../core/contract/map.ts'
import { usePage, type Page } from '../page.ts'
import { useFetched } from '../parts/use-fetched.ts'
import type { GroundLayer } from './ground.ts'
import { Outline } from './outline.ts'

/** The layers the operator has brought, and of each what could be fetched. */
export interface Ground {
  readonly layers: readonly MapLayer[]
  /** What is drawn of them; the same object until it changes. */
  readonly drawn: readonly GroundLayer[]
  readonly failures: readonly { readonly title: string; readonly error: unknown }[]
  /** Asks anew. */
  readonly again: () => void
}

const NOTHING = { drawn: [], failures: [] } as const satisfies Pick<Ground, 'drawn' | 'failures'>
const NO_LAYERS: readonly MapLayer[] = []
const WITHIN_MS = 60_000

/** Fetches them, and again whenever the feed begins anew or somebody has changed them here. */
export function useGround(): Ground {
  const page = usePage()
  const { api, live } = page
  const fetched = useFetched('map-layers', live.state.value.epoch, (signal) =>
    api.ask('/api/map/layers', { answer: MapLayers, signal }),
  )
  const layers = fetched.data?.layers ?? NO_LAYERS
  const [ground, setGround] = useState<Pick<Ground, 'drawn' | 'failures'>>(NOTHING)
  const key = layers.map(({ id }) => id).join(' ')
  useEffect(() => {
    const ended = new AbortController()
    void fetchAll(page, layers, ended.signal).then((all) => {
      if (!ended.signal.aborted) setGround(all)
    })
    return () => ended.abort()
  }, [key])
  return { layers, ...ground, again: () => fetched.again() }
}

async function fetchAll(
  page: Page,
  layers: readonly MapLayer[],
  signal: AbortSignal,
): Promise<Pick<Ground, 'drawn' | 'failures'>> {
  if (layers.length === 0) return NOTHING
  const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)])
  const all = await Promise.all(
    layers.map((layer) =>
      contentOf(page, layer, within).then(
        (content) => ({ is: 'drawn' as const, layer, content }),
        (error: unknown) => ({ is: 'failed' as const, title: layer.title, error }),
      ),
    ),
  )
  return {
    drawn: all.flatMap((one) => (one.is === 'drawn' ? [{ layer: one.layer, content: one.content }] : [])),
    failures: all.flatMap((one) => (one.is === 'failed' ? [{ title: one.title, error: one.error }] : [])),
  }
}

async function contentOf({ api }: Page, { id, role }: MapLayer, signal: AbortSignal): Promise<GroundLayer['content']> {
  const path = `/api/map/layers/${id}`
  if (role !== 'imagery') return { is: 'outline', outline: await api.ask(path, { answer: Outline, signal }) }
  const image = new Image()
  image.src = path
  await image.decode()
  return { is: 'image', image }
}
