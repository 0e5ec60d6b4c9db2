import { describe, expect, it } from 'vitest'
import { closeChannels, listenChannels, openChannels } from '../../../../dashboard/server/notify/channels.ts'
import type { Heard } from '../../../../platform/notifiers/notifier.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'

const send = () => Promise.resolve({ answer: 'ok' })
const deps = () => ({ baseFolder: '.', folder: '.', clock: handClock(), log: quietLog() })

describe('the channels', () => {
  it('are those of the configuration and the desk, each with its own budget', async () => {
    const channels = openChannels(
      [
        { id: 'hook', kind: 'webhook', with: {} },
        { id: 'mail', kind: 'email', with: { host: '127.0.0.1', from: 'a@b.example' } },
      ],
      { ...deps(), desk: { send } },
    )
    expect([...channels.values()].map(({ id, kind, medium }) => [id, kind, medium])).toEqual([
      ['desk', 'desk', 'desk'],
      ['hook', 'webhook', 'webhook'],
      ['mail', 'email', 'mail'],
    ])
    await closeChannels(channels)
  })

  it('cannot be opened without their secrets', () => {
    const list = [{ id: 'ding', kind: 'dingtalk', with: { tokenEnv: 'PITWATCH_NO_SUCH' } }]
    expect(() => openChannels(list, { ...deps(), desk: { send } })).toThrow('channel ding: token')
  })

  it('are followed for what comes back, again where one broke off, until it is over', async () => {
    let listened = 0
    const listen = async (heard: (what: Heard) => Promise<void>, signal: AbortSignal) => {
      listened += 1
      if (listened === 1) throw new Error('broke off')
      await heard({ kind: 'delivered', ref: 'n1', answer: 'shown' })
      await new Promise<void>((settle) => signal.addEventListener('abort', () => settle(), { once: true }))
    }
    const { clock, log, ...rest } = deps()
    const channels = openChannels([], { ...rest, clock, log, desk: { send, listen } })
    const got: unknown[] = []
    const stop = new AbortController()
    const heard = (channel: { id: string }, what: Heard) => {
      got.push([channel.id, what.kind])
      return Promise.resolve()
    }
    const running = listenChannels(channels, { heard, clock, log }, stop.signal)
    await until('the pause', () => clock.sleepers === 1)
    await clock.advance(5_000)
    await until('what came back', () => got.length === 1)
    expect(got).toEqual([['desk', 'delivered']])
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { code: 'notify/listen', channel: 'desk' } }])
    stop.abort()
    await running
  })
})
