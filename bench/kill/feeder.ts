import { clearOf, raiseOf } from './load.ts'
import type { Room } from './room.ts'

const PER_SECOND = 200
const TICK_MS = 10
/** What was raised ends and is acknowledged so many alarms later. */
const BEHIND = 200

interface Op {
  readonly line: object
  readonly kind: 'raised' | 'cleared' | 'acknowledged'
  readonly id: string
}

/** Asks for 200 alarms a second, for their ends and acknowledgements, and again for whatever was not answered when the program died. */
export function openFeeder() {
  const waiting = new Map<number, Op>()
  const committed = { raised: [] as string[], cleared: [] as string[], acknowledged: [] as string[] }
  const startedAt = Date.now()
  const sentinel = raiseOf(0, startedAt, 'red')
  const raises = [sentinel]
  let next = 0
  const add = (kind: Op['kind'], id: string, asked: object): Op => {
    const n = next++
    const op = { line: { n, ...asked }, kind, id }
    waiting.set(n, op)
    return op
  }
  add('raised', sentinel.occurrence, { transition: sentinel })
  const another = (): Op[] => {
    const raise = raiseOf(raises.length, Date.now())
    raises.push(raise)
    const old = raises[raises.length - 1 - BEHIND]
    const ops = [add('raised', raise.occurrence, { transition: raise })]
    if (old === undefined || old === sentinel) return ops
    const end = add('cleared', old.occurrence, { transition: clearOf(old) })
    return [...ops, end, add('acknowledged', old.occurrence, { acknowledge: old.occurrence })]
  }
  return {
    sentinel: sentinel.occurrence,
    committed: () => committed,
    done: (n: number) => {
      const op = waiting.get(n)
      if (op === undefined) return
      waiting.delete(n)
      committed[op.kind].push(op.id)
    },
    /** Sends what waits and then the load; answers how to stop it. */
    feed: (room: Room): (() => void) => {
      for (const { line } of waiting.values()) room.write(line)
      let owed = 0
      let last = performance.now()
      const timer = setInterval(() => {
        const now = performance.now()
        // While the program starts nothing comes: the gateways send again when it is there.
        if (room.readyMs() !== null) owed += ((now - last) * PER_SECOND) / 1_000
        last = now
        for (; owed >= 1; owed -= 1) for (const { line } of another()) room.write(line)
      }, TICK_MS)
      return () => clearInterval(timer)
    },
  }
}
