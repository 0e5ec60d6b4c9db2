import { isBitTable } from '../../../core/decode/modbus-pdu.ts'
import type { Room } from '../../link/field-bus.ts'
import { contains, type Span } from './span.ts'

/** Registers around a request that are told of; more are not needed to give an answer a length of its own. */
const MOST_ROOM = 16

/**
 * The cells before and after `span` that are known to be readable together with it. `known` are cells the device gives,
 * `refused` what no request may contain, `most` what it gives at once. None at all where `span` is as long as may be;
 * undefined where nothing is known.
 */
export function roomAround(
  span: Span,
  known: readonly Span[],
  { refused, most }: { readonly refused: readonly Span[]; readonly most: number },
): Room | undefined {
  const spare = most - span.quantity
  if (spare <= 0) return { before: 0, after: 0 }
  const cap = Math.min(spare, isBitTable(span.table) ? MOST_ROOM * 8 : MOST_ROOM)
  const end = span.address + span.quantity
  const run = joined(known).find((candidate) => contains(candidate, span))
  if (run === undefined) return undefined
  let after = Math.min(cap, run.address + run.quantity - end)
  let before = Math.min(cap - after, span.address - run.address)
  for (const refusal of refused) {
    const wider = { table: span.table, address: span.address - before, quantity: before + span.quantity + after }
    if (!contains(wider, refusal)) continue
    const refusalEnd = refusal.address + refusal.quantity
    if (refusalEnd > end) after = Math.min(after, refusalEnd - end - 1)
    else before = Math.min(before, span.address - refusal.address - 1)
  }
  return before + after > 0 ? { before, after } : undefined
}

/** Spans that touch or overlap, as one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const runs: Span[] = []
  const sorted = spans.toSorted((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : a.address - b.address))
  for (const span of sorted) {
    const last = runs.at(-1)
    if (last?.table === span.table && span.address <= last.address + last.quantity) {
      const quantity = Math.max(last.quantity, span.address + span.quantity - last.address)
      runs[runs.length - 1] = { ...last, quantity }
    } else runs.push(span)
  }
  return runs
}
