import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openHonestClock } from '../../gateway/clock/open.ts'
import { technicianNotePath } from '../../gateway/clock/technician-note.ts'
import { systemClock } from '../../platform/clock.ts'
import { testFolder } from '../support/processes.ts'
import { quietLog } from '../support/quiet-log.ts'
import { until } from '../support/until.ts'

interface Ended {
  readonly code: number
  readonly out: string
  readonly complaints: string
}

function pitwatch(...args: readonly string[]): Promise<Ended> {
  return new Promise((settle) => {
    const env = { ...process.env, LC_ALL: 'en_GB.UTF-8', PITWATCH_CLOCK: '' }
    execFile(process.execPath, ['cli/pitwatch.js', 'clock', ...args], { env }, (error, out, complaints) => {
      settle({ code: error === null ? 0 : Number(error.code), out, complaints })
    })
  })
}

/** A gateway's clock in `folder` that runs until it is disposed. */
function running(folder: string) {
  const over = new AbortController()
  const log = quietLog()
  const clock = openHonestClock({ clock: systemClock, folder, settings: undefined, log })
  const run = clock.run(() => undefined, over.signal)
  const dispose = async () => {
    over.abort()
    await run
  }
  return { clock, [Symbol.asyncDispose]: dispose }
}

describe('pitwatch clock', () => {
  it('sets the time of a gateway that runs on this machine, which takes it and says what it is worth', async () => {
    await using folder = await testFolder()
    await using gateway = running(folder.path)
    const before = await until('a first note', async () => {
      const shown = await pitwatch('--gateway', folder.path)
      return shown.code === 0 && shown
    })
    expect(before.out).toMatch(/The gateway's time: /)
    const set = await pitwatch('set', '2026-01-12T10:00:00+08:00', '--gateway', folder.path, '--within', '3s')
    expect([set.code, set.complaints]).toEqual([0, ''])
    expect(set.out).toMatch(/taken it: 2026-01-12T02:00:00.000Z, off by 3.00 s/)
    expect(gateway.clock.dating()).toMatchObject({ source: 'technician' })
    expect(gateway.clock.now() - Date.parse('2026-01-12T02:00:00Z')).toBeLessThan(60_000)
    const shown = await pitwatch('show', '--gateway', folder.path)
    expect(shown.out).toMatch(/time: 2026-01-12T02:0.*off by 3\.\d\d s at most.*a technician/)
    expect(shown.out).toMatch(/This machine's own clock/)
  })

  it('leaves the time where no gateway takes it, and says so', async () => {
    await using folder = await testFolder()
    const [left, unknown] = await Promise.all([
      pitwatch('set', '--from-this-machine', '--gateway', folder.path),
      pitwatch('show', '--gateway', `${folder.path}/nowhere`),
    ])
    expect([left.code, unknown.code]).toEqual([1, 1])
    expect(left.out).toMatch(/has not taken it yet/)
    expect(JSON.parse(readFileSync(technicianNotePath(folder.path), 'utf8'))).toMatchObject({ uncertaintyMs: 2_000 })
  }, 30_000)

  it('refuses a time without its zone, an action it does not know and a gateway nobody names', async () => {
    const said = await Promise.all([
      pitwatch('set', '2026-01-12T10:00:00', '--gateway', '/tmp'),
      pitwatch('turn', '--gateway', '/tmp'),
      pitwatch('show'),
    ])
    expect(said.map(({ code }) => code)).toEqual([2, 2, 2])
    expect(said[0].complaints).toMatch(/\+08:00/)
    expect(said[1].complaints).toMatch(/show or set, came turn/)
    expect(said[2].complaints).toMatch(/--gateway/)
  })
})
