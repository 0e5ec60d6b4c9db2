import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startProcess, testFolder } from '../support/processes.ts'

/** Makes the Node of these tests call itself an older one, so that the way over a second process is taken everywhere. */
const POSING = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.0.0" } })'

/** An older Node that this machine really has, first in its path; null when there is none. */
function olderNode(): string | null {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  const isOlder = (path: string) => {
    const version = existsSync(path) ? execFileSync(path, ['--version'], { encoding: 'utf8' }) : ''
    const major = Number(/^v(\d+)\./.exec(version)?.[1])
    return major >= 20 && major < 24
  }
  return candidates.find(isOlder) ?? null
}

const real = olderNode()
const starters: readonly (readonly [name: string, command: readonly [string, ...string[]]])[] = [
  [
    'a Node that poses as version 20',
    [process.execPath, `--import=data:text/javascript,${encodeURIComponent(POSING)}`],
  ],
  ...(real === null ? [] : [[`the older Node of this machine, ${real}`, [real]] as const]),
]

const PROGRAM = `
import { spawnSync } from 'node:child_process'
const seen = spawnSync(process.execPath, ['-p', 'Object.keys(process.env).filter((name) => name.startsWith("PITWATCH_STARTER")).length'], { encoding: 'utf8' })
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => { console.log('came ' + name); process.exit(7) })
setInterval(() => undefined, 1_000)
console.log([process.versions.node.split('.')[0], process.argv.slice(2).join(' '), process.connected === true, seen.stdout.trim()].join('|'))
console.log('pid ' + process.pid)
`

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe.each(starters)('a program started with %s', (_name, [command, ...words]) => {
  const start = async (folder: string) => {
    const program = join(folder, 'program.mjs')
    await writeFile(program, PROGRAM)
    return startProcess(command, [...words, 'cli/node24.js', program, 'a', 'b c'], { ready: /(.+)\npid (\d+)/ })
  }

  it('runs in a process of its own under Node 24, in charge of its own Ctrl-C, and hands on nothing of its starter', async () => {
    await using folder = await testFolder()
    await using started = await start(folder.path)
    expect(Number(started.match[2])).not.toBe(started.pid)
    expect(started.match[1]).toMatch(/^\d+\|a b c\|false\|0$/)
    expect(Number.parseInt(started.match[1]!)).toBeGreaterThanOrEqual(24)
  })

  it('is asked to end when its starter is killed outright', async () => {
    await using folder = await testFolder()
    await using started = await start(folder.path)
    const pid = Number(started.match[2])
    process.kill(started.pid, 'SIGKILL')
    await started.ended
    await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false)
    expect(started.output()).toContain('came SIGTERM')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'gets the %s its starter gets, once, and its exit code is passed on',
    async (name) => {
      await using folder = await testFolder()
      await using started = await start(folder.path)
      process.kill(started.pid, name)
      expect(await started.ended).toBe(7)
      expect(started.output().match(/came \w+/g)).toEqual([`came ${name}`])
    },
  )

  it('passes on what it prints and how it ends when it ends by itself', () => {
    const run = (...args: readonly string[]) =>
      spawnSync(command, [...words, 'cli/pitwatch.js', ...args, '--lang', 'en'], { encoding: 'utf8' })
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Commands:') as string })
    expect(run('fly')).toMatchObject({ status: 2, stderr: expect.stringContaining('no command "fly"') as string })
  })
})
