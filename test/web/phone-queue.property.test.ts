import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UtcMs } from '../../core/contract/time.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { openPhoneDesk, type PhoneDesk } from '../../dashboard/web/stores/phone-desk.ts'
import { dropped, enqueued, nextOf, outcomeOf, settled, type Queued } from '../../dashboard/web/stores/phone-queue.ts'
import type { PhoneStore } from '../../dashboard/web/stores/phone-store.ts'
import { alarmWith } from './support/alarms.ts'

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const item = (n: number, alarm = 'east.rule.1', by = 'li'): Queued => ({
  ...{ id: idOf(n), by, alarm: alarm, number: 'PW-1', at: UtcMs.parse(n) },
  ...{ act: { do: 'arrive' }, refused: null },
})

/** A store as durable as the real one, and a control room that does nothing twice. */
function world() {
  const kept: Queued[] = []
  const store: PhoneStore = {
    all: () => Promise.resolve([...kept]),
    add: (one) => Promise.resolve(void kept.push(one)),
    photo: () => Promise.resolve(null),
    replace: (one) =>
      Promise.resolve(
        void kept.splice(
          kept.findIndex(({ id }) => id === one.id),
          1,
          one,
        ),
      ),
    remove: (id) =>
      Promise.resolve(
        void kept.splice(
          kept.findIndex((one) => one.id === id),
          1,
        ),
      ),
  }
  return { kept, store, had: [] as Queued[] }
}

/** What becomes of the next sends: kept, kept with its answer lost, never arrived, or refused. */
const fates = fc.array(fc.constantFrom('kept', 'answer-lost', 'lost', 'refused'), { maxLength: 40 })
const steps = fc.array(fc.constantFrom('say-a', 'say-b', 'send', 'reload'), { minLength: 1, maxLength: 40 })

describe('what a phone says without a control room', () => {
  it('comes to it whole, in order and once, over any sequence of failures and reloads', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fates, async (script, fate) => {
        const { kept, store, had } = world()
        const said: string[] = []
        const refused = new Set<string>()
        let n = 0
        let left = [...fate]
        const open = (): PhoneDesk =>
          openPhoneDesk({
            ...{ by: 'li', store, newId: () => idOf(++n), now: () => UtcMs.parse(n) },
            // Each run ends at its first pause: nothing more can be sent then.
            clock: { sleep: () => Promise.reject(new Error('pause')) },
            learn: () => undefined,
            send: ({ item: sent }) => {
              const [next = 'kept'] = left
              left = left.slice(1)
              if (next === 'lost') return Promise.reject(new HouseError('link/down', 'lost'))
              if (next === 'refused' && !had.some(({ id }) => id === sent.id)) {
                refused.add(sent.id)
                return Promise.reject(new HouseError('http/invalid', 'refused'))
              }
              if (!had.some(({ id }) => id === sent.id)) had.push(sent)
              if (next === 'answer-lost') return Promise.reject(new HouseError('link/down', 'lost'))
              return Promise.resolve(alarmWith({ id: 'east.rule.1', site: 'east' }))
            },
          })
        const send = async (desk: PhoneDesk) => {
          const ended = new AbortController()
          const running = desk.run(ended.signal)
          for (let turn = 0; turn < 200; turn += 1) await Promise.resolve()
          ended.abort()
          desk.kick()
          await running
        }
        let desk = open()
        for (const step of [...script, ...Array.from({ length: 45 }, () => 'send')]) {
          if (step === 'reload') desk = open()
          else if (step === 'send') await send(desk)
          else {
            await desk.say({ id: `east.rule.${step}`, number: 'PW-1' }, { do: 'arrive' })
            said.push(idOf(n))
          }
        }
        const came = had.map(({ id }) => id)
        expect(new Set(came).size).toBe(came.length)
        expect(came).toEqual(said.filter((id) => !refused.has(id)))
        expect(kept.map(({ id }) => id)).toEqual(said.filter((id) => refused.has(id)))
        expect(kept.every((one) => one.refused?.code === 'http/invalid')).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is sent in nobody else’s name', () => {
    expect(nextOf([item(1, 'a.b.c', 'wang'), item(2)], 'li')?.id).toBe(idOf(2))
    expect(nextOf([item(1, 'a.b.c', 'wang')], 'li')).toBe(null)
  })

  it('is there once, waits where there was no answer, and stays to be seen where it was refused', () => {
    const queue = [item(1), item(2)]
    expect(enqueued(queue, item(1))).toEqual(queue)
    expect(settled(queue, idOf(1), { is: 'later' })).toEqual(queue)
    expect(settled(queue, idOf(1), { is: 'kept' })).toEqual([item(2)])
    const refused = { code: 'http/conflict', because: 'raised-anew', message: 'no' }
    const after = settled(queue, idOf(1), { is: 'refused', refused })
    expect(nextOf(after, 'li')?.id).toBe(idOf(2))
    expect(dropped(after, idOf(1))).toEqual([item(2)])
  })

  it('is refused by the word of the control room alone: no answer, no room and no session are no refusal', () => {
    const refusal = new HouseError('http/conflict', 'no', { because: 'raised-anew' })
    expect(outcomeOf(refusal)).toMatchObject({ is: 'refused', refused: { because: 'raised-anew' } })
    for (const code of ['link/down', 'http/unauthenticated', 'http/locked', 'http/too-many', 'store/failed'] as const)
      expect(outcomeOf(new HouseError(code, 'no'))).toEqual({ is: 'later' })
    expect(outcomeOf(new DOMException('late', 'TimeoutError'))).toEqual({ is: 'later' })
  })
})
