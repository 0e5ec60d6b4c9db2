import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { listenTcp } from '../../sim/listen.ts'
import { openRelay } from '../../sim/relay.ts'

describe('a line that can be cut', () => {
  it('passes bytes both ways, drops everybody when cut, and passes again when mended', async () => {
    await using far = await listenTcp({ host: '127.0.0.1', port: 0, converse: (socket) => socket.pipe(socket) })
    await using relay = await openRelay({ host: '127.0.0.1', port: 0, to: far })
    const echoed = async () => {
      const socket = connect(relay.port, '127.0.0.1')
      socket.on('error', () => socket.destroy())
      socket.write('hello')
      const answer = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => ['cut'])])
      return { socket, text: String(answer[0]) }
    }
    const before = await echoed()
    expect(before.text).toBe('hello')
    const dropped = once(before.socket, 'close')
    relay.cut(true)
    await dropped
    expect((await echoed()).text).not.toBe('hello')
    relay.cut(false)
    const after = await echoed()
    expect(after.text).toBe('hello')
    after.socket.destroy()
  })
})
