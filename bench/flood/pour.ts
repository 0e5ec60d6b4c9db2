import { setTimeout as pause } from 'node:timers/promises'
import type { AlarmDesk } from '../../dashboard/server/alarms/desk.ts'
import type { Priority } from '../../core/contract/priority.ts'
import { raiseOf } from '../kill/load.ts'

/** One in so many is red, one in so many orange; the rest are yellow. Blue ones call nobody. */
const RED_EVERY = 100
const ORANGE_EVERY = 11
const TICK_MS = 10

/** The sites the alarms are of. */
export const sites = (): readonly string[] => [
  ...new Set(Array.from({ length: 1_000 }, (_, index) => raiseOf(index, 0).site)),
]

export interface Poured {
  readonly committed: ReadonlySet<string>
  /** When each red one was handed to the desk. */
  readonly reds: ReadonlyMap<string, number>
  readonly commitMs: readonly number[]
  readonly endedAt: number
}

/** Hands alarms to the desk at an even pace, as the lanes of many gateways would, and waits until all are durable. */
export async function pour(
  desk: AlarmDesk,
  { alarms, seconds }: { readonly alarms: number; readonly seconds: number },
): Promise<Poured> {
  const committed = new Set<string>()
  const reds = new Map<string, number>()
  const commitMs: number[] = []
  const all: Promise<void>[] = []
  const began = performance.now()
  for (let index = 0; index < alarms;) {
    const due = Math.min(alarms, Math.ceil(((performance.now() - began) * alarms) / (seconds * 1_000)))
    for (; index < due; index += 1) {
      const priority: Priority = index % RED_EVERY === 0 ? 'red' : index % ORANGE_EVERY === 0 ? 'orange' : 'yellow'
      const raise = raiseOf(index, Date.now(), priority)
      const handedAt = performance.now()
      if (priority === 'red') reds.set(raise.occurrence, handedAt)
      all.push(
        desk.receive(raise).then((what) => {
          commitMs.push(performance.now() - handedAt)
          if (what === 'committed') committed.add(raise.occurrence)
        }),
      )
    }
    await pause(TICK_MS)
  }
  await Promise.all(all)
  return { committed, reds, commitMs, endedAt: performance.now() }
}
