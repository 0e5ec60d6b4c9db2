import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entryOf, rowOf, sealEntry } from '../../../../platform/ledger.ts'
import { verifyLedgerFile } from '../../../../dashboard/server/proof/verify-file.ts'
import { flipBit, journalRow, recordOf, tamper, writeJournal } from './journal.ts'

const ROWS = 4_000
const COLUMNS = ['at', 'actor_kind', 'actor_name', 'act', 'subject', 'detail', 'prev', 'hash'] as const

let folder: string
let whole: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pitwatch-journal-'))
  whole = join(folder, 'whole.sqlite')
  await writeJournal(whole, ROWS)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a check says of a copy that something was done to. */
async function afterwards(work: (path: string) => void, ...expected: Parameters<typeof verifyLedgerFile>[1] & object) {
  const path = join(folder, 'spoilt.sqlite')
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
  copyFileSync(whole, path)
  work(path)
  return await verifyLedgerFile(path, expected)
}

describe('a journal in a file', () => {
  it('is intact as it was written, days and all', async () => {
    const verdict = await verifyLedgerFile(whole)
    expect(verdict).toMatchObject({ intact: true, entries: ROWS, brokenAt: null })
    expect(verdict.roots.reduce((sum, { entries }) => sum + entries, 0)).toBeLessThan(ROWS)
    expect(verdict.roots.map(({ first }) => first).slice(1)).toEqual(
      verdict.roots.slice(0, -1).map(({ last }) => last + 1),
    )
  })

  it('names the row in which any one byte of any column was changed by SQL', async () => {
    const place = fc.tuple(fc.integer({ min: 1, max: ROWS }), fc.constantFrom(...COLUMNS), fc.nat({ max: 4_000 }))
    await fc.assert(
      fc.asyncProperty(place, async ([n, column, pick]) => {
        const value = journalRow(whole, n)[column]
        const other = typeof value === 'number' ? value + 256 ** (pick % 6) : replaced(value, pick % value.length, 'x')
        fc.pre(other !== value)
        const { fault, entries } = await afterwards((path) =>
          tamper(path, (sqlite) => sqlite.prepare(`update ledger set ${column} = ? where n = ?`).run(other, n)),
        )
        expect(fault?.n).toBe(n)
        expect(entries).toBe(n - 1)
      }),
      { numRuns: 25 },
    )
  })

  it('names the row in which any one bit of the file itself was turned over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: ROWS }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.nat({ max: 7 }),
        async (n, share, bit) => {
          const { at, length } = recordOf(whole, journalRow(whole, n))
          expect(at).toBeGreaterThan(0)
          const { fault } = await afterwards((path) => flipBit(path, at + Math.floor(share * length), bit))
          expect(fault).not.toBeNull()
          expect(fault?.n).toBe(n)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('says that rows are missing, wherever they were taken out', async () => {
    const { fault } = await afterwards((path) =>
      tamper(path, (sqlite) => sqlite.exec('delete from ledger where n between 70 and 75')),
    )
    expect(fault).toMatchObject({ kind: 'missing', n: 70, expected: 'entry 70', came: 'entry 76' })
  })

  it('names a row whose number or time is beyond what a number can hold', async () => {
    const huge = await afterwards((path) =>
      tamper(path, (sqlite) => sqlite.exec('update ledger set at = 9e18 where n = 40')),
    )
    expect(huge.fault).toMatchObject({ kind: 'unreadable', n: 40 })
    const moved = await afterwards((path) =>
      tamper(path, (sqlite) => sqlite.exec('update ledger set n = 9000 where n = 40')),
    )
    expect(moved.fault).toMatchObject({ kind: 'missing', n: 40 })
  })

  it('shows a tail that was cut off to whoever has a later hash or root', async () => {
    const last = journalRow(whole, ROWS)
    const cut = (path: string) => tamper(path, (sqlite) => sqlite.exec(`delete from ledger where n > ${ROWS - 10}`))
    expect(await afterwards(cut)).toMatchObject({ intact: true, entries: ROWS - 10 })
    const known = { is: 'entry', n: ROWS, hash: last.hash.slice(0, 16) } as const
    expect((await afterwards(cut, known)).fault).toMatchObject({ kind: 'cut-off', n: ROWS - 9 })
    expect((await afterwards(() => undefined, known)).fault).toBeNull()
  })

  it('shows a journal that was written anew from some row on to whoever has a hash or a root of before', async () => {
    const { roots } = await verifyLedgerFile(whole)
    const third = roots[2]!
    const anew = (path: string) =>
      tamper(path, (sqlite) => {
        const rows = sqlite.prepare('select * from ledger where n >= ? order by n').all(third.first + 5)
        let before = entryOf(sqlite.prepare('select * from ledger where n = ?').get(third.first + 4) as never)!
        const write = sqlite.prepare('update ledger set subject = ?, prev = ?, hash = ? where n = ?')
        for (const row of rows) {
          before = sealEntry(before, { ...entryOf(row as never)!, subject: 'another' })
          const { n, subject, prev, hash } = rowOf(before)
          write.run(subject, prev, hash, n)
        }
      })
    expect((await afterwards(anew)).intact).toBe(true)
    const { day, root } = third
    const byRoot = await afterwards(anew, { is: 'root', day, root: root.slice(0, 16) })
    expect(byRoot.fault).toMatchObject({
      kind: 'expected',
      expected: expect.stringContaining(root.slice(0, 16)) as string,
    })
    const hash = journalRow(whole, third.last).hash
    const byHash = await afterwards(anew, { is: 'entry', n: third.last, hash })
    expect(byHash.fault).toMatchObject({ kind: 'expected', n: third.last, expected: hash })
    const keep = (path: string) =>
      tamper(path, (sqlite) => {
        const { first, last, entries } = third
        sqlite.prepare('insert into daily_roots values (?, ?, ?, ?, ?, 1)').run(day, first, last, entries, root)
      })
    expect((await afterwards(keep)).fault).toBeNull()
    const beside = await afterwards((path) => {
      anew(path)
      keep(path)
    })
    expect(beside.fault).toMatchObject({ kind: 'root' })
  })

  it('misses an alarm without the entry of its raise, and the entry of a raise without its alarm', async () => {
    const raise = {
      at: journalRow(whole, ROWS).at,
      actor: { kind: 'system', name: 'x' },
      act: 'alarm-raised',
      subject: 'a.b.c',
    }
    const { fault } = await afterwards((path) =>
      tamper(path, (sqlite) => {
        const before = entryOf(sqlite.prepare('select * from ledger where n = ?').get(ROWS) as never)
        const row = rowOf(sealEntry(before, { ...raise, detail: {} } as never))
        sqlite
          .prepare('insert into ledger values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
          .run(...(Object.values(row) as (string | number)[]))
      }),
    )
    expect(fault).toMatchObject({ kind: 'no-alarm', n: ROWS + 1, says: 'a.b.c' })
  })

  it('that is not there cannot be checked', async () => {
    await expect(verifyLedgerFile(join(folder, 'none.sqlite'))).rejects.toMatchObject({ code: 'store/failed' })
  })
})

function replaced(text: string, at: number, sign: string): string {
  return text.slice(0, at) + (text[at] === sign ? 'y' : sign) + text.slice(at + 1)
}
