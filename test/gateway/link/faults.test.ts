import { once } from 'node:events'
import { realpath } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import type { FieldBus } from '../../../gateway/link/field-bus.ts'
import { systemClock } from '../../../platform/clock.ts'
import { freePort, PYTHON, startProcess, type StartedProcess, testFolder } from '../../support/processes.ts'
import { startPymodbus } from '../../support/pymodbus.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { until } from '../../support/until.ts'
import { startAdapter } from './adapter.ts'
import { startLineDevice } from './line-device.ts'

const never = new AbortController().signal
const request = { unit: 1, table: 'holding-register', address: 100, quantity: 2 } as const
/** What the line device and the independent server hold there. */
const answer = { kind: 'registers', words: [100, 101] }
const served = { units: { 1: { 'holding-register': { 100: [100, 101, 102, 103, 104, 105, 106, 107, 108, 109] } } } }
const KINDS = ['tcp', 'rtu-over-tcp'] as const
const POLL_MS = 250

/** A bus that is asked like by a poller; what it says is written down. */
async function polled(config: object, work: (bus: FieldBus, line: Poller) => Promise<void>): Promise<void> {
  const bus = openBus(Bus.parse({ id: 'bus', timeout: '200ms', ...config }), { clock: systemClock, log: quietLog() })
  const codes: string[] = []
  let good = 0
  const over = new AbortController()
  const poll = async () => {
    while (!over.signal.aborted) {
      try {
        expect(await bus.read(request, never)).toMatchObject(answer)
        good += 1
      } catch (error) {
        if (!isHouseError(error)) throw error
        codes.push(error.code)
      }
      await systemClock.sleep(POLL_MS, over.signal).catch(() => undefined)
    }
  }
  const polling = poll()
  const next = (what: string, count: () => number) => {
    const before = count()
    return until(what, () => count() > before)
  }
  try {
    await Promise.race([
      polling,
      work(bus, {
        answers: () => next('an answer', () => good),
        fails: (code) => next(code, () => codes.filter((other) => other === code).length),
      }),
    ])
  } finally {
    over.abort()
    bus.close()
    await polling
  }
}

interface Poller {
  /** Waits for the next answer to the poller. */
  answers(): Promise<unknown>
  /** Waits for the next failure with that code. */
  fails(code: string): Promise<unknown>
}

const healthy = () => startLineDevice(({ good }) => [{ afterMs: 0, bytes: good }])

describe.concurrent('a serial adapter', () => {
  it('that is unplugged is down at once, and is used again under another number', async () => {
    await using folder = await testFolder()
    await using device = await healthy()
    const path = `${folder.path}/adapter`
    const adapter = await startAdapter(path, device.port)
    const number = await realpath(path)
    await polled({ kind: 'rtu', path }, async (bus, line) => {
      await line.answers()
      // Somebody else takes the number before it is plugged in again.
      await using _other = await startAdapter(`${folder.path}/other`, device.port)
      await adapter.stop('SIGKILL')
      await line.fails('link/down')
      expect(bus.counters().state).toBe('down')
      await using _taken = await startAdapter(`${folder.path}/taken`, device.port)
      await using _back = await startAdapter(path, device.port)
      expect(await realpath(path)).not.toBe(number)
      await line.answers()
      expect(bus.counters()).toMatchObject({ state: 'up', reconnects: 1 })
    })
  })

  it('that hangs is told as silent, and is used again when it no longer does', async () => {
    await using folder = await testFolder()
    await using device = await healthy()
    const path = `${folder.path}/adapter`
    await using adapter = await startAdapter(path, device.port)
    await polled({ kind: 'rtu', path }, async (bus, line) => {
      await line.answers()
      adapter.signal('SIGSTOP')
      for (let count = 0; count < 4; count += 1) await line.fails('link/timeout')
      adapter.signal('SIGCONT')
      await line.answers()
      expect(bus.counters().state).toBe('up')
    })
  })
})

describe.concurrent.each(KINDS)('a server on %s', (kind) => {
  it('that ends and starts again is used again', async () => {
    const port = await freePort()
    const first = await startPymodbus({ mode: kind, port }, served)
    await polled({ kind, host: '127.0.0.1', port }, async (_bus, line) => {
      await line.answers()
      await first.stop()
      await line.fails('link/down')
      await using _second = await startPymodbus({ mode: kind, port }, served)
      await line.answers()
    })
  })

  it('that stands still with all its connections is silent, and is used again when it goes on', async () => {
    await using server = await startPymodbus({ mode: kind }, served)
    await polled({ kind, host: '127.0.0.1', port: server.port }, async (_bus, line) => {
      await line.answers()
      server.process.signal('SIGSTOP')
      // Long enough for new connections, which the kernel still accepts.
      for (let count = 0; count < 4; count += 1) await line.fails('link/timeout')
      server.process.signal('SIGCONT')
      await line.answers()
    })
  })

  it('that takes connections and never answers, or resets them, is not waited for', async () => {
    const port = await freePort()
    const mute = await listening(port, (socket) => socket.resume())
    await polled({ kind, host: '127.0.0.1', port }, async (_bus, line) => {
      await line.fails('link/timeout')
      await line.fails('link/timeout')
      await mute.stop()
      await line.fails('link/down')
      const resetting = await listening(port, (socket) => socket.once('data', () => socket.resetAndDestroy()))
      await line.fails('link/down')
      await resetting.stop()
      await using _server = await startPymodbus({ mode: kind, port }, served)
      await line.answers()
    })
  })

  it('whose queue of connections is full is given up and tried again', async () => {
    await using full = await startFullQueue()
    const port = Number(full.match[1])
    await polled({ kind, host: '127.0.0.1', port }, async (bus, line) => {
      await line.fails('link/down')
      await line.fails('link/down')
      expect(bus.counters().exchanges).toBe(0)
      await full.stop('SIGKILL')
      await using _server = await startPymodbus({ mode: kind, port }, served)
      await line.answers()
    })
  })
})

async function listening(port: number, serve: (socket: Socket) => void): Promise<{ stop(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A listener that accepts nobody and whose queue is full, so that the kernel drops every further attempt in silence. */
function startFullQueue(): Promise<StartedProcess> {
  const script = [
    'import socket, time',
    'server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen(0)',
    'waiting = []',
    'for _ in range(3):',
    '    one = socket.socket(); one.setblocking(False); one.connect_ex(server.getsockname()); waiting.append(one)',
    'time.sleep(0.2)',
    'print("full", server.getsockname()[1], flush=True)',
    'time.sleep(600)',
  ]
  return startProcess(PYTHON, ['-c', script.join('\n')], { ready: /full (\d+)/ })
}
