import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAlarmDesk } from '../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../dashboard/server/db/database.ts'
import { systemClock as clock } from '../../platform/clock.ts'
import { testFolder } from '../support/processes.ts'
import { quietLog } from '../support/quiet-log.ts'

function pitwatch(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((settle) => {
    execFile(process.execPath, ['cli/pitwatch.js', ...args, '--lang', 'en'], (error, out, complaints) => {
      settle({ code: error === null ? 0 : Number(error.code), out: out + complaints })
    })
  })
}

describe('pitwatch user', () => {
  it('sees to users beside a control room that runs, and each act is in its ledger', { timeout: 60_000 }, async () => {
    await using folder = await testFolder()
    const db = openDatabase(join(folder.path, 'control.sqlite'))
    const desk = openAlarmDesk({ db, clock, log: quietLog(), prefix: 'PW' })
    const user = (...args: readonly string[]) => pitwatch('user', ...args, '--data', folder.path)
    const added = await user('add', 'qiao', '--role', 'operator', '--towns', '白水镇', '--villages', '青石镇/柳村')
    expect(added.out).toMatch(/password: ([a-z2-9]{4}-){3}[a-z2-9]{4} /)
    expect((await user('add', 'chief', '--role', 'administrator')).code).toBe(0)
    expect((await user('list')).out).toMatch(
      /chief +administrator +the whole county\nqiao +operator +白水镇, 青石镇\/柳村\n/,
    )
    expect((await user('set', 'qiao', '--role', 'viewer')).out).toContain('qiao: viewer, the whole county.')
    expect((await pitwatch('password', 'qiao', '--data', folder.path)).out).toContain('new password:')
    expect((await user('factor', 'qiao')).out).toContain('expected an authenticator of qiao')
    expect((await user('remove', 'qiao')).out).toContain('qiao is removed')
    expect((await user('remove', 'chief')).out).toContain('expected at least one administrator to stay')
    await desk.record({ actor: { kind: 'person', name: 'lin' }, act: 'signed-in', subject: 'lin' })
    const { entries } = await desk.ledger({ after: 1, limit: 100 })
    expect(entries.map(({ act, actor, subject }) => `${actor.name} ${act} ${subject}`)).toEqual([
      ...['command-line user-added qiao', 'command-line user-added chief', 'command-line user-changed qiao'],
      ...['command-line password-reset qiao', 'command-line user-removed qiao', 'lin signed-in lin'],
    ])
    expect((await desk.verify()).intact).toBe(true)
    await db.close()
  })

  it.each([
    [['fly', 'qiao'], 'ACT: expected one of list, add'],
    [['add'], 'expected USER'],
    [['add', 'qiao'], 'expected --role'],
    [['add', 'qiao', '--role', 'emperor'], 'expected one of viewer'],
    [['add', 'qiao', '--role', 'viewer', '--villages', '柳村'], 'expected TOWN/VILLAGE'],
  ])('%j is refused: %s', { timeout: 60_000 }, async (args, words) => {
    const { code, out } = await pitwatch('user', ...args)
    expect([code, out.includes(words), out]).toEqual([2, true, out])
  })
})
