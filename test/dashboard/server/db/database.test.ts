import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openSqlite } from '../../../../platform/sqlite.ts'
import { MIGRATIONS } from '../../../../dashboard/server/db/migrations.ts'
import { type Database, openDatabase, type Query } from '../../../../dashboard/server/db/database.ts'

let folder: string
let db: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitwatch-db-'))
  db = openDatabase(join(folder, 'control.db'))
})
afterEach(async () => {
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})

const add = (q: Query, name: string) =>
  q.run("insert into users (name, password_hash, role, created_at) values (?, 'x', 'viewer', 1)", name)
const names = async (q: Query) =>
  (await q.all(z.object({ name: z.string() }), 'select name from users order by name')).map((row) => row.name)

describe('the control room’s database', () => {
  it('does all of a transaction or nothing of it', async () => {
    await db.transaction((q) => add(q, 'lin'))
    const failing = db.transaction(async (q) => {
      await add(q, 'qiao')
      await add(q, 'lin')
    })
    await expect(failing).rejects.toMatchObject({ code: 'store/failed' })
    expect(await db.read(names)).toEqual(['lin'])
  })

  it('runs transactions one after the other, whatever they wait for in between', async () => {
    const counts = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        db.transaction(async (q) => {
          await add(q, name)
          await Promise.resolve()
          return (await names(q)).length
        }),
      ),
    )
    expect(counts).toEqual([1, 2, 3])
  })

  it('shows a reader nothing of a transaction that has not ended', async () => {
    const inside = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const writing = db.transaction(async (q) => {
      await add(q, 'lin')
      inside.resolve()
      await goOn.promise
    })
    await inside.promise
    expect(await db.read(names)).toEqual([])
    goOn.resolve()
    await writing
    expect(await db.read(names)).toEqual(['lin'])
  })

  it('cannot write while reading', async () => {
    await expect(db.read((q) => add(q, 'lin'))).rejects.toMatchObject({ code: 'store/failed' })
  })

  it('keeps what was committed for the next start, and refuses work once it is closed', async () => {
    await db.transaction((q) => add(q, 'lin'))
    await db.close()
    await expect(db.read(names)).rejects.toMatchObject({ code: 'store/failed' })
    db = openDatabase(join(folder, 'control.db'))
    expect(await db.read(names)).toEqual(['lin'])
  })

  it('names the receivers of messages from before names were kept by their id', async () => {
    const path = join(folder, 'older.db')
    const older = openSqlite(path, MIGRATIONS.slice(0, 1))
    older.run(
      `insert into alarms (id, site, rule, rule_type, point, priority, state, raised_at, received_at, explanation, readings, evidence, version)
       values ('a.b.c', 'a', 'b', 'limit', 'd/p', 'red', 'unacked', 1, 1, '{"key":"a.b","values":{}}', '[]', '[]', 1)`,
    )
    older.run(
      `insert into notices (id, alarm, kind, round, step, person, channel, state, queued_at)
       values ('n', 'a.b.c', 'raise', 0, 0, 'lin', 'phone', 'accepted', 1)`,
    )
    older.run("insert into notice_tokens (token_hash, notice, by, created_at) values ('h', 'n', 'lin', 1)")
    older.close()
    const newer = openDatabase(path)
    const named = z.object({ name: z.string() })
    expect(await newer.read((q) => q.one(named, 'select name from notices'))).toEqual({ name: 'lin' })
    const tokens = z.object({ notice: z.string() })
    expect(await newer.read((q) => q.all(tokens, 'select notice from notice_tokens'))).toEqual([{ notice: 'n' }])
    await newer.close()
  })

  it('takes a session away with its user', async () => {
    await db.transaction(async (q) => {
      await add(q, 'lin')
      await q.run("insert into sessions (id_hash, user, created_at, expires_at) values ('h', 'lin', 1, 2)")
      await q.run("delete from users where name = 'lin'")
    })
    const count = z.object({ n: z.number() })
    expect(await db.read((q) => q.one(count, 'select count(*) as n from sessions'))).toEqual({ n: 0 })
  })
})
