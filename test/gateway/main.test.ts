import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BootId } from '../../core/contract/clock.ts'
import { loadGatewayConfig } from '../../platform/site/loaded-gateway.ts'
import { runGateway } from '../../gateway/main.ts'
import { openGatewayStore } from '../../gateway/store/open.ts'
import { systemClock } from '../../platform/clock.ts'
import { Meter, writeSite } from './pit.ts'
import { ControlRoom, freePort, keptLog, Mosquitto, temporaryFolder, until } from './uplink/county.ts'

const PROGRAM = `
import { loadGatewayConfig } from '${join(import.meta.dirname, '../../platform/site/loaded-gateway.ts')}'
import { runGateway } from '${join(import.meta.dirname, '../../gateway/main.ts')}'
import { systemClock } from '${join(import.meta.dirname, '../../platform/clock.ts')}'
import { openLog } from '${join(import.meta.dirname, '../../platform/log.ts')}'
const loaded = loadGatewayConfig(process.argv[2])
await runGateway(loaded, { clock: systemClock, log: openLog('gateway', 'info'), signal: new AbortController().signal })
`

const dating = () => ({
  boot: BootId.parse('00000000000000aa'),
  offsetMs: 0,
  uncertaintyMs: null,
  source: 'none' as const,
})
const storeOptions = { site: 'east-pit', clock: systemClock, dating, log: keptLog() }

