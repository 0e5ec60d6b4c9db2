/** One read of registers. Addresses count from 0. */
export interface Ask {
  readonly address: number
  readonly quantity: number
}

/** What a map allows: where its points are, what one request may ask for, and what the device refuses. */
export interface Task {
  readonly points: readonly Ask[]
  readonly maxRegisters: number
  /** Registers that no request may touch. */
  readonly illegal: ReadonlySet<number>
}

/** A line and the device on it. */
export interface Line {
  readonly baud: number
  readonly latencyMs: number
}

const FAST_BAUD = 19_200
const FAST_SILENCE_MS = 1.75
/** Characters of a read besides its data: request 8, answer 5. */
const FRAME_CHARACTERS = 13

/** Time of one character of 11 bits, in ms. */
export function characterMs(baud: number): number {
  return 11_000 / baud
}

/** t3.5 in ms. (MODBUS over Serial Line V1.02 §2.5.1.1) */
export function silenceMs(baud: number): number {
  return baud > FAST_BAUD ? FAST_SILENCE_MS : 3.5 * characterMs(baud)
}

/** Time that one read takes at least: request, silence, thinking, answer, silence. In ms. */
export function transactionMs({ quantity }: Pick<Ask, 'quantity'>, { baud, latencyMs }: Line): number {
  return (FRAME_CHARACTERS + 2 * quantity) * characterMs(baud) + 2 * silenceMs(baud) + latencyMs
}

/** Time of all reads of a plan one after the other, in ms. */
export function planMs(plan: readonly Ask[], line: Line): number {
  return plan.reduce((sum, ask) => sum + transactionMs(ask, line), 0)
}

/** The reads that cover all points, which must not overlap, in the least time that the line allows. */
export function bestPlan({ points, ...limits }: Task, line: Line): readonly Ask[] {
  const sorted = points.toSorted((a, b) => a.address - b.address)
  // The best plan of the first n points ends with one read after the best plan of those before it.
  const best: { readonly ms: number; readonly plan: readonly Ask[] }[] = [{ ms: 0, plan: [] }]
  for (let count = 1; count <= sorted.length; count += 1) {
    const ways = sorted.slice(0, count).flatMap((_, from) => {
      const ask = covering(sorted.slice(from, count))
      const before = best[from]
      if (before === undefined || !isLegal(ask, limits)) return []
      return [{ ms: before.ms + transactionMs(ask, line), plan: [...before.plan, ask] }]
    })
    best.push(ways.reduce((a, b) => (b.ms < a.ms ? b : a)))
  }
  return best.at(-1)?.plan ?? []
}

/** Holds `bestPlan` against all ways there are to share out small random maps over reads. Throws when another way is better. */
export function checkOptimum(maps: number, chance: () => number): void {
  for (let map = 0; map < maps; map += 1) {
    const task = smallTask(chance)
    const line = { baud: chance() < 0.5 ? 9_600 : 115_200, latencyMs: chance() < 0.5 ? 5 : 20 }
    const found = planMs(bestPlan(task, line), line)
    const least = leastOfAllMs(task, line)
    if (Math.abs(found - least) < 1e-9) continue
    throw new Error(`expected a plan of ${least} ms, came one of ${found} ms for ${JSON.stringify(task.points)}`)
  }
}

const SMALL = 7

function smallTask(chance: () => number): Task {
  const points: Ask[] = []
  const illegal = new Set<number>()
  let address = 0
  for (let count = 0; count < SMALL; count += 1) {
    const gap = Math.floor(chance() ** 2 * 60)
    if (gap > 0 && chance() < 0.3) illegal.add(address + Math.floor(chance() * gap))
    const quantity = 1 + Math.floor(chance() * 4)
    points.push({ address: address + gap, quantity })
    address += gap + quantity
  }
  return { points, maxRegisters: 20 + Math.floor(chance() * 105), illegal }
}

/** The least time of all partitions of the points, neighbours or not. */
function leastOfAllMs({ points, ...limits }: Task, line: Line): number {
  let least = Infinity
  const groups: Ask[][] = []
  const share = (next: number) => {
    const point = points[next]
    if (point === undefined) {
      const plan = groups.map(covering)
      if (plan.every((ask) => isLegal(ask, limits))) least = Math.min(least, planMs(plan, line))
      return
    }
    for (const group of groups) {
      group.push(point)
      share(next + 1)
      group.pop()
    }
    groups.push([point])
    share(next + 1)
    groups.pop()
  }
  share(0)
  return least
}

function covering(points: readonly Ask[]): Ask {
  const address = Math.min(...points.map((point) => point.address))
  const end = Math.max(...points.map((point) => point.address + point.quantity))
  return { address, quantity: end - address }
}

function isLegal({ address, quantity }: Ask, { maxRegisters, illegal }: Omit<Task, 'points'>): boolean {
  return quantity <= maxRegisters && ![...illegal].some((cell) => cell >= address && cell < address + quantity)
}
