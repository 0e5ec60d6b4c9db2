import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigReport } from '../../core/contract/config-lane.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { openAlarmDesk } from '../../dashboard/server/alarms/desk.ts'
import { type ConfigDesk, openConfigDesk } from '../../dashboard/server/configs/config-desk.ts'
import { type Database, openDatabase } from '../../dashboard/server/db/database.ts'
import { systemClock } from '../../platform/clock.ts'
import { DEMO_METER, siteText } from '../gateway/runtime/sites.ts'
import { type TestFolder, testFolder } from '../support/processes.ts'
import { quietLog } from '../support/quiet-log.ts'
import { until } from '../support/until.ts'

/** A database with a control room that answers by hand, and the command beside it. */
describe('pitwatch config', () => {
  let folder: TestFolder
  let db: Database
  let configs: ConfigDesk
  const stop = new AbortController()
  let running: Promise<void>

  const pitwatch = (...words: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((settle) => {
      const all = ['cli/pitwatch.js', 'config', ...words, '--data', folder.path, '--lang', 'en']
      execFile(process.execPath, all, (error, out, err) => {
        settle({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
      })
    })
  const file = (limit: number, device = 'meter') => {
    const path = join(folder.path, 'site.yaml')
    const site = siteText({
      buses: ['id: main, kind: tcp, host: 127.0.0.1, port: 1502'],
      devices: [`id: ${device}, profile: demo/meter, bus: main, unit: 1`],
      rules: [`id: r, type: high-limit, point: meter/active-power, priority: red, with: { limit: ${limit} }`],
      top: ['profiles: own'],
    }).replace(
      "uplink: { url: 'mqtt://127.0.0.1:1' }",
      "uplink: { url: 'mqtt://127.0.0.1:1', user: a, passwordFile: elsewhere }",
    )
    writeFileSync(path, site)
    return path
  }
  const answers = async (version: number, state: ConfigReport['state'], faults: readonly string[] = []) => {
    const { sha256 } = await until(`version ${version}`, () => configs.get('east-pit', version))
    const report: ConfigReport = {
      ...{ siteId: 'east-pit', at: UtcMs.parse(1), version, sha256, state, faults: [...faults], deploy: null },
      ...{
        reason: state === 'refused' ? 'invalid' : null,
        running: state === 'confirmed' ? version : 1,
        highest: version,
      },
    }
    configs.take({ topic: 'pitwatch/v1/demo/east-pit/config-report', payload: Buffer.from(JSON.stringify(report)) })
  }

  beforeAll(async () => {
    folder = await testFolder()
    mkdirSync(join(folder.path, 'own/demo'), { recursive: true })
    writeFileSync(join(folder.path, 'own/demo/meter.yaml'), DEMO_METER.yaml)
    db = openDatabase(join(folder.path, 'control.sqlite'))
    const log = quietLog()
    const desk = openAlarmDesk({ db, clock: systemClock, log, prefix: 'PW' })
    const publish = () => Promise.resolve()
    configs = openConfigDesk({ db, desk, group: 'demo', publish, clock: systemClock, log, sign: () => null })
    running = configs.run(stop.signal)
  })
  afterAll(async () => {
    stop.abort()
    await running
    await db.close()
    await folder[Symbol.asyncDispose]()
  })

  it('sends a file with the profiles it uses, shows what the gateway says, and goes back to it', async () => {
    const [pushed] = await Promise.all([pitwatch('push', file(100)), answers(1, 'confirmed')])
    expect(pushed).toMatchObject({ code: 0, err: '' })
    expect(pushed.out).toMatch(/east-pit: version 1, with 1 profiles[\s\S]*in effect/)
    expect((await configs.get('east-pit', 1))?.content.profiles).toEqual([DEMO_METER])

    const [refused] = await Promise.all([
      pitwatch('push', file(200)),
      answers(2, 'refused', ['site.yaml:9:1: store: is the technician’s']),
    ])
    expect(refused.code).toBe(1)
    expect(refused.out).toMatch(/refused \(it has faults\)\n {2}site\.yaml:9:1: store/)

    const compared = await pitwatch('diff', 'east-pit')
    expect(compared.out).toMatch(/--- site\.yaml\n[\s\S]*\n-.*limit: 100.*\n\+.*limit: 200/)
    const [back] = await Promise.all([pitwatch('rollback', 'east-pit', '1'), answers(3, 'confirmed')])
    expect(back).toMatchObject({ code: 0 })
    const listed = await pitwatch('list', 'east-pit')
    expect(listed.out).toMatch(/3 \(as 1\).*in effect\n2 .*refused.*\n1 .*in effect\nThe gateway runs version 3/)
    const shown = await pitwatch('show', 'east-pit', '2')
    expect(shown.out).toContain('# site.yaml')
    expect(shown.out).toContain('# demo/meter.yaml')
  })

  it('finds the faults of a file before it is sent', async () => {
    const before = (await configs.list('east-pit')).versions.length
    const { code, err } = await pitwatch('push', file(1, 'other'))
    expect(code).toBe(2)
    expect(err).toMatch(/site\.yaml:\d+:\d+: rules\[0\]\.point/)
    expect((await configs.list('east-pit')).versions).toHaveLength(before)
  })

  it('does not wait for ever for a gateway that is away', async () => {
    const { code, out } = await pitwatch('push', file(5), '--wait', '500ms')
    expect(code).toBe(0)
    expect(out).toContain('The gateway has not answered yet')
  })

  it.each([
    [['send', 'east-pit'], /expected push, list, show, diff or rollback/],
    [['rollback', 'east-pit'], /expected the number of a version/],
    [['show', 'east-pit', 'two'], /expected the number of a version/],
    [['show', 'east-pit', '99'], /there is no version 99/],
  ])('says what is wrong with %j', async (words, complaint) => {
    const { code, err } = await pitwatch(...words)
    expect(code).not.toBe(0)
    expect(err).toMatch(complaint)
  })
})
