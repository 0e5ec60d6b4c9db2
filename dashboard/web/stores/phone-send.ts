import { Alarm } from '../../../core/contract/alarm.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Api } from './api.ts'
import type { Queued } from './phone-queue.ts'

/** How one try may take; a photo goes slowly where the signal is weak. */
const WITHIN_MS = 90_000

/** Sends what was said, and answers the alarm as it is then. `now` is the control room's time: nothing is said to be found later. */
export async function sendQueued(
  { act: send, ask }: Pick<Api, 'act' | 'ask'>,
  { item, photo, now }: { readonly item: Queued; readonly photo: Blob | null; readonly now: UtcMs },
  ended: AbortSignal,
): Promise<Alarm> {
  const { id, alarm, act } = item
  const at = Math.min(item.at, now)
  const signal = AbortSignal.any([ended, AbortSignal.timeout(WITHIN_MS)])
  switch (act.do) {
    case 'acknowledge':
      return await send(alarm, 'acknowledge', { note: act.note, saidAt: at, seen: act.seen }, signal)
    case 'arrive':
      return await send(alarm, 'findings', { kind: 'on-site', at, id }, signal)
    case 'result':
      return await send(alarm, 'findings', { kind: 'on-site', at, id, note: act.note }, signal)
    case 'photo': {
      if (photo === null) throw new HouseError('http/invalid', 'the photo is not on this phone any more')
      const query = new URLSearchParams({ id, takenAt: String(at), note: act.note })
      const path = `/api/alarms/${encodeURIComponent(alarm)}/photos?${query}`
      return await ask(path, { method: 'POST', body: photo, answer: Alarm, signal })
    }
  }
}
