import type { Alarm } from '../../../core/contract/alarm.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { Shown } from './freshness.ts'
import type { PitSymbol, SymbolKind } from './schematic-symbols.ts'

/** Whether a thing runs, as far as a contact or its power says. `load` and `no-load` are what a meter alone can tell. */
export type RunState = 'running' | 'standing' | 'load' | 'no-load' | 'unknown'

/** What stands at a point now. */
export interface ShownPoint {
  readonly quantity: Quantity
  readonly shown: Shown
}

/** Things of which people ask whether they run. */
const RUNS: readonly SymbolKind[] = ['feeder', 'house', 'machine', 'drive', 'generator', 'winch', 'fan', 'pump']
/** Less is the meter itself, and noise. */
const LOAD_W = 50

/** null for what neither runs nor stands. */
export function runStateOf(symbol: PitSymbol, pointOf: (ref: PointRef) => ShownPoint | null): RunState | null {
  if (!RUNS.includes(symbol.kind)) return null
  if (symbol.running !== null) {
    const said = pointOf(symbol.running)
    if (said !== null && isTold(said))
      return said.shown.value === true || said.shown.value === 1 ? 'running' : 'standing'
  }
  const powers = symbol.points.map(pointOf).filter((point) => point?.quantity === 'power')
  const power = powers.find((point) => point !== null && isTold(point)) ?? null
  if (typeof power?.shown.value === 'number') return Math.abs(power.shown.value) > LOAD_W ? 'load' : 'no-load'
  return symbol.running !== null || powers.length > 0 ? 'unknown' : null
}

function isTold({ shown: { standing, value } }: ShownPoint): boolean {
  return value !== null && (standing === 'good' || standing === 'uncertain')
}

/** Open alarms by the symbol they stand at: that of their point, else of its device, else the gateway. */
export function alarmsBySymbol(
  symbols: readonly PitSymbol[],
  alarms: readonly Alarm[],
): ReadonlyMap<string, readonly Alarm[]> {
  const found = new Map<string, Alarm[]>()
  for (const alarm of alarms) {
    const device = alarm.point.split('/')[0]
    const symbol =
      symbols.find(({ points }) => points.includes(alarm.point)) ??
      symbols.find(
        (one) => one.device === device || one.points.some((point) => point.startsWith(`${device ?? ''}/`)),
      ) ??
      symbols.find(({ kind }) => kind === 'gateway')
    if (symbol === undefined) continue
    const these = found.get(symbol.id)
    if (these === undefined) found.set(symbol.id, [alarm])
    else these.push(alarm)
  }
  return found
}

/** The points whose trends are shown under the drawing: the headline, then the first of each symbol that is a number. */
export function mainPoints(
  symbols: readonly PitSymbol[],
  { headline, isNumber, most }: MainPoints,
): readonly PointRef[] {
  const firsts = symbols.flatMap(({ points }) => points.slice(0, 1))
  const candidates = [...(headline === undefined ? [] : [headline]), ...firsts].filter(isNumber)
  return [...new Set(candidates)].slice(0, most)
}

export interface MainPoints {
  readonly headline: PointRef | undefined
  readonly isNumber: (ref: PointRef) => boolean
  readonly most: number
}
