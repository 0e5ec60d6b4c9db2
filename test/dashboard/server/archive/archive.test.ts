import { describe, expect, it } from 'vitest'
import { UtcMs } from '../../../../core/contract/time.ts'
import { type Archive, openArchive } from '../../../../dashboard/server/archive/archive.ts'
import { keepArchive } from '../../../../dashboard/server/archive/keep-archive.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { chainMaker, dated, T0 } from './chain-maker.ts'

const RECEIVED = UtcMs.parse(T0)

async function withArchive(work: (archive: Archive, folder: string) => void | Promise<void>): Promise<void> {
  await using folder = await testFolder()
  const archive = openArchive(folder.path)
  try {
    await work(archive, folder.path)
  } finally {
    archive.close()
  }
}

const everything = { stream: 's0000000', first: 0, last: 1_000, upTo: Number.MAX_SAFE_INTEGER }

describe('the archive', () => {
  it('keeps a link with its body once, however often it comes, over a restart', () =>
    withArchive((archive, folder) => {
      const made = chainMaker()
      const link = made.range()
      archive.keep([link], RECEIVED)
      archive.keep([link, link], RECEIVED)
      const again = openArchive(folder)
      const [kept, ...more] = again.page('east-pit', everything, 0, 10)
      expect(more).toEqual([])
      expect(kept).toMatchObject({ n: 0, hash: link.hash, head: link.head, key: null })
      expect(again.body(kept?.id ?? 0)).toEqual(Uint8Array.from(link.body))
      again.close()
    }))

  it('keeps all of a group or nothing, when another link of a number is there already', () =>
    withArchive((archive) => {
      const [made, other] = [chainMaker(), chainMaker()]
      archive.keep([made.range()], RECEIVED)
      const [forged, next] = [other.gap(1), other.range()]
      expect(() => archive.keep([next, forged], RECEIVED)).toThrow(/another link 0/)
      expect(archive.page('east-pit', everything, 0, 10)).toHaveLength(1)
    }))

  it('knows what points measure, also when their device is gone, and what another program has heard', () =>
    withArchive(async (archive, folder) => {
      archive.rememberPoints('east-pit', [{ point: 'feeder/power', quantity: 'power' }])
      archive.rememberPoints('east-pit', [{ point: 'pump/running', quantity: 'running' }])
      expect(archive.quantity('east-pit', 'feeder/power')).toBe('power')
      expect(archive.quantity('west-pit', 'feeder/power')).toBeNull()
      const other = openArchive(folder)
      expect(other.quantity('east-pit', 'pump/running')).toBe('running')
      archive.rememberPoints('east-pit', [{ point: 'fan/running', quantity: 'running' }])
      await until('the other to have heard', () => other.quantity('east-pit', 'fan/running') === 'running')
      other.close()
    }))

  it('finds an interval by the times that are believed now, in whatever order datings came', () =>
    withArchive((archive) => {
      const made = chainMaker()
      const wrong = dated({ offsetMs: 0, uncertaintyMs: null, source: 'none' })
      for (let index = 0; index < 3; index++) made.range({ dating: wrong })
      made.dating(dated({ uncertaintyMs: 40_000, source: 'technician' }))
      made.dating(dated({ uncertaintyMs: 50 }))
      const [first, second] = made.links.slice(3)
      archive.keep([second!], RECEIVED)
      archive.keep([...made.links.slice(0, 3)], RECEIVED)
      archive.keep([first!], RECEIVED)
      expect(archive.spans('east-pit', T0 + 10_000, T0 + 15_000)).toMatchObject([{ first: 0, last: 2 }])
      expect(archive.spans('east-pit', 0, 20_000)).toMatchObject([{ first: 0, last: 0 }])
    }))

  it('removes bodies that have grown old, and never a link', () =>
    withArchive(async (archive) => {
      const made = chainMaker()
      for (let index = 0; index < 5; index++) made.range()
      archive.keep(made.links, RECEIVED)
      const clock = handClock(T0 + 30_000 + 60_000)
      const stop = new AbortController()
      const running = keepArchive({ archive, keepFor: 60_000, clock, log: quietLog() }, stop.signal)
      const bodies = () => archive.page('east-pit', everything, 0, 10).map(({ id }) => archive.body(id) !== null)
      await until('the old ones to go', () => !bodies()[0])
      expect(bodies()).toEqual([false, false, false, true, true])
      stop.abort()
      await running
    }))
})
