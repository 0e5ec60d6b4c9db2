import { describe, expect, it } from 'vitest'
import { lockedTcpConnect } from '../../../platform/serial/tcp-channel.ts'

const never = new AbortController().signal
const events = { received: () => undefined, lost: () => undefined }
const hanging = () => new Promise<never>(() => undefined)

describe('what hangs while a connection is opened', () => {
  it('holds nobody: neither a host that is not found, nor anything when the bus is closed', async () => {
    await expect(lockedTcpConnect('slow.invalid', 502, hanging)(events, never)).rejects.toMatchObject({
      code: 'link/down',
    })
    const closing = new AbortController()
    const opened = lockedTcpConnect('slow.invalid', 502, hanging)(events, closing.signal)
    closing.abort(new Error('closed'))
    await expect(opened).rejects.toMatchObject({
      code: 'link/down',
      message: expect.stringContaining('given up') as string,
    })
  })
})
