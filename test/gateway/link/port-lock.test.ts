import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lockPort } from '../../../gateway/link/port-lock.ts'
import { otherUserOf } from '../../../gateway/link/port-users.ts'
import { lastingNameOf, listSerialPorts } from '../../../gateway/link/serial-ports.ts'
import { startProcess, testFolder } from '../../support/processes.ts'
import { until } from '../../support/until.ts'

const lockModule = fileURLToPath(new URL('../../../gateway/link/port-lock.ts', import.meta.url))
const holding = (key: string) => [
  '--input-type=module',
  '--eval',
  `import { lockPort } from '${lockModule}'; await lockPort('${key}', 'line'); console.log('has it'); setInterval(() => {}, 1000)`,
]

describe('the lock of a bus', () => {
  it('is held by one in this program at a time', async () => {
    const first = await lockPort('test/one', 'line one')
    await expect(lockPort('test/one', 'line one')).rejects.toMatchObject({
      code: 'link/busy',
      message: 'line one: another bus of this program has this bus; end it or let it do the work',
    })
    const other = await lockPort('test/two', 'line two')
    first.release()
    const again = await lockPort('test/one', 'line one')
    again.release()
    other.release()
  })

  it('names the program that has it, and dies with that program', async () => {
    await using owner = await startProcess('node', holding('test/killed'), { ready: /has it/ })
    await expect(lockPort('test/killed', 'line')).rejects.toMatchObject({
      code: 'link/busy',
      facts: { pid: owner.pid },
      message: expect.stringContaining(`process ${owner.pid} (node --input-type=module`) as string,
    })
    await owner.stop('SIGKILL')
    const lock = await until('the lock to be free', () => lockPort('test/killed', 'line').catch(() => null))
    lock.release()
  })
})

describe('another user of a port', () => {
  it('is found by what it has open', async () => {
    await using folder = await testFolder()
    const device = `${folder.path}/ttyUSB7`
    await writeFile(device, '')
    expect(await otherUserOf(device, [])).toBeNull()
    await using user = await startProcess('sh', ['-c', `exec 3<${device}; echo open; sleep 60`], { ready: /open/ })
    expect(await otherUserOf(device, [])).toMatchObject({ command: expect.stringContaining('sleep') as string })
    await user.stop()
    expect(await otherUserOf(device, [])).toBeNull()
  })

  it('is found by its lock file, unless it has ended', async () => {
    await using folder = await testFolder()
    await using user = await startProcess('sh', ['-c', 'echo up; sleep 60'], { ready: /up/ })
    await writeFile(`${folder.path}/LCK..ttyUSB7`, `${String(user.pid).padStart(10)}\n`)
    expect(await otherUserOf('/dev/ttyUSB7', [folder.path])).toMatchObject({ pid: user.pid })
    await user.stop()
    expect(await otherUserOf('/dev/ttyUSB7', [folder.path])).toBeNull()
    await writeFile(`${folder.path}/LCK..ttyUSB7`, 'no number')
    expect(await otherUserOf('/dev/ttyUSB7', [folder.path])).toBeNull()
  })
})

describe('the names of serial ports', () => {
  it('are those of hardware, with the names that last', async () => {
    await using folder = await testFolder()
    const dev = `${folder.path}/dev`
    const sys = `${folder.path}/sys`
    await mkdir(`${dev}/serial/by-id`, { recursive: true })
    await mkdir(`${dev}/serial/by-path`, { recursive: true })
    for (const tty of ['ttyUSB10', 'ttyUSB2', 'ttyS0', 'ttyS1', 'tty7']) {
      await writeFile(`${dev}/${tty}`, '')
      await mkdir(`${sys}/class/tty/${tty}`, { recursive: true })
      if (tty !== 'tty7') await symlink(await mkdtemp(`${folder.path}/hw-`), `${sys}/class/tty/${tty}/device`)
    }
    await writeFile(`${sys}/class/tty/ttyS0/type`, '4\n')
    await writeFile(`${sys}/class/tty/ttyS1/type`, '0\n')
    await symlink('../../ttyUSB2', `${dev}/serial/by-id/usb-Maker_Adapter_A1-if00-port0`)
    await symlink('../../ttyUSB2', `${dev}/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0`)
    expect(await listSerialPorts({ dev, sys })).toEqual([
      { path: `${dev}/ttyS0`, byId: null, byPath: null },
      {
        path: `${dev}/ttyUSB2`,
        byId: `${dev}/serial/by-id/usb-Maker_Adapter_A1-if00-port0`,
        byPath: `${dev}/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0`,
      },
      { path: `${dev}/ttyUSB10`, byId: null, byPath: null },
    ])
    expect(await lastingNameOf(`${dev}/ttyUSB2`, { dev, sys })).toMatch(/by-id/)
    expect(await lastingNameOf(`${dev}/ttyUSB10`, { dev, sys })).toBeNull()
    expect(await lastingNameOf(`${dev}/ttyS0`, { dev, sys })).toBeNull()
  })

  it('are none where there is no such folder', async () => {
    expect(await listSerialPorts({ dev: '/nowhere', sys: '/nowhere' })).toEqual([])
  })
})