describe('the gateway', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let broker: Mosquitto
  let meter: Meter
  let room: ControlRoom
  let path: string
  let ports: { broker: number; meter: number }
  const running: { stop: AbortController; done: Promise<void> }[] = []

  const start = () => {
    const stop = new AbortController()
    const log = keptLog()
    const done = runGateway(loadGatewayConfig(path), { clock: systemClock, log, signal: stop.signal })
    running.push({ stop, done })
    return log
  }
  const endAll = async () => {
    for (const { stop, done } of running.splice(0)) {
      stop.abort()
      await done
    }
  }
  const kinds = () => room.transitions.map(({ kind }) => kind)

  beforeEach(async () => {
    folder = temporaryFolder()
    ports = { broker: await freePort(), meter: await freePort() }
    broker = new Mosquitto(ports.broker)
    meter = new Meter()
    path = writeSite(folder.path, ports)
    room = new ControlRoom(broker.url)
  })
  afterEach(async () => {
    await endAll()
    await room.close()
    await broker.end()
    await meter.end()
    folder.remove()
  })

  it('turns a register into readings, an alarm and its end, and leaves nothing behind when it stops', async () => {
    await Promise.all([broker.start(), meter.listen(ports.meter)])
    await room.ready()
    meter.value = 7
    start()
    await until(() => room.readings.some(({ value, quality }) => value === 7 && quality === 'good'), 'a reading')
    meter.value = 250
    await until(() => kinds().includes('raise'), 'the alarm')
    expect(room.transitions[0]).toMatchObject({
      n: 1,
      site: 'east-pit',
      rule: 'night-load',
      priority: 'red',
      point: 'feeder-meter/active-power',
    })
    expect(room.transitions[0]?.readings.at(-1)?.value).toBe(250)
    meter.value = 7
    await until(() => kinds().includes('clear'), 'its end')
    await endAll()
    await until(() => room.types().includes('NDEATH'), 'NDEATH')
    using store = openGatewayStore(join(folder.path, 'store'), storeOptions)
    expect(store.alarms()).toEqual([])
  })

  it('starts without broker and without device, says so once each, and delivers when they come', async () => {
    const log = start()
    await until(() => log.lines.filter(({ level }) => level === 'warn').length >= 2, 'two warnings')
    await meter.listen(ports.meter)
    meter.value = 250
    await until(() => log.lines.some(({ message }) => message === 'alarm raise'), 'the alarm')
    await broker.start()
    await until(() => kinds().includes('raise'), 'the alarm in the control room')
    await until(
      () => room.readings.some(({ historical, quality }) => historical && quality === 'bad'),
      'what was missed',
    )
    const codes = log.lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ facts }) => facts.code)
    expect(codes.filter((code) => code === 'mqtt/refused')).toHaveLength(1)
    expect(codes.filter((code) => code === 'link/down')).toHaveLength(1)
  })

  it('goes on from memory when its store cannot be opened', async () => {
    writeFileSync(join(folder.path, 'store'), 'a file where the folder should be')
    await Promise.all([broker.start(), meter.listen(ports.meter)])
    await room.ready()
    meter.value = 250
    const log = start()
    await until(() => kinds().includes('raise'), 'the alarm')
    await until(() => room.readings.length > 0, 'readings')
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ facts: { code: 'store/failed' } }])
  })

  it('sets its store aside and begins another when pages of it cannot be read', async () => {
    openGatewayStore(join(folder.path, 'store'), storeOptions).close()
    damageTable(join(folder.path, 'store', 'gateway.db'), 'alarm')
    await Promise.all([broker.start(), meter.listen(ports.meter)])
    await room.ready()
    meter.value = 250
    const log = start()
    await until(() => kinds().includes('raise'), 'the alarm')
    await until(() => room.readings.length > 0, 'readings')
    expect(readdirSync(join(folder.path, 'store')).some((name) => name.startsWith('gateway.db.damaged-'))).toBe(true)
    expect(log.lines.some(({ level }) => level === 'error')).toBe(true)
  })

  it('raises an alarm and shows no values when another meter answers than the one it knew before its restart', async () => {
    const profile = join(folder.path, 'own/demo/meter.yaml')
    const identity = 'identity: { serial: { table: input-register, address: 100, type: u16 } }'
    writeFileSync(profile, `${readFileSync(profile, 'utf8')}${identity}\n`)
    await Promise.all([broker.start(), meter.listen(ports.meter)])
    await room.ready()
    // The meter gives the same number everywhere, so that its value is its serial number as well.
    meter.value = 7
    start()
    await until(() => room.readings.some(({ value }) => value === 7), 'a reading of the first meter')
    await endAll()
    meter.value = 8
    start()
    await until(() => kinds().includes('raise'), 'the alarm')
    expect(room.transitions[0]).toMatchObject({
      rule: 'identity-feeder-meter',
      ruleType: 'tamper',
      priority: 'red',
      point: 'feeder-meter/identity-changed',
    })
    await until(() => room.readings.some(({ reason }) => reason === 'identity-mismatch'), 'a bad reading')
    expect(room.readings.some(({ value }) => value === 8)).toBe(false)
  })

  it('loses no committed alarm when it is killed, and raises none twice', async () => {
    await meter.listen(ports.meter)
    meter.value = 250
    const program = join(folder.path, 'program.ts')
    writeFileSync(program, PROGRAM)
    const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    await until(() => said.includes('alarm raise') || child.exitCode !== null, `the alarm; ${said}`)
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    const occurrence = /"occurrence":"([^"]+)"/.exec(said)?.[1]
    expect(occurrence).toBeDefined()
    await broker.start()
    await room.ready()
    start()
    await until(() => kinds().includes('raise'), 'the alarm after the restart')
    meter.value = 7
    await until(() => kinds().includes('clear'), 'its end')
    expect(new Set(room.transitions.map((transition) => transition.occurrence))).toEqual(new Set([occurrence]))
    expect([...new Set(room.transitions.map(({ n }) => n))]).toEqual([1, 2])
  })
})

/** Overwrites the first page of a table and of each of its indexes. */
function damageTable(path: string, table: string): void {
  using db = new DatabaseSync(path)
  const size = Number(db.prepare('pragma page_size').get()?.page_size)
  const roots = db.prepare('select rootpage from sqlite_master where tbl_name = ?').all(table)
  const file = openSync(path, 'r+')
  for (const { rootpage } of roots)
    writeSync(file, new Uint8Array(size).fill(0xa5), 0, size, (Number(rootpage) - 1) * size)
  closeSync(file)
}
