import { FIRST_PREV, type Link } from '../../../core/contract/chain.ts'

/** A link that accounts for readings: its number, and theirs. */
export interface ReadingsPlace {
  readonly n: number
  readonly from: number
  readonly to: number
}

/** What is known of one stream around a link that has come. */
export interface Neighbours {
  /** Hash and `prev` of link `n`; null while it has not come. */
  at(n: number): { readonly hash: string; readonly prev: string } | null
  /** The nearest known range or gap before link `n`. */
  before(n: number): ReadingsPlace | null
  /** The nearest known range or gap after link `n`. */
  after(n: number): ReadingsPlace | null
  /** How many links are known between two, neither counted. */
  between(n: number, m: number): number
  /** Whether a link before `n` is signed. */
  isSignedBefore(n: number): boolean
  /** Whether nothing is known of the stream, and links of other streams of its site are signed. */
  followsSigned(): boolean
}

/**
 * Why a link cannot stand beside what is known of its stream, or null when it fits. Links may come in any order, so only
 * neighbours that are there are compared; each pair is, by whichever of the two comes last.
 */
export function contradiction(link: Link, hash: string, known: Neighbours): string | null {
  const { n, prev } = link
  if (n === 0 && prev !== FIRST_PREV) return 'the first link of a stream stands after another'
  const before = n === 0 ? null : known.at(n - 1)
  if (before !== null && before.hash !== prev) return `its prev is not the hash of link ${n - 1}`
  const after = known.at(n + 1)
  if (after !== null && after.prev !== hash) return `link ${n + 1} stands after another link ${n}`
  return 'from' in link ? misplaced(link, known) : null
}

/** Ranges and gaps account for every reading once, in the order of the links. */
function misplaced({ n, from, to }: ReadingsPlace, known: Neighbours): string | null {
  if (to < from) return `it ends with reading ${to} before it begins with ${from}`
  const before = known.before(n)
  if (before === null && from !== 0 && known.between(-1, n) === n) return `expected the first reading, 0, came ${from}`
  if (before !== null) {
    if (before.to >= from) return `reading ${from} is in link ${before.n} already`
    const isNext = known.between(before.n, n) === n - before.n - 1
    if (isNext && before.to + 1 !== from)
      return `expected reading ${before.to + 1} after link ${before.n}, came ${from}`
  }
  const after = known.after(n)
  if (after !== null) {
    if (after.from <= to) return `reading ${to} is in link ${after.n} already`
    const isNext = known.between(n, after.n) === after.n - n - 1
    if (isNext && after.from !== to + 1) return `link ${after.n} begins with reading ${after.from}, expected ${to + 1}`
  }
  return null
}
