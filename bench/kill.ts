import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { verifyLedgerFile } from '../dashboard/server/proof/verify-file.ts'
import { seededChance } from '../sim/chance.ts'
import { testFolder } from '../test/support/processes.ts'
import { type Bench, percentile, rounded } from './bench.ts'
import { flipMany } from './kill/flips.ts'
import { openFeeder } from './kill/feeder.ts'
import { openReceiver } from './kill/receiver.ts'
import { type Room, startRoom } from './kill/room.ts'

const FULL = { kills: 1_000, flips: 40, rows: 100_000 }
const QUICK = { kills: 20, flips: 3, rows: 100_000 }
/** A step that is not called within this long after the start counts as this long. */
const GIVE_UP_MS = 20_000
/** Of all kills so many fall into the start itself. */
const DURING_START = 0.1

/**
 * Kills the alarm side of a control room (database, desk, dispatcher with a real webhook) with SIGKILL again and again while 200 alarms a
 * second come in, a second later end and are acknowledged. What it said was durable is looked for afterwards; one red alarm nobody
 * acknowledges is due every second and measures how soon a step missed while it was dead is called. At the end single bytes of
 * its journal, filled up to 100,000 rows, are changed and looked for with `pitwatch verify`.
 */
export const bench: Bench = {
  name: 'kill',
  about: '1,000 × kill −9 of the control room under 200 alarms/s; then single bytes of its journal are changed.',
  aim: [
    { figure: 'lost', atMost: 0 },
    { figure: 'chainIntact', atLeast: 1 },
    { figure: 'restartMs', atMost: 3_000 },
    { figure: 'firstStepMs', atMost: 2_000 },
    { figure: 'flipsMissed', atMost: 0 },
    { figure: 'verifyMs', atMost: 5_000 },
  ],
  run: async ({ quick }) => {
    const { kills, flips, rows } = quick ? QUICK : FULL
    await using folder = await testFolder()
    await using receiver = await openReceiver()
    const path = join(folder.path, 'control.sqlite')
    const lived = await liveThrough({ path, kills, receiver })
    const verdict = await verifyLedgerFile(path)
    if (verdict.fault !== null) console.error(verdict.fault)
    const flipped = await flipMany(path, { flips, rows, verify: (file) => verifyByProgram(file) })
    return {
      ...lived,
      chainIntact: verdict.intact ? 1 : 0,
      ledgerEntries: verdict.entries,
      messages: receiver.messages(),
      ...flipped,
    }
  },
}

interface Place {
  readonly path: string
  readonly kills: number
  readonly receiver: Awaited<ReturnType<typeof openReceiver>>
}

async function liveThrough({ path, kills, receiver }: Place) {
  const chance = seededChance(20_261_122)
  const feeder = openFeeder()
  const restarts: number[] = []
  const steps: number[] = []
  let heardAt: number | null = null
  receiver.watch(feeder.sentinel, () => (heardAt ??= performance.now()))
  for (let kill = 0; kill < kills; kill += 1) {
    heardAt = null
    const room = startRoom({ path, url: receiver.url, done: feeder.done })
    const startedAt = performance.now()
    const stop = feeder.feed(room)
    if (kill > 0 && chance() < DURING_START) await pause(chance() * 1_500)
    else {
      await waited(() => room.firstDoneMs() !== null && heardAt !== null, GIVE_UP_MS)
      restarts.push(room.firstDoneMs() ?? GIVE_UP_MS)
      steps.push(stepMs(room, { startedAt, heardAt }))
      await pause(chance() * 400)
    }
    stop()
    await room.kill()
    if (kill % 50 === 49) console.error(`${kill + 1} kills, ${feeder.committed().raised.length} alarms`)
  }
  return {
    lost: lostIn(path, feeder.committed()),
    kills,
    alarms: feeder.committed().raised.length,
    acknowledged: feeder.committed().acknowledged.length,
    restartMs: rounded(percentile(restarts, 1), 0),
    restartP50Ms: rounded(percentile(restarts, 0.5), 0),
    firstStepMs: rounded(percentile(steps, 1), 0),
    firstStepP50Ms: rounded(percentile(steps, 0.5), 0),
  }
}

/** From the moment the program was open until the message about the step it had missed came. */
function stepMs(room: Room, { startedAt, heardAt }: { startedAt: number; heardAt: number | null }): number {
  return heardAt === null ? GIVE_UP_MS : Math.max(0, heardAt - startedAt - (room.readyMs() ?? 0))
}

async function waited(isSo: () => boolean, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs
  while (!isSo() && performance.now() < until) await pause(2)
}

/** Acts that were said to be durable and are not in the file. */
function lostIn(
  path: string,
  committed: { raised: readonly string[]; cleared: readonly string[]; acknowledged: readonly string[] },
): number {
  const sqlite = new DatabaseSync(path)
  const setOf = (sql: string) =>
    new Set(
      sqlite
        .prepare(sql)
        .all()
        .map(({ id }) => String(id)),
    )
  const raised = setOf('select id from alarms')
  const cleared = setOf("select occurrence as id from transitions where kind = 'clear'")
  const acknowledged = setOf("select subject as id from ledger where act = 'alarm-acknowledged'")
  sqlite.close()
  const missing = (ids: readonly string[], there: ReadonlySet<string>) => ids.filter((id) => !there.has(id)).length
  return (
    missing(committed.raised, raised) +
    missing(committed.cleared, cleared) +
    missing(committed.acknowledged, acknowledged)
  )
}

const MAIN = fileURLToPath(new URL('../cli/pitwatch.js', import.meta.url))

/** What `pitwatch verify` prints about a file, how it ends, and how long it takes with its start. */
function verifyByProgram(path: string): { text: string; code: number | null; ms: number } {
  const began = performance.now()
  const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, 'verify', path, '--lang=en'], {
    encoding: 'utf8',
  })
  return { text: stdout + stderr, code: status, ms: performance.now() - began }
}
