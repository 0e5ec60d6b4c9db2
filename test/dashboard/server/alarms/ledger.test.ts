import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ledgerVerifier } from '../../../../dashboard/server/alarms/ledger.ts'
import { verifyLedgerFile } from '../../../../dashboard/server/proof/verify-file.ts'
import { clearOf, openWorld, transition, type World } from './world.ts'

let world: World
let tamper: DatabaseSync
let rows: Record<string, string | number>[]

beforeAll(async () => {
  world = openWorld()
  const raised = transition()
  await world.desk.receive(raised)
  await world.desk.addNote(raised.occurrence, { by: 'lin', text: '井口有灯光\u0001' })
  await world.desk.record({
    actor: { kind: 'person', name: 'lin' },
    act: 'signed-in',
    subject: 'lin',
    detail: { x: 5e-7 },
  })
  await world.desk.acknowledge(raised.occurrence, { by: 'lin', note: '已派人去看', via: 'desk' })
  await world.desk.receive(clearOf(raised))
  tamper = new DatabaseSync(world.path)
  rows = tamper.prepare('select * from ledger order by n').all() as typeof rows
})
afterAll(async () => {
  tamper.close()
  await world.end()
})

it('stays intact over a name that is no well-formed text', async () => {
  const other = openWorld()
  await other.desk.record({ actor: { kind: 'person', name: 'a\ud800b' }, act: 'sign-in-refused', subject: 'a\ud800b' })
  expect(await other.desk.verify()).toMatchObject({ intact: true })
  await other.end()
})

const COLUMNS = ['at', 'actor_kind', 'actor_name', 'act', 'subject', 'detail', 'prev', 'hash'] as const

/** Does `work` with one cell changed, past the triggers, and puts everything back. */
async function withCell(
  n: number,
  [column, value]: [string, string | number],
  work: () => Promise<void>,
): Promise<void> {
  const triggers = tamper.prepare("select name, sql from sqlite_master where type = 'trigger'").all()
  for (const { name } of triggers) tamper.exec(`drop trigger ${String(name)}`)
  const before = rows.find((row) => row.n === n)![column]!
  tamper.prepare(`update ledger set ${column} = ? where n = ?`).run(value, n)
  try {
    await work()
  } finally {
    tamper.prepare(`update ledger set ${column} = ? where n = ?`).run(before, n)
    for (const { sql } of triggers) tamper.exec(String(sql))
  }
}

function flipped(value: string | number, bit: number): string | number {
  if (typeof value === 'number') return value + 2 ** (bit % 20)
  const bytes = Buffer.from(value, 'utf8')
  const at = Math.floor(bit / 7) % bytes.length
  // The high bit stays: a column of text that is no UTF-8 cannot be written back by this test.
  bytes[at] = bytes[at]! ^ (1 << (bit % 7))
  return bytes.toString('utf8')
}

describe('the ledger of the control room', () => {
  it('opens with an entry of its own and is intact, at the desk and from the file alone', async () => {
    expect(rows.map((row) => row.act)).toEqual([
      'ledger-opened',
      'alarm-raised',
      'alarm-announced',
      'alarm-noted',
      'signed-in',
      'alarm-acknowledged',
      'alarm-returned',
      'alarm-closed',
    ])
    const verdict = { intact: true, entries: rows.length, brokenAt: null, fault: null }
    expect(await world.desk.verify()).toEqual(verdict)
    expect(await verifyLedgerFile(world.path)).toMatchObject(verdict)
  })

  it('shows any flipped bit of any row by the number of that row', async () => {
    const cell = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom(...COLUMNS), fc.nat({ max: 5_000 }))
    await fc.assert(
      fc.asyncProperty(cell, async ([n, column, bit]) => {
        const value = rows.find((row) => row.n === n)![column]!
        await withCell(n, [column, flipped(value, bit)], async () => {
          expect(await verifyLedgerFile(world.path)).toMatchObject({ intact: false, entries: n - 1, brokenAt: n })
          expect(await world.desk.verify()).toMatchObject({ intact: false, brokenAt: n })
        })
      }),
      { numRuns: 300 },
    )
    expect(await world.desk.verify()).toMatchObject({ intact: true })
  })

  it('shows a detail that is written otherwise but says the same', async () => {
    const { detail, n } = rows.find(({ act }) => act === 'signed-in')!
    await withCell(Number(n), ['detail', String(detail).replace('5e-7', '5E-7')], async () => {
      expect(await world.desk.verify()).toMatchObject({ intact: false, brokenAt: n })
    })
  })

  it('cannot be changed or shortened through the database itself', () => {
    expect(() => tamper.exec('update ledger set subject = 1')).toThrow('never changed')
    expect(() => tamper.exec('delete from ledger where n = 8')).toThrow('never deleted')
  })

  it('gives pages and what concerns one subject', async () => {
    const page = await world.desk.ledger({ after: 2, limit: 2 })
    expect(page.entries.map((entry) => entry.n)).toEqual([3, 4])
    expect(page.total).toBe(rows.length)
    expect(await world.desk.ledger({ after: 0, limit: 9, subject: 'lin' })).toMatchObject({
      total: 1,
      entries: [{ act: 'signed-in' }],
    })
  })

  it('leaves the program its turns while it is verified, and is read once for all who ask meanwhile', async () => {
    const large = openWorld()
    const actor = { kind: 'person', name: 'lin' } as const
    const acts = Array.from({ length: 1_200 }, () => ({ actor, act: 'signed-in', subject: 'lin' }) as const)
    await large.db.transaction((q) => large.desk.append(q, acts))
    let reads = 0
    const verify = ledgerVerifier((work) => {
      reads += 1
      return large.db.read(work)
    })
    let isOver = false
    const both = Promise.all([verify(), verify()]).finally(() => (isOver = true))
    let turns = 0
    for (; !isOver; turns++) await nextTurn()
    const verdict = { intact: true, entries: 1_201, brokenAt: null, fault: null }
    expect(await both).toEqual([verdict, verdict])
    expect(turns).toBeGreaterThanOrEqual(3)
    // The roots, three pages, and the empty one after them.
    expect(reads).toBe(5)
    await large.desk.record({ actor, act: 'signed-out', subject: 'lin' })
    expect(await verify()).toEqual({ ...verdict, entries: 1_202 })
    await large.end()
  })

  it('of a file that is not there cannot be verified', async () => {
    await expect(verifyLedgerFile(`${world.path}.no`)).rejects.toMatchObject({ code: 'store/failed' })
  })
})
