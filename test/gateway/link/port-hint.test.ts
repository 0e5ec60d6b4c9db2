import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { testFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { World } from './wire-world.ts'

const never = new AbortController().signal

/** The hints in the log after several losses of a port that was opened as `name`. */
async function hintsFor(name: string): Promise<readonly unknown[]> {
  await using folder = await testFolder()
  const dev = `${folder.path}/dev`
  await mkdir(`${dev}/serial/by-id`, { recursive: true })
  await writeFile(`${dev}/ttyUSB3`, '')
  await symlink('../../ttyUSB3', `${dev}/serial/by-id/usb-Baiya_RS485_0042-if00-port0`)
  const world = new World()
  const log = quietLog()
  const config = Bus.parse({ id: 'bus', kind: 'rtu', path: `${dev}/${name}`, timeout: '100ms' })
  const bus = openBus(config, {
    clock: world.clock,
    wireClock: world.clock,
    log,
    serialFolders: { dev, sys: `${folder.path}/sys` },
    connect: (events) => {
      const write = () => void world.after(5, () => events.lost(new HouseError('link/down', 'unplugged')))
      return Promise.resolve({ write, close: () => undefined })
    },
  })
  for (let count = 0; count < 3; count += 1) {
    const read = { unit: 1, table: 'holding-register', address: 0, quantity: count + 1 } as const
    // The folders are read in real time, which this clock knows nothing of.
    const outcome = bus.read(read, never).catch(() => null)
    await new Promise((settle) => setTimeout(settle, 100))
    await world.until(outcome)
    await world.pass(5_000)
  }
  bus.close()
  return log.lines.filter(({ message }) => message.includes('lasting name')).map(({ facts }) => facts)
}

it('a port named by its count is told its lasting name, once', async () => {
  const hints = await hintsFor('ttyUSB3')
  expect(hints).toHaveLength(1)
  expect(hints[0]).toMatchObject({
    path: expect.stringMatching(/ttyUSB3$/) as string,
    lasting: expect.stringMatching(/by-id\/usb-Baiya_RS485_0042-if00-port0$/) as string,
  })
})

it('a port named by its lasting name is told nothing', async () => {
  expect(await hintsFor('serial/by-id/usb-Baiya_RS485_0042-if00-port0')).toEqual([])
})
