import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LedgerEntry } from '../../core/contract/ledger.ts'
import type { LedgerFault } from '../../core/contract/proof.ts'
import { UtcMs } from '../../core/contract/time.ts'
import {
  checkChain,
  entryOf,
  GENESIS,
  type LedgerRow,
  rowOf,
  sealEntry,
  type UnsealedEntry,
} from '../../platform/ledger.ts'

const unsealed = (at: number, subject: string, detail: Record<string, unknown> = {}): UnsealedEntry => ({
  at: UtcMs.parse(at),
  actor: { kind: 'system', name: 'desk' },
  act: 'alarm-raised',
  subject,
  detail,
})

function chainOf(entries: readonly UnsealedEntry[]): LedgerEntry[] {
  const chain: LedgerEntry[] = []
  for (const entry of entries) chain.push(sealEntry(chain.at(-1) ?? null, entry))
  return chain
}

const rowsOf = (entries: readonly UnsealedEntry[]) => chainOf(entries).map(rowOf)

/** How many rows fit, and what is wrong with the first that does not. */
function checked(rows: readonly unknown[]): { fitting: number; fault: LedgerFault | null } {
  const chain = checkChain()
  for (const row of rows) if (!chain.take(row)) break
  return { fitting: chain.fitting, fault: chain.fault() }
}

const anyEntries = fc
  .array(fc.tuple(fc.string(), fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue())), {
    minLength: 1,
    maxLength: 8,
  })
  .map((things) => things.map(([subject, detail], index) => unsealed(index, subject, detail)))

const five = () => rowsOf([1, 2, 3, 4, 5].map((at) => unsealed(at, `alarm-${at}`, { x: at })))
const changed = (n: number, change: Partial<Record<keyof LedgerRow, unknown>>) =>
  five().map((row) => (row.n === n ? { ...row, ...change } : row))

describe('the ledger chain', () => {
  it('hashes the previous hash and the canonical JSON, as anybody can compute with other tools', () => {
    const [first, second] = chainOf([unsealed(5, '北沟', { b: 1, a: null }), unsealed(6, 'x')])
    const text = `{"act":"alarm-raised","actor":{"kind":"system","name":"desk"},"at":5,"detail":{"a":null,"b":1},"n":1,"prev":"${GENESIS}","subject":"北沟"}`
    expect(first!.hash).toBe(
      createHash('sha256')
        .update(GENESIS + text)
        .digest('hex'),
    )
    expect(second!.prev).toBe(first!.hash)
    expect(second!.n).toBe(2)
  })

  it('is intact for whatever is written into it, and comes out of its rows as it went in', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const rows = rowsOf(entries)
        expect(checked(rows)).toEqual({ fitting: entries.length, fault: null })
        expect(rows.map(entryOf)).toEqual(chainOf(entries).map((entry) => JSON.parse(JSON.stringify(entry)) as unknown))
      }),
    )
  })

  it('names the first entry that somebody has removed, doubled, moved or changed', () => {
    fc.assert(
      fc.property(anyEntries, fc.nat(), fc.constantFrom('drop', 'double', 'swap', 'edit'), (entries, pick, how) => {
        const chain = rowsOf(entries)
        const at = pick % chain.length
        const broken = [...chain]
        const next = (at + 1) % chain.length
        if (how === 'drop') broken.splice(at, 1)
        if (how === 'double') broken.splice(at, 0, chain[at]!)
        if (how === 'swap') [broken[at], broken[next]] = [chain[next]!, chain[at]!]
        if (how === 'edit') broken[at] = { ...chain[at]!, subject: `${chain[at]!.subject}!` }
        const { fitting, fault } = checked(broken)
        // What a chain cannot show: its end cut off, and a swap with itself.
        const isInvisible = (how === 'drop' && at === chain.length - 1) || (how === 'swap' && chain.length === 1)
        expect(fault === null).toBe(isInvisible)
        if (!isInvisible && how !== 'swap') expect(fitting).toBe(how === 'double' ? at + 1 : at)
        if (how === 'edit') expect(fault).toMatchObject({ kind: 'content', n: at + 1 })
      }),
    )
  })

  it.each<[LedgerFault['kind'], readonly unknown[], number]>([
    ['content', changed(3, { subject: 'alarm-9' }), 3],
    ['content', changed(3, { at: 1 }), 3],
    ['content', changed(3, { prev: GENESIS }), 3],
    ['hash', changed(3, { hash: 'f'.repeat(64) }), 3],
    ['missing', five().filter(({ n }) => n !== 3), 3],
    ['missing', changed(3, { n: 77 }), 3],
    ['no-entry', changed(3, { at: 2.5 }), 3],
    ['no-entry', changed(3, { subject: 12 }), 3],
    ['time', rowsOf([unsealed(1, 'a'), unsealed(9, 'b'), unsealed(8, 'c')]), 3],
    ['content', changed(5, { hash: 'f'.repeat(64) }), 5],
  ])('says of the first bad entry that its fault is %s', (kind, rows, n) => {
    const { fitting, fault } = checked(rows)
    expect(fault).toMatchObject({ kind, n })
    expect(fitting).toBe(n - 1)
  })

  it('tells an entry that was written anew, with a hash that fits it, from one that was merely changed', () => {
    const rows = five()
    const [, second] = chainOf([unsealed(1, 'alarm-1', { x: 1 }), unsealed(2, 'another', { x: 2 })])
    rows[1] = rowOf(second!)
    expect(checked(rows).fault).toMatchObject({ kind: 'link', n: 3, expected: second!.hash })
  })

  it('takes no row whose hash is right and which is no entry', () => {
    const odd = { ...unsealed(1, 'x'), act: 'made-up' } as unknown as UnsealedEntry
    expect(checked([rowOf(sealEntry(null, odd))]).fault).toMatchObject({ kind: 'no-entry', n: 1 })
  })

  it('says what an entry says, what was expected and what came', () => {
    const { fault } = checked(changed(2, { subject: 'alarm-9' }))
    expect(fault).toEqual({
      ...{ kind: 'content', n: 2, at: 2, says: 'alarm-raised alarm-9 (desk) {"x":2}' },
      ...{ expected: five()[1]!.hash, came: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    })
  })
})
