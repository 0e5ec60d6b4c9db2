import { describe, expect, it } from 'vitest'
import { portConnect } from '../../../platform/serial/port-connect.ts'
import { listenTcp } from '../../../sim/listen.ts'

describe('a serial port by its path', () => {
  it('behind a serial server carries bytes both ways', async () => {
    await using echo = await listenTcp({ host: '127.0.0.1', port: 0, converse: (socket) => void socket.pipe(socket) })
    const heard = Promise.withResolvers<string>()
    const events = { received: (bytes: Uint8Array) => heard.resolve(Buffer.from(bytes).toString()), lost: heard.reject }
    const channel = await portConnect(`tcp://127.0.0.1:${echo.port}`, 9_600)(events, new AbortController().signal)
    channel.write(Buffer.from('AT\r'))
    expect(await heard.promise).toBe('AT\r')
    channel.close()
  })

  it('on this machine that is not there is down, and says which', async () => {
    const events = { received: () => undefined, lost: () => undefined }
    const opening = portConnect('/dev/no-such-port', 115_200)(events, new AbortController().signal)
    await expect(opening).rejects.toThrow('/dev/no-such-port')
  })
})
