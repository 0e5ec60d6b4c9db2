import { hash as digest } from 'node:crypto'
import { LedgerEntry } from '../core/contract/ledger.ts'
import type { LedgerFault } from '../core/contract/proof.ts'
import { canonicalJson } from '../core/kit/canonical-json.ts'

/** What `prev` of the first entry holds. */
export const GENESIS = '0'.repeat(64)

/** An entry before it is given its place in the chain. */
export type UnsealedEntry = Omit<LedgerEntry, 'n' | 'prev' | 'hash'>

/** An entry as it stands in a table; `detail` is canonical JSON. */
export interface LedgerRow {
  readonly n: number
  readonly at: number
  readonly actor_kind: string
  readonly actor_name: string
  readonly act: string
  readonly subject: string
  readonly detail: string
  readonly prev: string
  readonly hash: string
}

/** SHA-256 over `prev` and the canonical JSON of everything but `hash`. */
export function hashOf(entry: Omit<LedgerEntry, 'hash'>): string {
  return hashOfRow({ ...rowOf({ ...entry, hash: '' }) })
}

/** `entry` as the one after `last`; null = as the first. */
export function sealEntry(last: Pick<LedgerEntry, 'n' | 'hash'> | null, entry: UnsealedEntry): LedgerEntry {
  const { n, prev, hash } = sealRow(last, entry)
  return { ...entry, n, prev, hash }
}

/** The same as the row it is kept as. */
export function sealRow(last: Pick<LedgerRow, 'n' | 'hash'> | null, entry: UnsealedEntry): LedgerRow {
  const row = rowOf({ ...entry, n: (last?.n ?? 0) + 1, prev: last?.hash ?? GENESIS, hash: '' })
  return { ...row, hash: hashOfRow(row) }
}

/** An entry as a row. */
export function rowOf({ n, at, actor, act, subject, detail, prev, hash }: LedgerEntry): LedgerRow {
  return {
    n,
    at,
    actor_kind: actor.kind,
    actor_name: actor.name,
    act,
    subject,
    detail: canonicalJson(detail),
    prev,
    hash,
  }
}

/** The entry a row holds; null for a row that is none, or whose detail is not written as it was hashed. */
export function entryOf(row: LedgerRow): LedgerEntry | null {
  const { actor_kind: kind, actor_name: name, detail, ...same } = row
  const value = valueOf(detail)
  // A schema of names and values leaves out a member called __proto__, which a detail may well have.
  if (!isObject(value) || canonicalJson(value) !== detail) return null
  const parsed = LedgerEntry.safeParse({ ...same, actor: { kind, name }, detail: {} })
  return parsed.success ? { ...parsed.data, detail: value } : null
}

/** A chain that is being checked from its first entry on, or from a later one whose forerunner is trusted. */
export interface ChainCheck {
  /** Takes the next row as it came from the table. False when no more are wanted: something does not fit. */
  take(row: unknown): boolean
  /** Says that what follows cannot be read. */
  unreadable(why: string): void
  /** Rows that fit. */
  readonly fitting: number
  /** The last row that fits. */
  readonly last: LedgerRow | null
  /** What is wrong with the first row that does not fit; null when all fit. */
  fault(): LedgerFault | null
}

/**
 * Checks row by row: numbers without gaps, times that never go back, each `prev` the hash before it, each hash right. What a chain
 * cannot show is its last entries being cut off: keep the count, or the last hash, somewhere else as well.
 */
export function checkChain(after: LedgerRow | null = null): ChainCheck {
  let last = after
  let fitting = 0
  let found: LedgerFault | null = null
  /** A row whose hash is not its own: the row after it tells whether the words or the hash were changed. */
  let suspect: { readonly row: LedgerRow; readonly computed: string } | null = null
  const settled = (next: LedgerRow | null): LedgerFault | null => {
    if (found !== null || suspect === null) return found
    const { row, computed } = suspect
    const kind = next?.prev === computed ? 'hash' : 'content'
    return kind === 'hash' ? told(kind, row, computed, row.hash) : told(kind, row, row.hash, computed)
  }
  return {
    get fitting() {
      return fitting
    },
    get last() {
      return last
    },
    take: (came) => {
      const row = isRow(came) ? came : null
      if (suspect !== null || found !== null) {
        found ??= settled(row)
        return false
      }
      const judged = row === null ? noRow((last?.n ?? 0) + 1, came) : judge(row, last)
      if (judged === null) {
        last = row
        fitting += 1
        return true
      }
      if ('computed' in judged) suspect = judged
      else found = judged
      return suspect !== null
    },
    unreadable: (why) => {
      const n = (last?.n ?? 0) + 1
      found ??= settled(null) ?? { kind: 'unreadable', n, at: null, says: null, expected: `entry ${n}`, came: why }
    },
    fault: () => settled(null),
  }
}

