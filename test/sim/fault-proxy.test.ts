import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { corrupted } from '../../sim/fault-proxy/corrupt.ts'
import { openFaultProxy } from '../../sim/fault-proxy/fault-proxy.ts'
import type { Faults } from '../../sim/fault-proxy/faults.ts'
import { paceOf } from '../../sim/fault-proxy/pace.ts'
import { listenTcp } from '../../sim/listen.ts'
import { until } from '../support/until.ts'

/** A far side that sends back what it hears, behind a proxy. */
async function echoLine(faults: Partial<Faults> = {}) {
  const stack = new AsyncDisposableStack()
  const heard: Socket[] = []
  const far = stack.use(
    await listenTcp({
      host: '127.0.0.1',
      port: 0,
      converse: (socket) => {
        heard.push(socket)
        socket.pipe(socket)
      },
    }),
  )
  const proxy = stack.use(await openFaultProxy({ host: '127.0.0.1', port: 0, to: far, faults }))
  const dial = async () => {
    const socket = connect(proxy.port, '127.0.0.1')
    const line = { socket, bytes: Buffer.alloc(0), ending: null as string | null }
    socket.on('data', (bytes: Buffer) => (line.bytes = Buffer.concat([line.bytes, bytes])))
    socket.on('error', (error: NodeJS.ErrnoException) => (line.ending = error.code ?? 'error'))
    socket.on('close', () => (line.ending ??= 'closed'))
    await once(socket, 'connect')
    stack.defer(() => void socket.destroy())
    return line
  }
  return { proxy, dial, heard, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const bytesOf = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 7) % 251))

describe('a line that behaves badly', () => {
  it('passes everything both ways in order, and the end of either half, while it has no fault', async () => {
    await using here = await echoLine()
    const line = await here.dial()
    const sent = bytesOf(300_000)
    line.socket.end(sent)
    await until('the end', () => line.ending)
    expect(line.bytes.equals(sent)).toBe(true)
    expect(line.ending).toBe('closed')
    expect(here.proxy.passed()).toEqual({ there: sent.length, back: sent.length })
  })

  it('swallows everything while it is a black hole, tells nobody, and delivers when it ends', async () => {
    await using here = await echoLine()
    const line = await here.dial()
    line.socket.write('before')
    await until('the first echo', () => line.bytes.length === 6)
    here.proxy.set({ blackHole: true })
    line.socket.write(' during')
    const late = await here.dial()
    late.socket.write('late')
    await until('the far side to be connected', () => here.heard.length === 2)
    expect(here.proxy.passed().there).toBe(6)
    expect([line.ending, late.ending]).toEqual([null, null])
    here.proxy.set({})
    await until('both echoes', () => line.bytes.length === 13 && late.bytes.length === 4)
    expect(line.bytes.toString()).toBe('before during')
  })

  it('does not let the far side know that the near one has gone into a black hole', async () => {
    await using here = await echoLine()
    const [ended, reset] = [await here.dial(), await here.dial()]
    for (const line of [ended, reset]) {
      line.socket.write('x')
      await until('the echo', () => line.bytes.length === 1)
    }
    here.proxy.set({ blackHole: true })
    ended.socket.destroy()
    reset.socket.resetAndDestroy()
    await until('one near side to be gone', () => here.proxy.connections() === 1)
    expect(here.heard.map(({ readableEnded }) => readableEnded)).toEqual([false, false])
    here.proxy.set({})
    await until('the far side to know', () => here.heard.every(({ destroyed }) => destroyed))
  })

  it('resets both sides at once', async () => {
    await using here = await echoLine()
    const line = await here.dial()
    line.socket.write('x')
    await until('the echo', () => line.bytes.length === 1)
    here.proxy.reset()
    await until('the reset', () => line.ending)
    expect(line.ending).toBe('ECONNRESET')
    await until('the far side to know', () => here.heard[0]?.destroyed)
  })

  it('refuses with a reset, and takes calls again afterwards', async () => {
    await using here = await echoLine({ refuses: true })
    const refused = connect(here.proxy.port, '127.0.0.1')
    refused.on('error', () => undefined)
    await until('the refusal', () => refused.closed)
    here.proxy.set({})
    const line = await here.dial()
    line.socket.write('x')
    await until('the echo', () => line.bytes.length === 1)
  })

  it('leaves the near side on a connection that nobody is at the other end of', async () => {
    await using here = await echoLine()
    const line = await here.dial()
    line.socket.write('x')
    await until('the echo', () => line.bytes.length === 1)
    here.proxy.halfOpen()
    await until('the far side to be gone', () => here.heard[0]?.destroyed)
    line.socket.write(bytesOf(100_000))
    await until('everything to be taken', () => line.socket.writableLength === 0)
    expect(line.ending).toBe(null)
    expect(line.bytes.length).toBe(1)
  })

  it('delays each byte and keeps the order', async () => {
    await using here = await echoLine({ delayMs: 60 })
    const line = await here.dial()
    const startedAt = performance.now()
    line.socket.write('ab')
    line.socket.write('c')
    await until('the echo', () => line.bytes.length === 3)
    // There and back.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119)
    expect(line.bytes.toString()).toBe('abc')
  })

  it('carries no more than its bit rate, all connections together', async () => {
    const bytes = 6_000
    await using here = await echoLine({ bitRate: 160_000 })
    const lines = [await here.dial(), await here.dial()]
    const startedAt = performance.now()
    for (const line of lines) line.socket.write(bytesOf(bytes / 2))
    await until('all of it', () => lines.every((line) => line.bytes.length === bytes / 2))
    // 20 kB a second: 300 ms, less what may go at once.
    expect(performance.now() - startedAt).toBeGreaterThan(250)
    for (const line of lines) expect(line.bytes.equals(bytesOf(bytes / 2))).toBe(true)
  })
})

describe('a token bucket', () => {
  it('never lets more pass in any time than its rate and one burst, and makes nobody wait for more than is missing', () => {
    const step = fc.record({
      pause: fc.double({ min: 0, max: 50, noNaN: true }),
      wanted: fc.integer({ min: 1, max: 2_000 }),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 1_000_000 }), fc.array(step, { maxLength: 100 }), (bitRate, steps) => {
        const pace = paceOf(bitRate)
        const burst = Math.max(1, (bitRate / 8_000) * 20) + 1
        let now = 0
        let passed = 0
        for (const { pause, wanted } of steps) {
          now += pause + pace.waitMs(now + pause)
          expect(pace.waitMs(now)).toBeLessThan(0.001)
          const bytes = Math.min(wanted, pace.room(now))
          pace.spent(bytes, now)
          passed += bytes
          expect(passed).toBeLessThanOrEqual((now * bitRate) / 8_000 + burst)
        }
      }),
    )
  })
})

describe('corruption', () => {
  it('turns single bits over, about as often as it is told to, and never the bytes it was given', () => {
    const bytes = bytesOf(200_000)
    let seed = 1
    const chance = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    const left = corrupted(bytes, 1_000, chance)
    const hit = [...left.keys()].filter((at) => left[at] !== bytes[at])
    expect(bytes.equals(bytesOf(200_000))).toBe(true)
    expect(hit.length).toBeGreaterThan(120)
    expect(hit.length).toBeLessThan(300)
    for (const at of hit) expect(Math.log2(left[at]! ^ bytes[at]!) % 1).toBe(0)
    expect(corrupted(bytes, Infinity, chance)).toBe(bytes)
  })
})
