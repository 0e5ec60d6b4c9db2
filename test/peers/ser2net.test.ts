import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Bus } from '../../core/contract/site.ts'
import { openBus } from '../../gateway/link/bus.ts'
import type { BusRead, FieldBus } from '../../gateway/link/field-bus.ts'
import { systemClock } from '../../platform/clock.ts'
import { freePort, type StartedProcess, startProcess, testFolder } from '../support/processes.ts'
import { startPtyPair, startPymodbus } from '../support/pymodbus.ts'
import { quietLog } from '../support/quiet-log.ts'
import { until } from '../support/until.ts'

const baud = 115_200
const never = new AbortController().signal
const read = (unit: number, address: number, quantity: number): BusRead => {
  return { unit, table: 'holding-register', address, quantity, room: { before: address, after: 20 } }
}

describe('a serial line behind ser2net', () => {
  const stack = new AsyncDisposableStack()
  let bus: FieldBus

  beforeAll(async () => {
    const folder = stack.use(await testFolder())
    const [near, far] = stack.use(await startPtyPair(folder.path)).ends
    const cells = { 'holding-register': { 0: Array.from({ length: 60 }, (_, index) => 100 + index) } }
    // Unit 2 thinks for half a second before its second answer.
    stack.use(
      await startPymodbus({ mode: 'rtu', path: far, baud }, { units: { 1: cells, 2: cells }, slow: { 2: [0, 0.5] } }),
    )
    const port = await freePort()
    stack.use(await startSer2net({ folder: folder.path, port, path: near }))
    const config = { id: 'line', kind: 'rtu-over-tcp', host: '127.0.0.1', port, baud, timeout: '300ms' }
    bus = openBus(Bus.parse(config), { clock: systemClock, log: quietLog() })
    stack.defer(() => bus.close())
  })
  afterAll(() => stack.disposeAsync())

  it('is read, written and read back as if it were a port of our own', async () => {
    expect(await bus.read(read(1, 10, 5), never)).toEqual({ kind: 'registers', words: [110, 111, 112, 113, 114] })
    const write = { unit: 1, table: 'holding-register', address: 40, words: [7, 8] } as const
    expect(await bus.write(write, never)).toEqual({ kind: 'verified' })
    expect(await bus.read(read(1, 90, 1), never)).toEqual({ kind: 'exception', code: 2 })
  })

  it('never gives the late answer of one question to the next', async () => {
    expect(await bus.read(read(2, 0, 1), never)).toEqual({ kind: 'registers', words: [100] })
    await expect(bus.read(read(2, 20, 1), never)).rejects.toMatchObject({ code: 'link/timeout' })
    const answers = await until('an answer behind the late one', async () => {
      return bus.read(read(2, 30, 1), never).catch(() => null)
    })
    expect(answers).toEqual({ kind: 'registers', words: [130] })
    expect(await bus.read(read(2, 31, 1), never)).toEqual({ kind: 'registers', words: [131] })
    expect(bus.counters()).toMatchObject({ state: 'up', staleAnswers: 1 })
  })
})

/** Debian's ser2net, giving a serial port to TCP as it is. */
async function startSer2net(on: { folder: string; port: number; path: string }): Promise<StartedProcess> {
  const config = join(on.folder, 'ser2net.yaml')
  const lines = [
    '%YAML 1.1',
    '---',
    'connection: &line',
    `  accepter: tcp,127.0.0.1,${on.port}`,
    `  connector: serialdev,${on.path},${baud}n81,local`,
  ]
  await writeFile(config, lines.join('\n') + '\n')
  // It says nothing when it is ready, so it is tried.
  const run = 'echo started; exec /usr/sbin/ser2net -n -u -P "$1" -c "$2"'
  const args = ['-c', run, 'sh', join(on.folder, 'ser2net.pid'), config]
  const process = await startProcess('sh', args, { ready: /started/ })
  await until('ser2net to listen', () => isListening(on.port))
  return process
}

function isListening(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1')
    const ended = (isThere: boolean) => {
      socket.destroy()
      settle(isThere)
    }
    socket.once('connect', () => ended(true))
    socket.once('error', () => ended(false))
  })
}
