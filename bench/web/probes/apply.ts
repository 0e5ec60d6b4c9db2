import { LIVE_REVISION } from '../../../core/contract/live-revision.ts'
import { openNewsReader } from '../../../dashboard/web/stores/live-message.ts'
import { EMPTY_LIVE, type LiveState, openBySite, take } from '../../../dashboard/web/stores/live-state.ts'

export interface Applied {
  /** From a snapshot's text to the state of the page, ms. */
  readonly snapshotMs: readonly number[]
  /** From a delta's text to the state of the page, ms. */
  readonly deltaMs: readonly number[]
  /** JSON.parse of a delta's text alone, ms. */
  readonly parseMs: readonly number[]
}

/** Takes in a snapshot and a delta in which every site has moved, as the page does. */
export function timeApply(texts: { readonly snapshot: string; readonly delta: string }, repeats: number): Applied {
  const [snapshotMs, deltaMs, parseMs] = [[] as number[], [] as number[], [] as number[]]
  for (let turn = 0; turn < repeats; turn += 1) {
    const reader = openNewsReader(LIVE_REVISION)
    const heard = (state: LiveState, text: string): LiveState => {
      const { news } = reader.read(text)
      if (news === null) throw new Error('expected a message of the feed')
      const next = take(state, news).state
      openBySite(next.alarms)
      return next
    }
    const began = performance.now()
    const state = heard(EMPTY_LIVE, texts.snapshot)
    const between = performance.now()
    const after = heard(state, texts.delta)
    const ended = performance.now()
    if (after.sites === state.sites) throw new Error('expected a delta that moves sites')
    JSON.parse(texts.delta)
    parseMs.push(performance.now() - ended)
    snapshotMs.push(between - began)
    deltaMs.push(ended - between)
  }
  return { snapshotMs, deltaMs, parseMs }
}
