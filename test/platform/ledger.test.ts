import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LedgerEntry } from '../../core/contract/ledger.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { GENESIS, sealEntry, type UnsealedEntry, verifyLedger } from '../../platform/ledger.ts'

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

const anyEntries = fc
  .array(fc.tuple(fc.string(), fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue())), {
    minLength: 1,
    maxLength: 8,
  })
  .map((things) => things.map(([subject, detail], index) => unsealed(index, subject, detail)))

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

  it('is intact for whatever is written into it', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntries, async (entries) => {
        expect(await verifyLedger(chainOf(entries))).toEqual({ intact: true, entries: entries.length, brokenAt: null })
      }),
    )
  })

  it('names the first entry that somebody has removed, doubled, moved or changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyEntries,
        fc.nat(),
        fc.constantFrom('drop', 'double', 'swap', 'edit'),
        async (entries, pick, how) => {
          const chain = chainOf(entries)
          const at = pick % chain.length
          const broken = [...chain]
          if (how === 'drop') broken.splice(at, 1)
          if (how === 'double') broken.splice(at, 0, chain[at]!)
          if (how === 'swap')
            [broken[at], broken[(at + 1) % chain.length]] = [chain[(at + 1) % chain.length]!, chain[at]!]
          if (how === 'edit') broken[at] = { ...chain[at]!, subject: `${chain[at]!.subject}!` }
          const verdict = await verifyLedger(broken)
          // What a chain cannot show: its end cut off, and a swap with itself.
          const invisible = (how === 'drop' && at === chain.length - 1) || (how === 'swap' && chain.length === 1)
          expect(verdict.intact).toBe(invisible)
          if (!invisible && how !== 'swap') expect(verdict.brokenAt).toBe(how === 'double' ? at + 2 : at + 1)
        },
      ),
    )
  })

  it('says that time ran backwards even where every hash is right', async () => {
    expect(await verifyLedger(chainOf([unsealed(9, 'a'), unsealed(8, 'b')]))).toMatchObject({
      intact: false,
      brokenAt: 2,
    })
  })
})
