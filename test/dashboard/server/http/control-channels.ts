import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Person } from '../../../../core/contract/roster.ts'
import type { AlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import type { Database } from '../../../../dashboard/server/db/database.ts'
import { openChannelActs } from '../../../../dashboard/server/notify/channel-acts.ts'
import { openChannels } from '../../../../dashboard/server/notify/channels.ts'
import { openDesk } from '../../../../dashboard/server/notify/desk-channel.ts'
import { openStatusBoard } from '../../../../dashboard/server/notify/desk-status.ts'
import { openLamps } from '../../../../dashboard/server/notify/lamps.ts'
import { openPushSubscriptions } from '../../../../dashboard/server/notify/push-subscriptions.ts'
import type { Memo } from '../../../../dashboard/server/notify/memo.ts'
import { systemClock } from '../../../../platform/clock.ts'
import type { Log } from '../../../../platform/log.ts'
import type { Heard } from '../../../../platform/notifiers/notifier.ts'

/** Signs what the phones report. */
export const HOOK_SECRET = 'h00k-secret'

const LIN: Person = {
  id: 'lin',
  name: 'lin',
  language: 'zh-CN',
  contacts: [{ channel: 'hook', address: 'http://x.example' }],
  away: [],
}

export interface ControlChannelsDeps {
  readonly db: Database
  readonly desk: AlarmDesk
  readonly folder: string
  readonly log: Log
}

/** The desk, a webhook and Web Push, with a person who can be tested; what is queued and heard is kept for the test. */
export async function openControlChannels({ db, desk, folder, log }: ControlChannelsDeps) {
  writeFileSync(join(folder, 'hook-secret'), HOOK_SECRET)
  const list = [
    { id: 'hook', kind: 'webhook', with: { secretFile: 'hook-secret' } },
    { id: 'push', kind: 'web-push', with: { contact: 'duty@county.example', services: ['push.example'] } },
  ]
  const versionOf = async (id: string) => (await desk.get(id))?.version ?? null
  const pages = openDesk({ clock: systemClock, versionOf })
  const subscriptions = openPushSubscriptions(db)
  const channels = openChannels(list, {
    ...{ baseFolder: folder, folder, clock: systemClock, log, subscriptions, desk: pages.channel },
  })
  const own = { set: () => Promise.resolve() }
  const lamps = await openLamps({
    ...{
      channels,
      db,
      desk,
      own,
      look: () => pages.look(),
      waiting: () => 0,
      clock: systemClock,
      pace: systemClock,
      log,
    },
  })
  const queued: Memo[] = []
  const heard: Heard[] = []
  const acts = openChannelActs({
    ...{ list, channels, lamps, subscriptions, folder, db, desk, pace: systemClock },
    person: (id) => (id === LIN.id ? LIN : null),
    queueMemos: (_q, memos) => Promise.resolve(void queued.push(...memos)),
    heard: (_channel, what) => Promise.resolve(void heard.push(what)),
  })
  const status = { storm: false }
  const board = await openStatusBoard(
    {
      lamps: () => [...lamps.list()],
      watchman: () => 'absent',
      storm: () => status.storm,
      onDuty: () => Promise.resolve([]),
      suppressed: () => 0,
    },
    log,
  )
  return { acts, pages, channels, subscriptions, queued, heard, status, board }
}
