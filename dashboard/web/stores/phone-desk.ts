import { batch, signal, type ReadonlySignal } from '@preact/signals'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { PageClock } from '../kit/clock.ts'
import {
  dropped,
  enqueued,
  nextOf,
  outcomeOf,
  settled,
  type PhoneAct,
  type PhoneQueue,
  type Queued,
} from './phone-queue.ts'
import type { PhoneStore } from './phone-store.ts'

/** What the control room has said it has. */
export interface PhoneSaid {
  readonly item: Queued
  /** Who had acknowledged before; null = nobody. */
  readonly before: string | null
}

/** What one person says on a phone, and what became of it. */
export interface PhoneDesk {
  /** Not done yet, or refused. */
  readonly queue: ReadonlySignal<PhoneQueue>
  /** What the control room has, since the page was opened; the newest of each alarm. */
  readonly said: ReadonlySignal<ReadonlyMap<string, PhoneSaid>>
  /** Resolves when it cannot be lost any more. Throws `store/failed`. */
  say(alarm: Pick<Alarm, 'id' | 'number'>, act: PhoneAct, photo?: Blob): Promise<void>
  /** Takes away what was refused. */
  drop(id: string): Promise<void>
  /** Tries again now. */
  kick(): void
  /** Sends what waits, in order, until `ended`. */
  run(ended: AbortSignal): Promise<void>
}

export interface PhoneDeskDeps {
  readonly by: string
  readonly clock: Pick<PageClock, 'sleep'>
  /** The control room's time, as well as the phone knows it. */
  readonly now: () => UtcMs
  readonly newId: () => string
  readonly store: PhoneStore
  readonly send: (what: { item: Queued; photo: Blob | null; now: UtcMs }, ended: AbortSignal) => Promise<Alarm>
  readonly learn: (alarm: Alarm) => void
}

const PAUSE_FIRST_MS = 2_000
const PAUSE_MOST_MS = 30_000

/** Opens it with what the phone has kept. */
export function openPhoneDesk(deps: PhoneDeskDeps): PhoneDesk {
  const { by, clock, now, newId, store } = deps
  const queue = signal<PhoneQueue>([])
  const said = signal<ReadonlyMap<string, PhoneSaid>>(new Map())
  let wake = new AbortController()
  const kick = () => wake.abort()
  const reload = store.all().then((items) => {
    const kept = items.filter((item) => item.by === by)
    queue.value = queue.value.reduce(enqueued, kept)
  })
  const loaded = reload.catch(() => undefined)
  const settle = async (item: Queued, ended: AbortSignal): Promise<boolean> => {
    const answer = await tryOne(deps, item, ended)
    if (answer.is === 'later') return false
    const after = settled(queue.value, item.id, answer)
    const refused = after.find(({ id }) => id === item.id)
    await (refused === undefined ? store.remove(item.id) : store.replace(refused))
    batch(() => {
      queue.value = settled(queue.value, item.id, answer)
      if (answer.is === 'kept') said.value = new Map(said.value).set(item.alarm, { item, before: answer.before })
    })
    return true
  }
  return {
    queue,
    said,
    kick,
    say: async ({ id: alarm, number }, act, photo) => {
      const item: Queued = { id: newId(), by, alarm, number, at: now(), act, refused: null }
      await store.add(item, photo ?? null)
      queue.value = enqueued(queue.value, item)
      kick()
    },
    drop: async (id) => {
      await store.remove(id)
      queue.value = dropped(queue.value, id)
    },
    run: async (ended) => {
      let pause = PAUSE_FIRST_MS
      await loaded
      while (!ended.aborted) {
        const item = nextOf(queue.value, by)
        wake = new AbortController()
        const isDone = item !== null && (await settle(item, ended).catch(() => false))
        if (isDone) {
          pause = PAUSE_FIRST_MS
          continue
        }
        await clock.sleep(pause, AbortSignal.any([ended, wake.signal])).catch(() => undefined)
        pause = wake.signal.aborted ? PAUSE_FIRST_MS : Math.min(PAUSE_MOST_MS, pause * 2)
      }
    },
  }
}

/** What became of one try; `before`: who had acknowledged before. */
type Answer =
  | { readonly is: 'kept'; readonly before: string | null }
  | { readonly is: 'later' }
  | { readonly is: 'refused'; readonly refused: NonNullable<Queued['refused']> }

async function tryOne(
  { by, now, store, send, learn }: PhoneDeskDeps,
  item: Queued,
  ended: AbortSignal,
): Promise<Answer> {
  try {
    const photo = item.act.do === 'photo' ? await store.photo(item.id) : null
    const alarm = await send({ item, photo, now: now() }, ended)
    learn(alarm)
    const first = alarm.acknowledgement?.by ?? by
    return { is: 'kept', before: item.act.do === 'acknowledge' && first !== by ? first : null }
  } catch (error) {
    const outcome = outcomeOf(error)
    return outcome.is === 'refused' ? outcome : { is: 'later' }
  }
}
