import type { Alarm } from '../../../core/contract/alarm.ts'
import type { AlarmWord } from '../../../core/contract/edge.ts'
import type { NoticeState } from '../../../core/contract/notice.ts'

type Said = AlarmWord['alarms'][number]

/** As many as a word may name. */
const MOST = 200
/** Newest raises of an alarm that a gateway may still be calling about. */
const MOST_ACTIVATIONS = 10
const TOLD: readonly NoticeState[] = ['accepted', 'delivered', 'seen']

/** What a gateway is told of its alarms, the first of them first; those nobody was told of are left out. */
export function wordOf(alarms: readonly Alarm[]): readonly Said[] {
  return alarms.flatMap(saidOf).slice(0, MOST)
}

function saidOf(alarm: Alarm): readonly Said[] {
  const state = stateOf(alarm)
  if (state === null) return []
  const by = alarm.acknowledgement?.by ?? null
  return alarm.activations.slice(-MOST_ACTIVATIONS).map(({ occurrence }) => ({ occurrence, state, by }))
}

function stateOf({ state, notices, activations }: Alarm): Said['state'] | null {
  if (state === 'closed') return 'closed'
  if (state === 'acked' || state === 'latched-acked') return 'acknowledged'
  // Those who were told of an earlier raise have not been told of this one.
  const since = activations.length > 1 ? (activations.at(-1)?.from ?? 0) : 0
  const isTold = notices.some((notice) => !notice.byEdge && notice.queuedAt >= since && TOLD.includes(notice.state))
  return isTold ? 'told' : null
}
