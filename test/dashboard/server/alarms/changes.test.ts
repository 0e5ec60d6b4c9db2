import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../../../core/contract/alarm.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { alarmChanges } from '../../../../dashboard/server/alarms/changes.ts'
import { openWorld, recordingLog, transition } from './world.ts'

describe('a follower of changed alarms', () => {
  it('outlives a store that fails, loses no alarm by it and logs it once', async () => {
    const world = openWorld()
    const [a, b] = [transition(), transition({ rule: 'level-high' })]
    await world.desk.receive(a)
    await world.desk.receive(b)
    const log = recordingLog()
    let failures = 3
    const changes = alarmChanges(async (ids) => {
      if (failures-- > 0) throw new HouseError('store/failed', 'the disk does not answer')
      const found = await Promise.all(ids.map((id) => world.desk.get(id)))
      return found.filter((alarm) => alarm !== null)
    }, log)
    const stop = new AbortController()
    const followed = changes.follow(stop.signal)[Symbol.asyncIterator]()
    changes.changed([a.occurrence, b.occurrence])
    const heard = [(await followed.next()).value, (await followed.next()).value] as Alarm[]
    expect(heard.map(({ id }) => id).sort()).toEqual([a.occurrence, b.occurrence].sort())
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info'])

    failures = Infinity
    changes.changed([a.occurrence])
    const last = followed.next()
    stop.abort()
    expect(await last).toMatchObject({ done: true })
    await world.end()
  })
})
