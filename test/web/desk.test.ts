import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { openApi } from '../../dashboard/web/stores/api.ts'
import { noteSuffices, openAlarmDesk } from '../../dashboard/web/stores/desk.ts'
import { alarmWith } from './support/alarms.ts'
import { handClock } from './support/hand-clock.ts'

const alarm = (priority: Alarm['priority'], rest: object = {}) =>
  alarmWith({ id: `a.b.${priority}`, site: 'a', priority, ...rest })

function deskWith(answer: () => Response, alarms: readonly Alarm[] = []) {
  const learnt: Alarm[] = []
  const sent: string[] = []
  const api = openApi(
    (_input, init) => {
      if (typeof init?.body === 'string') sent.push(init.body)
      return Promise.resolve(answer())
    },
    { expire: () => undefined, lock: () => Promise.resolve() },
  )
  const { signal } = new AbortController()
  const clock = handClock(0)
  const known = (id: string) => alarms.find((one) => one.id === id)
  const desk = openAlarmDesk({ api, clock, known, learn: (one) => learnt.push(one), mayAct: () => true, signal })
  return { desk, clock, learnt, sent }
}

describe('the alarm desk', () => {
  it('needs a note of four characters for red and orange, counted in any script', () => {
    expect(noteSuffices('已派人', 'red')).toBe(false)
    expect(noteSuffices('已派人去', 'orange')).toBe(true)
    expect(noteSuffices('  a  ', 'red')).toBe(false)
    expect(noteSuffices('', 'yellow')).toBe(true)
  })

  it('asks for a note on red and acknowledges yellow at once', async () => {
    const done = alarm('yellow', { state: 'acked', version: 2 })
    const { desk, learnt, sent } = deskWith(() => Response.json(done))
    desk.begin(alarm('red'))
    expect(desk.asking.value?.id).toBe('a.b.red')
    expect(sent).toEqual([])
    desk.begin(alarm('yellow'))
    await expect.poll(() => learnt.map(({ state }) => state)).toEqual(['acked'])
    expect(sent).toEqual(['{"note":""}'])
  })

  it('asks nothing of an alarm that somebody has acknowledged', () => {
    const { desk } = deskWith(() => Response.json({}))
    const acknowledgement = { at: 1, by: 'operator', note: 'known', via: 'desk' }
    desk.begin(alarm('red', { state: 'acked', acknowledgement }))
    expect(desk.asking.value).toBeNull()
  })

  it('sends one acknowledgement however often it is asked to', async () => {
    const { desk, sent } = deskWith(() => Response.json(alarm('red', { state: 'acked', version: 2 })))
    await Promise.all([desk.acknowledge(alarm('red'), 'on my way'), desk.acknowledge(alarm('red'), 'on my way')])
    expect(sent.length).toBe(1)
  })

  it('keeps the form open and says why when the control room refuses', async () => {
    const { desk } = deskWith(() => Response.json({ code: 'http/conflict', message: 'changed' }, { status: 409 }))
    desk.begin(alarm('red'))
    await desk.acknowledge(alarm('red'), 'on my way')
    expect(desk.asking.value?.id).toBe('a.b.red')
    expect(desk.failure.value?.error).toBeInstanceOf(HouseError)
    expect(desk.sending.value.size).toBe(0)
  })

  it('opens the form of another act only where it makes sense, and closes it', () => {
    const { desk } = deskWith(() => Response.json({}))
    desk.open('reset', alarm('red'))
    expect(desk.acting.value).toBeNull()
    desk.open('shelve', alarm('red'))
    expect(desk.acting.value).toMatchObject({ act: 'shelve', alarm: { id: 'a.b.red' } })
    desk.close()
    expect(desk.acting.value).toBeNull()
  })

  it('sends many with one reason, without those that became red or were acknowledged meanwhile', async () => {
    const acknowledgement = { at: 1, by: 'li-yun', note: '已处理', via: 'desk' }
    const changed = [alarm('red'), alarm('blue', { state: 'acked', acknowledgement }), alarm('yellow')]
    const { desk, sent, learnt } = deskWith(() => Response.json({ alarms: [alarm('yellow')] }), changed)
    desk.bulk.hold(['a.b.red', 'a.b.blue', 'a.b.yellow', 'a.b.unknown'], '检修完毕')
    desk.bulk.flush()
    await expect.poll(() => learnt.length).toBe(1)
    expect(sent).toEqual(['{"ids":["a.b.yellow","a.b.unknown"],"note":"检修完毕"}'])
  })

  it('moves the selection through the list and stops at its ends', () => {
    const { desk } = deskWith(() => Response.json({}))
    desk.visible.value = ['a', 'b']
    desk.move(1)
    desk.move(1)
    desk.move(1)
    expect(desk.cursor.value).toBe('b')
    desk.move(-1)
    desk.move(-1)
    expect(desk.cursor.value).toBe('a')
  })
})
