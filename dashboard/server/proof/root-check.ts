import { countyDay, dayText } from '../../../core/alarms/roster/county-day.ts'
import { DailyRoot, type LedgerFault } from '../../../core/contract/proof.ts'
import type { LedgerRow } from '../../../platform/ledger.ts'
import { type MerkleTree, merkleTree } from '../../../platform/merkle.ts'

/** A day's root as its entries have it. */
export type ComputedRoot = Omit<DailyRoot, 'at'>

/** What somebody has on paper or on the phone: an entry's hash, or the first digits of a day's root. */
export type Expectation =
  | { readonly is: 'entry'; readonly n: number; readonly hash: string }
  | { readonly is: 'root'; readonly day: string; readonly root: string }

/** Holds the ledger's rows, as they pass, against the roots that were made of them and against what is expected from elsewhere. */
export interface RootCheck {
  /** Takes the next row of an intact chain; a fault when it contradicts what was made or is expected. */
  take(row: LedgerRow): LedgerFault | null
  /** The last row has passed. */
  end(last: LedgerRow | null): LedgerFault | null
  /** Roots of the days that have passed, the oldest first. */
  readonly roots: readonly ComputedRoot[]
}

/** What a `daily-root` entry says. */
export const RootDetail = DailyRoot.omit({ at: true })

/** `kept` = roots as they lie beside the ledger. */
export function checkRoots(kept: readonly DailyRoot[] = [], expected: readonly Expectation[] = []): RootCheck {
  const keptOf = new Map(kept.map((root) => [root.day, root]))
  const roots = new Map<string, ComputedRoot>()
  let open: { index: number; first: number; tree: MerkleTree } | null = null
  const close = (last: number, row: LedgerRow): LedgerFault | null => {
    if (open === null) return null
    const { index, first, tree } = open
    const made: ComputedRoot = { day: dayText(index), first, last, entries: tree.size, root: tree.root() }
    roots.set(made.day, made)
    const beside = keptOf.get(made.day)
    if (beside !== undefined && !isSame(beside, made)) return differs(row, beside, made)
    const wanted = expected.find((each) => each.is === 'root' && each.day === made.day)
    if (wanted?.is !== 'root' || made.root.startsWith(wanted.root)) return null
    return { ...differs(row, { ...made, root: wanted.root }, made), kind: 'expected' }
  }
  return {
    get roots() {
      return [...roots.values()]
    },
    take: (row) => {
      const wanted = expected.find((each) => each.is === 'entry' && each.n === row.n)
      if (wanted?.is === 'entry' && !row.hash.startsWith(wanted.hash)) {
        return faultAt(row, { kind: 'expected', expected: wanted.hash, came: row.hash })
      }
      const index = countyDay(row.at)
      const closed = open !== null && open.index !== index ? close(row.n - 1, row) : null
      if (open?.index !== index) open = { index, first: row.n, tree: merkleTree() }
      open.tree.add(row.hash)
      return closed ?? (row.act === 'daily-root' ? against(row, roots) : null)
    },
    end: (last) => {
      const n = (last?.n ?? 0) + 1
      const beyond = expected.find((each) => each.is === 'entry' && each.n >= n)
      if (beyond?.is === 'entry') return cutOff(n, `entry ${beyond.n} with hash ${beyond.hash}`, last)
      const keptBeyond = kept.find(({ last: end }) => end >= n)
      if (keptBeyond !== undefined)
        return cutOff(n, `entries to ${keptBeyond.last}, of which ${keptBeyond.day} is made`, last)
      const unseen = expected.find((each) => each.is === 'root' && !roots.has(each.day))
      return unseen?.is === 'root' ? cutOff(n, `all entries of ${unseen.day}`, last) : null
    },
  }
}

function against(row: LedgerRow, roots: ReadonlyMap<string, ComputedRoot>): LedgerFault | null {
  const said = RootDetail.safeParse(JSON.parse(row.detail))
  if (!said.success) return null
  const made = roots.get(said.data.day)
  if (made !== undefined && isSame(said.data, made)) return null
  return differs(row, said.data, made ?? null)
}

function isSame(a: ComputedRoot, b: ComputedRoot): boolean {
  return a.root === b.root && a.first === b.first && a.last === b.last && a.entries === b.entries
}

function differs(row: LedgerRow, sent: ComputedRoot, made: ComputedRoot | null): LedgerFault {
  return faultAt(row, { kind: 'root', expected: textOf(sent), came: made === null ? 'no entries' : textOf(made) })
}

function textOf({ day, first, last, root }: ComputedRoot): string {
  return `${day}: ${first}–${last} ${root}`
}

function faultAt(row: LedgerRow, found: Pick<LedgerFault, 'kind' | 'expected' | 'came'>): LedgerFault {
  return { n: row.n, at: row.at, says: `${row.act} ${row.subject}`, ...found }
}

function cutOff(n: number, expected: string, last: LedgerRow | null): LedgerFault {
  const came = last === null ? 'nothing' : `entry ${last.n} as the last`
  return { kind: 'cut-off', n, at: last?.at ?? null, says: null, expected, came }
}
