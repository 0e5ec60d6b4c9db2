import type { MonoMs } from '../../../core/contract/time.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { CountyState } from './county.ts'
import type { CountyStore } from './county-store.ts'

const LOOK_EVERY_MS = 1_000

/** A site is written at most this often, and few at a time, so that writing holds up nothing. */
const SAVE_EVERY_MS = 30_000
const SITES_AT_ONCE = 10

export interface KeepDeps {
  readonly county: CountyState
  readonly store: CountyStore
  readonly log: Log
}

/** Writes changed sites now and then until `signal` aborts, and all that changed at the end. */
export async function keepCounty({ county, store, log }: KeepDeps, signal: AbortSignal): Promise<void> {
  const saved = new Map<string, { readonly at: MonoMs; readonly revision: number }>()
  const start = county.revision()
  let isOk = true

  const changed = () => county.ids().filter((id) => county.revisionOf(id) > (saved.get(id)?.revision ?? start))
  const save = (ids: readonly string[]) => {
    if (ids.length === 0) return
    const revision = county.revision()
    try {
      store.save(ids.flatMap((id) => county.record(id) ?? []))
      isOk = true
    } catch (error) {
      if (isOk)
        log.error({ code: 'store/failed', why: messageOf(error) }, 'the sites could not be written; trying again')
      isOk = false
      return
    }
    for (const id of ids) saved.set(id, { at: systemClock.mono(), revision })
  }
  const isDue = (id: string) => {
    const last = saved.get(id)
    return last === undefined || systemClock.mono() - last.at >= SAVE_EVERY_MS
  }

  while (!signal.aborted) {
    await systemClock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
    save(changed().filter(isDue).slice(0, SITES_AT_ONCE))
  }
  save(changed())
}
