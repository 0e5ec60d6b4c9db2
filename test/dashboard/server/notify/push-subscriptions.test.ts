import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UtcMs } from '../../../../core/contract/time.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'
import { openPushSubscriptions } from '../../../../dashboard/server/notify/push-subscriptions.ts'
import { secretFolder } from '../../../platform/notifiers/open.ts'

const AT = UtcMs.parse(1_768_000_000_000)
const browser = (n: number) => ({
  endpoint: `https://push.example/${n}`,
  keys: { p256dh: Buffer.alloc(65, n).toString('base64url'), auth: Buffer.alloc(16, n).toString('base64url') },
})

function world() {
  const db = openDatabase(join(secretFolder({}), 'control.sqlite'))
  onTestFinished(() => db.close())
  return openPushSubscriptions(db)
}

describe('browsers that asked for push messages', () => {
  it('are kept by user, and belong to whoever asked last', async () => {
    const kept = world()
    await kept.add('lin', browser(1), AT)
    await kept.add('lin', browser(2), AT)
    await kept.add('wang', browser(2), AT)
    expect(await kept.of('lin')).toEqual([browser(1)])
    expect(await kept.of('wang')).toEqual([browser(2)])
    expect(await kept.of('nobody')).toEqual([])
  })

  it('leave by their own user only, or when the push service knows them no more', async () => {
    const kept = world()
    await kept.add('lin', browser(1), AT)
    expect(await kept.leave('wang', browser(1).endpoint)).toBe(false)
    expect(await kept.leave('lin', browser(1).endpoint)).toBe(true)
    await kept.add('lin', browser(2), AT)
    await kept.remove(browser(2).endpoint)
    expect(await kept.of('lin')).toEqual([])
  })

  it('are ten of a user at most; the oldest makes room', async () => {
    const kept = world()
    for (let n = 1; n <= 12; n++) await kept.add('lin', browser(n), AT)
    expect((await kept.of('lin')).map(({ endpoint }) => endpoint)).toEqual(
      Array.from({ length: 10 }, (_, index) => browser(index + 3).endpoint),
    )
  })
})
