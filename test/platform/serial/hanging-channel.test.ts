import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type Port, serialConnect } from '../../../platform/serial/serial-channel.ts'
import { testFolder } from '../../support/processes.ts'
import { until } from '../../support/until.ts'

const never = new AbortController().signal
const events = { received: () => undefined, lost: () => undefined }

describe('a port that hangs while it is opened', () => {
  it('holds nobody: it is down, is not opened twice, and is closed when it opens late', async () => {
    await using folder = await testFolder()
    const path = `${folder.path}/port`
    await writeFile(path, '')
    const opening = Promise.withResolvers<Port>()
    const seen = { opened: 0, closed: 0 }
    const open = () => {
      seen.opened += 1
      return opening.promise
    }
    const connect = serialConnect({ path, baud: 9_600, parity: 'none', stopBits: 1 }, open)
    await expect(connect(events, never)).rejects.toMatchObject({ code: 'link/down' })
    await expect(connect(events, never)).rejects.toMatchObject({ code: 'link/down' })
    expect(seen).toEqual({ opened: 1, closed: 0 })
    const close = () => {
      seen.closed += 1
      return Promise.resolve()
    }
    opening.resolve({ fd: null, poller: { once: () => undefined }, close })
    await until('the late port to be closed', () => Promise.resolve(seen.closed === 1 ? seen : null))
    // Its lock goes a moment after the port.
    const channel = await until('the port to be free', () => connect(events, never).catch(() => null))
    channel.close()
    expect(seen.opened).toBe(2)
  })
})
