import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { lastingNameOf, listSerialPorts } from '../../../gateway/link/serial-ports.ts'
import { testFolder } from '../../support/processes.ts'

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
