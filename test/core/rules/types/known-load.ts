import type { LoadView } from '../../../../core/rules/load/view.ts'

/** A load that is known and armed, of which a test says what matters; everything it draws is unexplained unless told. */
export function knownLoad(over: Partial<LoadView> = {}): (power: () => number) => LoadView {
  return (power) => ({
    get power() {
      return power()
    },
    expected: 0,
    get residual() {
      return power() - (over.expected ?? 0)
    },
    envelope: 1_500,
    floor: 500,
    usual: 700,
    runningW: 0,
    running: 0,
    noise: 30,
    isArmed: true,
    daysLearned: 20,
    isMasked: false,
    usualExcess: 3.6e7,
    excess: 0,
    stranger: 0,
    overdue: 0,
    isHeaterExpected: false,
    along: { times: 0, power: 0 },
    usualCycle: 900,
    creep: 0,
    usualCreep: 0,
    starts: [],
    shift: 0,
    ...over,
  })
}

/** A wobble between −1 and 1 that is the same each time: noise without chance. */
export function wobble(s: number): number {
  return Math.sin(s * 12.9898) * Math.cos(s * 78.233)
}
