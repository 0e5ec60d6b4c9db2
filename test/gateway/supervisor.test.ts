import { describe, expect, it } from 'vitest'
import type { Batch, Driver } from '../../gateway/driver.ts'
import { supervise } from '../../gateway/supervisor.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { handClock } from '../support/hand-clock.ts'
import { quietLog } from '../support/quiet-log.ts'

const batch: Batch = { device: 'camera', readings: [], pictures: [] }

/** A driver that does one thing a run, the last for ever: give a batch, or fail. */
function driverOf(runs: readonly ('batch' | 'fail' | 'end')[]): Driver & { starts: () => number } {
  let run = 0
  return {
    device: 'camera',
    starts: () => run,
    async *batches(signal: AbortSignal) {
      const does = runs[Math.min(run, runs.length - 1)]
      run += 1
      await Promise.resolve()
      if (does === 'fail') throw new HouseError('link/down', 'no stream')
      if (does === 'end') return
      yield batch
      await new Promise((settle) => signal.addEventListener('abort', settle, { once: true }))
    },
  }
}

function world() {
  const clock = handClock()
  const log = quietLog()
  const over = new AbortController()
  const settled = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((settle) => setImmediate(settle))
  }
  return { clock, log, signal: over.signal, settled, end: () => over.abort(new Error('over')) }
}

describe('the supervisor of a device', () => {
  it('hands on every batch', async () => {
    const { clock, log, signal, settled, end } = world()
    const accepted: Batch[] = []
    const runs = supervise(
      driverOf(['batch']),
      (one) => {
        accepted.push(one)
        return Promise.resolve()
      },
      { clock, log, signal },
    )
    await settled()
    expect(accepted).toEqual([batch])
    end()
    await runs
    expect(log.lines).toEqual([])
  })

  it('starts a failed driver again with pauses that grow to a minute, and says it once', async () => {
    const { clock, log, signal, settled, end } = world()
    const driver = driverOf(['fail'])
    const runs = supervise(driver, () => Promise.resolve(), { clock, log, signal })
    const startsAt: number[] = []
    for (let second = 0; second < 600; second += 1) {
      await settled()
      while (startsAt.length < driver.starts()) startsAt.push(second)
      await clock.advance(1_000)
    }
    const pauses = startsAt.slice(1).map((at, index) => at - startsAt[index]!)
    expect(pauses.slice(0, 5)).toEqual(
      [1, 2, 4, 8, 16].map((full) => expect.closeTo(full * 0.9, full > 4 ? -0.7 : 0) as number),
    )
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60)
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(48)
    expect(log.lines.map(({ level }) => level)).toEqual(['warn'])
    end()
    await runs
  })

  it('says when the device is read again', async () => {
    const { clock, log, signal, settled, end } = world()
    const runs = supervise(driverOf(['fail', 'end', 'batch']), () => Promise.resolve(), { clock, log, signal })
    for (let second = 0; second < 5; second += 1) {
      await settled()
      await clock.advance(1_000)
    }
    await settled()
    expect(log.lines.map(({ message }) => message)).toEqual([
      'device cannot be read; trying again',
      'device is read again',
    ])
    end()
    await runs
  })

  it('goes on when a batch cannot be stored', async () => {
    const { clock, log, signal, settled, end } = world()
    const driver = driverOf(['batch'])
    let refusals = 2
    const accept = () => {
      refusals -= 1
      return refusals < 0 ? Promise.resolve() : Promise.reject(new HouseError('store/failed', 'disk full'))
    }
    const runs = supervise(driver, accept, { clock, log, signal })
    for (let second = 0; second < 5; second += 1) {
      await settled()
      await clock.advance(1_000)
    }
    await settled()
    expect(driver.starts()).toBe(3)
    expect(log.lines.map(({ facts }) => facts.code)).toEqual(['store/failed', undefined])
    end()
    await runs
  })

  it('ends while it waits, as soon as it is stopped', async () => {
    const { clock, log, signal, settled, end } = world()
    const runs = supervise(driverOf(['fail']), () => Promise.resolve(), { clock, log, signal })
    await settled()
    end()
    await runs
    expect(clock.sleepers).toBe(0)
  })
})
