import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { NoticeMessage } from '../../../../core/contract/notice.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { NIGHT, recordingLog, transition } from '../alarms/world.ts'

const KILLS = 8
/** The victim's time runs fast, so that leases end and ladders climb within the test. */
const CLOCK = `${Date.now()}:${NIGHT}:60`

let folder: string
let phone: Server
let victim: ChildProcess | null = null
const got: NoticeMessage[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pitwatch-kill-'))
  phone = createServer((request, response) => {
    void (async () => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      got.push(NoticeMessage.parse(JSON.parse(text)))
      // Slow enough that a kill often falls between taking a message and the sender's knowing it.
      await pause(20)
      response.end('taken')
    })().catch(() => undefined)
  })
  await once(phone.listen(0, '127.0.0.1'), 'listening')
})
afterEach(() => {
  victim?.kill('SIGKILL')
  phone.closeAllConnections()
  phone.close()
  rmSync(folder, { recursive: true, force: true })
})

function start(waiting: Map<string, AlarmTransition>): ChildProcess {
  const url = `http://127.0.0.1:${(phone.address() as AddressInfo).port}/`
  const script = join(import.meta.dirname, 'victim.ts')
  const child = spawn(process.execPath, [script, join(folder, 'control.db'), url], {
    env: { ...process.env, PITWATCH_CLOCK: CLOCK },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => undefined)
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, occurrence = ''] = line.split(' ')
    waiting.delete(occurrence)
  })
  for (const each of waiting.values()) child.stdin.write(`${JSON.stringify(each)}\n`)
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** What the dead control room's file holds. */
async function look() {
  const db = openDatabase(join(folder, 'control.db'))
  try {
    const desk = openAlarmDesk({ db, clock: systemClock, log: recordingLog(), prefix: 'PW' })
    const alarms = await desk.list({ state: 'all', limit: 1_000 })
    return { alarms, verdict: await desk.verify() }
  } finally {
    await db.close()
  }
}

describe('a control room killed with SIGKILL again and again while alarms come in and messages go out', () => {
  it('loses no alarm it gave a receipt for, sends nothing again that it knew was taken, and tells somebody of every alarm', async () => {
    const receipted: string[] = []
    const knownTaken = new Set<string>()
    const wrongs: string[] = []
    let made = 0
    const waiting = new Map<string, AlarmTransition>()
    for (let kills = 0; kills < KILLS; kills += 1) {
      for (let n = 0; n < 6; n += 1, made += 1) {
        const raised = transition({ rule: `rule-${made}`, priority: 'red', at: UtcMs.parse(NIGHT + made) })
        waiting.set(raised.occurrence, raised)
      }
      const before = new Set(waiting.keys())
      const sentBefore = got.length
      victim = start(waiting)
      await expect.poll(() => got.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(sentBefore + kills)
      await kill(victim)
      receipted.push(...[...before].filter((occurrence) => !waiting.has(occurrence)))
      wrongs.push(
        ...got
          .slice(sentBefore)
          .filter(({ notice }) => knownTaken.has(notice))
          .map(({ text }) => text),
      )
      const { alarms, verdict } = await look()
      expect(verdict.intact).toBe(true)
      expect(alarms.map(({ id }) => id)).toEqual(expect.arrayContaining(receipted))
      for (const { notices } of alarms) {
        for (const { id, state } of notices) if (state === 'accepted') knownTaken.add(id)
      }
    }
    expect(wrongs).toEqual([])
    victim = start(waiting)
    const toldAlarms = () => new Set(got.flatMap(({ alarm }) => alarm ?? [])).size
    await expect.poll(toldAlarms, { timeout: 40_000 }).toBe(made)
    await kill(victim)
    const counts = Map.groupBy(got, ({ notice }) => notice)
    for (const [, repeats] of counts) expect(repeats.length).toBeLessThanOrEqual(1 + KILLS)
  })
})
