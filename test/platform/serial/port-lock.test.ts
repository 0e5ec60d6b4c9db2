import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lockPort } from '../../../platform/serial/port-lock.ts'
import { otherUserOf } from '../../../platform/serial/port-users.ts'
import { startProcess, testFolder } from '../../support/processes.ts'
import { until } from '../../support/until.ts'

const lockModule = fileURLToPath(new URL('../../../platform/serial/port-lock.ts', import.meta.url))
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
