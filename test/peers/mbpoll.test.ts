import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveBus } from '../../sim/modbus/bus.ts'
import type { Image } from '../../sim/modbus/image.ts'
import type { Station } from '../../sim/modbus/pdu.ts'
import { openPty } from '../../sim/pty.ts'
import { testFolder } from '../support/processes.ts'

const unit = 9
const baud = 115_200

describe.each(['tcp', 'rtu'] as const)('mbpoll, asking our simulator over %s,', (kind) => {
  const stack = new AsyncDisposableStack()
  let where: readonly string[] = []

  beforeAll(async () => {
    const on = kind === 'tcp' ? 'tcp' : 'rtu-over-tcp'
    const bus = await serveBus({ kind: on, host: '127.0.0.1', port: 0, stations: [writableStation()] })
    stack.defer(() => bus.close())
    if (kind === 'tcp') {
      where = ['-m', 'tcp', '-p', String(bus.port), '127.0.0.1']
      return
    }
    const folder = stack.use(await testFolder())
    const path = join(folder.path, 'line')
    stack.use(await openPty(path, { host: bus.host, port: bus.port }))
    // Held open, because socat ends when the last one who has it open goes.
    stack.use(await open(path, constants.O_RDWR | constants.O_NOCTTY))
    where = ['-m', 'rtu', '-b', String(baud), '-P', 'none', path]
  })
  afterAll(() => stack.disposeAsync())

  /** The values it shows, in the order of their addresses. */
  const poll = async (table: 0 | 1 | 3 | 4, address: number, count: number): Promise<readonly number[]> => {
    const args = ['-1', '-0', '-a', String(unit), '-t', String(table), '-r', String(address), '-c', String(count)]
    const { stdout } = await promisify(execFile)('mbpoll', [...args, ...where])
    return [...stdout.matchAll(/^\[\d+\]:\s+(\d+)/gm)].map(([, value]) => Number(value))
  }
  const write = async (table: 0 | 4, address: number, values: readonly number[]): Promise<void> => {
    const args = ['-0', '-a', String(unit), '-t', String(table), '-r', String(address)]
    await promisify(execFile)('mbpoll', [...args, ...where, ...values.map(String)])
  }

  it('reads all four tables', async () => {
    expect(await poll(4, 5, 3)).toEqual([505, 506, 507])
    expect(await poll(3, 0, 40)).toEqual(Array.from({ length: 40 }, (_, index) => 1_000 + index))
    expect(await poll(0, 0, 10)).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0, 1])
    expect(await poll(1, 3, 4)).toEqual([0, 1, 0, 1])
  })

  it('writes one and many, and reads them back', async () => {
    await write(4, 10, [4_660])
    await write(4, 11, [1, 65_535, 3])
    expect(await poll(4, 9, 6)).toEqual([509, 4_660, 1, 65_535, 3, 514])
    await write(0, 20, [1])
    await write(0, 21, [1, 0, 1, 1])
    expect(await poll(0, 20, 5)).toEqual([1, 1, 0, 1, 1])
  })

  it('is told that there is no such address', async () => {
    await expect(poll(4, 99, 40)).rejects.toMatchObject({ stderr: expect.stringMatching(/Illegal data address/i) })
  })
})

/** Cells 0–99 of every table; holding registers and coils can be written. */
function writableStation(): Station {
  const cells = (value: (address: number) => number) =>
    new Map(Array.from({ length: 100 }, (_, address) => [address, value(address)]))
  const tables = {
    coil: cells((address) => (address % 3 === 0 ? 1 : 0)),
    'discrete-input': cells((address) => (address % 2 === 0 ? 1 : 0)),
    'holding-register': cells((address) => 500 + address),
    'input-register': cells((address) => 1_000 + address),
  } satisfies Image
  return {
    unit,
    maxRegisters: 125,
    image: () => tables,
    write: (table, address, values) => {
      for (const [index, value] of values.entries()) tables[table].set(address + index, value)
    },
  }
}
