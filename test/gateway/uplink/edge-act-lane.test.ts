import { describe, expect, it } from 'vitest'
import { EdgeAct } from '../../../core/contract/edge.ts'
import { AlarmLane } from '../../../gateway/uplink/alarm-lane.ts'
import { EdgeActLane } from '../../../gateway/uplink/edge-act-lane.ts'
import type { Line } from '../../../gateway/uplink/line.ts'
import { StoreReads } from '../../../gateway/uplink/store-reads.ts'
import { openMemoryStore } from '../../../gateway/store/open.ts'
import { DATING, keep, storeOptions, T0 } from '../store/world.ts'
import { keptLog, transitionOf } from './county.ts'

const raised = transitionOf('a', 1)
const actOf = (n: number, change: Partial<EdgeAct> = {}): EdgeAct =>
  EdgeAct.parse({
    ...{ site: 'east-pit', occurrence: raised.occurrence, n, at: T0, did: { kind: 'delivered', person: 'zhang' } },
    ...change,
  })

/** Both lanes over one store, and what they have published. */
function lanes(...acts: readonly EdgeAct[]) {
  const store = openMemoryStore(storeOptions())
  keep(store, { transitions: [raised], alone: { state: '{}', acts } })
  const said: { topic: string; body: Record<string, unknown> }[] = []
  const line = {
    publish: (topic: string, text: string) => Promise.resolve(void said.push({ topic, body: JSON.parse(text) })),
  } as unknown as Line
  const common = { store, reads: new StoreReads(keptLog()), datingOf: () => DATING }
  const actLane = new EdgeActLane({ ...common, topic: 'edge-act', resendMs: 60_000 })
  const before = (occurrence: string) => actLane.sendOf(occurrence, line)
  const alarmLane = new AlarmLane({ ...common, topic: 'alarm', resendMs: 60_000, before })
  return { store, said, line, actLane, alarmLane, topics: () => said.map(({ topic }) => topic) }
}

describe('the lane of what was done alone', () => {
  it('goes before the alarm it is about, whichever lane is asked first, and once', () => {
    const one = lanes(actOf(1), actOf(2))
    one.alarmLane.send(one.line)
    expect(one.topics()).toEqual(['edge-act', 'edge-act', 'alarm'])
    one.actLane.send(one.line)
    expect(one.said).toHaveLength(3)
    const other = lanes(actOf(1))
    other.actLane.send(other.line)
    other.alarmLane.send(other.line)
    expect(other.topics()).toEqual(['edge-act', 'alarm'])
  })

  it('goes out again on each connection until it is receipted', () => {
    const { actLane, line, said, store } = lanes(actOf(1), actOf(2))
    actLane.send(line)
    expect(actLane.receipted(raised.occurrence, 1)).toBe(true)
    expect(actLane.receipted(raised.occurrence, 1)).toBe(false)
    actLane.restart()
    actLane.send(line)
    expect(said.map(({ body }) => body.n)).toEqual([1, 2, 2])
    expect(store.edgeActs().map(({ n }) => n)).toEqual([2])
  })

  it('takes no receipt for what was never sent', () => {
    const { actLane, store } = lanes(actOf(1))
    expect(() => actLane.receipted(raised.occurrence, 1)).toThrow(/never sent/)
    expect(store.edgeActs()).toHaveLength(1)
  })

  it('is dated by what is known of the time when it goes out', () => {
    const at = 5_000 as EdgeAct['at']
    const clock = { boot: DATING.boot, mono: 7_000 as never, recordedAt: at, uncertaintyMs: null }
    const { actLane, line, said } = lanes(actOf(1, { at, clock }))
    actLane.send(line)
    expect(said[0]?.body).toMatchObject({ at: T0 + 7_000, clock: { recordedAt: 5_000, uncertaintyMs: 40 } })
  })
})
