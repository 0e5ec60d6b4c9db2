import { signal, type ReadonlySignal } from '@preact/signals'
import { z } from 'zod'
import type { Query } from './route.ts'

/** A view of the list of alarms that somebody gave a name. */
const SavedView = z
  .object({
    name: z.string().min(1).max(40),
    show: z.enum(['open', 'all']),
    query: z.record(z.string(), z.string()),
  })
  .strict()
export type SavedView = z.infer<typeof SavedView>

const KEY = 'pitwatch.alarm-views'
const MOST = 20

/** Views kept in this browser. Losing them does no harm: each is an address too. */
export interface SavedViews {
  readonly all: ReadonlySignal<readonly SavedView[]>
  /** Keeps a view; one of the same name is replaced. Of more than 20 the oldest goes. */
  save(view: SavedView): void
  remove(name: string): void
}

/** The views kept in `storage`; what cannot be read counts as none. */
export function openSavedViews(storage: Pick<Storage, 'getItem' | 'setItem'>): SavedViews {
  const all = signal<readonly SavedView[]>(read(storage))
  const keep = (views: readonly SavedView[]) => {
    all.value = views
    try {
      storage.setItem(KEY, JSON.stringify(views))
    } catch {
      // A private window keeps nothing.
    }
  }
  return {
    all,
    save: (view) => {
      const name = view.name.trim().slice(0, 40)
      if (name === '') return
      keep([...all.value.filter((known) => known.name !== name), { ...view, name }].slice(-MOST))
    },
    remove: (name) => keep(all.value.filter((known) => known.name !== name)),
  }
}

/** Whether two views are one, whatever they are called. */
export function isSameView(a: Omit<SavedView, 'name'>, b: { readonly show: string; readonly query: Query }): boolean {
  const text = (query: Query) =>
    JSON.stringify(Object.entries(query).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return a.show === b.show && text(a.query) === text(b.query)
}

function read(storage: Pick<Storage, 'getItem'>): readonly SavedView[] {
  try {
    const kept = z
      .array(SavedView)
      .max(MOST)
      .safeParse(JSON.parse(storage.getItem(KEY) ?? '[]'))
    return kept.success ? kept.data : []
  } catch {
    return []
  }
}
