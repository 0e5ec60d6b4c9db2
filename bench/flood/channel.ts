import { setTimeout as pause } from 'node:timers/promises'
import type { NoticeMessage } from '../../core/contract/notice.ts'
import type { ChannelEntry, Channels } from '../../dashboard/server/notify/channels.ts'

/** A provider answers after so long. */
const ANSWER_MS = 5

/** Two channels of made-up providers in this process, which take every message; `heard` is told of each. */
export function localChannels(heard: (message: NoticeMessage) => void): Channels {
  const entry = (id: string, medium: ChannelEntry['medium'], mostBytes: number): ChannelEntry => ({
    ...{ id, kind: id, medium, mostBytes },
    budget: { most: null, perMs: 60_000, reserved: 0, penaltyMs: 0 },
    channel: {
      send: async (message) => {
        await pause(ANSWER_MS)
        heard(message)
        return { answer: 'taken' }
      },
    },
  })
  return new Map([
    ['hook', entry('hook', 'webhook', 64_000)],
    ['desk', entry('desk', 'desk', 64_000)],
  ])
}
