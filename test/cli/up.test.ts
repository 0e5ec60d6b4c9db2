import { execFile } from 'node:child_process'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Session } from '../../core/contract/access.ts'
import { Health } from '../../core/contract/http.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { type StartedProcess, startProcess, testFolder } from '../support/processes.ts'

const READY = /The page\s+(http:\/\/127\.0\.0\.1:(\d+))[\s\S]*?The phones\s+(http:\S+)[\s\S]*?Ctrl-C ends everything/

function up(data: string, ...more: readonly string[]): Promise<StartedProcess> {
  return startProcess(process.execPath, ['cli/pitwatch.js', 'up', '--data', data, '--lang', 'en', ...more], {
    ready: READY,
    within: 90_000,
  })
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-e', '-o', 'pid=,ppid=']).catch(() => ({ stdout: '' }))
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return rows.filter(([, parent]) => parent === pid).map(([child]) => child ?? 0)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function until(condition: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('expected in time, came nothing')
    await new Promise((settle) => setTimeout(settle, 100))
  }
}

async function signIn(url: string, password: string): Promise<Response> {
  return fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'admin', password }),
  })
}

describe('pitwatch up', () => {
  it('reaches health, lets the shown password in, ends cleanly, and a second start keeps what the first stored', async () => {
    await using folder = await testFolder()
    const first = await up(folder.path, '--scenario', 'quiet')
    const url = first.match[1]!
    const password = /password (\S+)/.exec(first.output())![1]!
    expect(Health.parse(await (await fetch(`${url}/api/health`)).json()).ok).toBe(true)
    const signedIn = await signIn(url, password)
    expect(Session.parse(await signedIn.json())).toMatchObject({ user: 'admin', role: 'administrator', flows: false })
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!
    await until(async () => {
      const answer = await fetch(`${url}/api/sites`, { headers: { cookie } })
      const text = await answer.text()
      return COUNTY_SITES.every(({ site }) => text.includes(site.id)) && !text.includes('"online":false')
    })
    expect(await (await fetch(first.match[3]!)).text()).toContain('SIMULATED')

    for (const name of await readdir(join(folder.path, 'secrets'))) {
      expect((await stat(join(folder.path, 'secrets', name))).mode & 0o077).toBe(0)
    }
    const children = await childrenOf(first.pid)
    expect(children.length).toBeGreaterThanOrEqual(COUNTY_SITES.length + 2)
    process.kill(first.pid, 'SIGINT')
    expect(await first.ended).toBe(0)
    expect(first.output()).toContain('Everything has ended.')
    await until(() => !children.some(isAlive), 5_000)

    const site = join(folder.path, 'sites', 'shipo-pit', 'site.yaml')
    await writeFile(site, (await readFile(site, 'utf8')).replace('onDelay: 6s', 'onDelay: 7s'))
    await using second = await up(folder.path, '--scenario', 'quiet')
    expect(second.output()).not.toMatch(/password [a-z0-9]{4}-/)
    expect(second.output()).toContain('pitwatch.js password admin')
    expect((await signIn(second.match[1]!, password)).status).toBe(200)
    expect(await readFile(site, 'utf8')).toContain('onDelay: 7s')
    const { stdout } = await promisify(execFile)(process.execPath, [
      'cli/pitwatch.js',
      'verify',
      folder.path,
      '--lang',
      'en',
    ])
    expect(stdout).toContain('intact')
  })

  it('leaves no program behind when it is killed outright, and starts again a child that was', async () => {
    await using folder = await testFolder()
    await using county = await up(folder.path, '--scenario', 'quiet')
    const children = await childrenOf(county.pid)
    const port = Number(county.match[2])
    process.kill(children.at(-1)!, 'SIGKILL')
    await until(() => county.output().includes('starting it again'))
    await until(async () => (await childrenOf(county.pid)).length === children.length)
    const all = [...children, ...(await childrenOf(county.pid))]
    process.kill(county.pid, 'SIGKILL')
    await until(() => !all.some(isAlive), 15_000)
    await expect(
      new Promise((settle, refuse) =>
        createConnection(port, '127.0.0.1').once('connect', settle).once('error', refuse),
      ),
    ).rejects.toThrow()
  })

  it('says that a port it was told to use is taken, and starts nothing', async () => {
    await using folder = await testFolder()
    await using county = await up(folder.path, '--scenario', 'quiet')
    const other = await testFolder()
    await chmod(other.path, 0o700)
    const ended = await promisify(execFile)(process.execPath, [
      ...['cli/pitwatch.js', 'up', '--lang', 'en'],
      ...['--data', other.path, '--port', county.match[2]!],
    ]).catch((error: unknown) => error as { code: number; stderr: string })
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('is taken by another program') as string })
    await other[Symbol.asyncDispose]()
  })
})