/** null = it fits; with `computed` = its hash is another's. */
function judge(row: LedgerRow, last: LedgerRow | null): LedgerFault | { row: LedgerRow; computed: string } | null {
  const n = (last?.n ?? 0) + 1
  if (row.n !== n) {
    const kind = row.n > n ? 'missing' : 'no-entry'
    return { ...told(kind, row, `entry ${n}`, `entry ${row.n}`), n }
  }
  const computed = hashOfRow(row)
  const prev = last?.hash ?? GENESIS
  if (row.prev !== prev) {
    const isLinkAlone = computed !== row.hash && hashOfRow({ ...row, prev }) === row.hash
    if (isLinkAlone || computed === row.hash) return told(isLinkAlone ? 'content' : 'link', row, prev, row.prev)
  }
  if (computed !== row.hash) return { row, computed }
  if (row.at < (last?.at ?? 0)) return told('time', row, `not before ${last?.at ?? 0}`, String(row.at))
  return isEntry(row) ? null : told('no-entry', row, 'an entry as the contract says', clipped(JSON.stringify(row)))
}

function hashOfRow({ n, at, actor_kind, actor_name, act, subject, detail, prev }: LedgerRow): string {
  const actor = `{"kind":${JSON.stringify(actor_kind)},"name":${JSON.stringify(actor_name)}}`
  // Members in the order of canonical JSON, which `detail` is already written in.
  const text = `{"act":${JSON.stringify(act)},"actor":${actor},"at":${JSON.stringify(at)},"detail":${detail},"n":${n},"prev":${JSON.stringify(prev)},"subject":${JSON.stringify(subject)}}`
  return digest('sha256', prev + text)
}

function told(kind: LedgerFault['kind'], row: LedgerRow, expected: string, came: string): LedgerFault {
  const says = clipped(`${row.act} ${row.subject} (${row.actor_name}) ${row.detail}`)
  return { kind, n: Math.max(1, row.n), at: row.at, says, expected: clipped(expected), came: clipped(came) }
}

function noRow(n: number, came: unknown): LedgerFault {
  const what = came === null || typeof came !== 'object' ? String(came) : Object.values(came).map(String).join(' ')
  return { kind: 'no-entry', n, at: null, says: null, expected: `entry ${n}`, came: clipped(what) }
}

const MOST_SAID = 200

function clipped(text: string): string {
  return text.length > MOST_SAID ? `${text.slice(0, MOST_SAID)}…` : text
}

/** Asked of every row of a ledger, so each cell is looked at without going through a list of names. */
function isRow(came: unknown): came is LedgerRow {
  if (typeof came !== 'object' || came === null) return false
  const placed = 'n' in came && Number.isSafeInteger(came.n) && 'at' in came && Number.isSafeInteger(came.at)
  const acted = 'actor_kind' in came && 'actor_name' in came && 'act' in came && 'subject' in came
  const chained = 'detail' in came && 'prev' in came && 'hash' in came
  if (!placed || !acted || !chained) return false
  const { actor_kind, actor_name, act, subject, detail, prev, hash } = came
  const areActTexts = isText(actor_kind) && isText(actor_name) && isText(act) && isText(subject)
  return areActTexts && isText(detail) && isText(prev) && isText(hash)
}

const isText = (cell: unknown): boolean => typeof cell === 'string'

const ACTS: ReadonlySet<string> = new Set(LedgerEntry.shape.act.options)
const KINDS: ReadonlySet<string> = new Set(LedgerEntry.shape.actor.shape.kind.options)

/** The same as whether the schema takes it, in a tenth of the time: a ledger has millions of rows. */
function isEntry({ at, actor_kind, actor_name, act, detail }: LedgerRow): boolean {
  if (at < 0 || actor_name === '' || !ACTS.has(act) || !KINDS.has(actor_kind)) return false
  const value = valueOf(detail)
  if (!isObject(value)) return false
  // Canonical JSON is what the engine writes, with members in order; asking for the two apart is far cheaper.
  return (JSON.stringify(value) === detail && isOrdered(value)) || canonicalJson(value) === detail
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOrdered(value: object): boolean {
  let before: string | null = null
  const members: readonly (readonly [string, unknown])[] = Object.entries(value)
  for (const [name, member] of members) {
    if (before !== null && name <= before && !Array.isArray(value)) return false
    before = name
    if (typeof member === 'object' && member !== null && !isOrdered(member)) return false
  }
  return true
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
