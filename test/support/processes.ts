import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The Debian interpreter, the one python3-pymodbus is installed for. */
export const PYTHON = '/usr/bin/python3'

export interface StartOptions {
  /** The process is up when its output (standard output and error together) matches this. */
  readonly ready: RegExp
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
  /** How long it may take to be ready, in ms. */
  readonly within?: number
}

export interface StartedProcess extends AsyncDisposable {
  readonly pid: number
  /** What `ready` matched, for ports and paths the process chose itself. */
  readonly match: RegExpExecArray
  /** Everything it has printed so far. */
  output(): string
  /** Settles when the process has ended: its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** Sends a signal to the process and all it started, without waiting. */
  signal(name: NodeJS.Signals): void
  /** Ends the process and all it started; SIGKILL when SIGTERM does not help within 3 s. Safe to call twice. */
  stop(name?: NodeJS.Signals): Promise<void>
}

/**
 * Starts a real program beside a test and waits until it says it is ready. Whoever starts it stops it
 * (`await using`, or `stop()` in afterAll); should a test run die first, the process is killed with it.
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: StartOptions,
): Promise<StartedProcess> {
  // A group of its own, so that whatever it starts ends with it.
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
  })
  let output = ''
  const ended = new Promise<number | null>((settle) => {
    child.once('error', (error) => {
      output += String(error)
      settle(null)
    })
    child.once('exit', (code) => settle(code))
  })
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, name)
    } catch {
      // The group has ended already.
    }
  }
  const killWithUs = () => signal('SIGKILL')
  process.once('exit', killWithUs)
  void ended.then(() => process.off('exit', killWithUs))

  const stop = async (name: NodeJS.Signals = 'SIGTERM') => {
    signal(name)
    const late = setTimeout(killWithUs, 3_000)
    await ended
    clearTimeout(late)
    killWithUs()
  }
  const match = await new Promise<RegExpExecArray>((settle, refuse) => {
    const failed = (why: string) =>
      refuse(new Error(`${command} ${args.join(' ')}: ${why}; expected ${String(options.ready)}, came:\n${output}`))
    const late = setTimeout(() => failed('not ready in time'), options.within ?? 20_000)
    const look = (chunk: Buffer) => {
      output += chunk.toString()
      const found = options.ready.exec(output)
      if (found === null) return
      clearTimeout(late)
      settle(found)
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    void ended.then((code) => {
      clearTimeout(late)
      failed(`ended with ${String(code)}`)
    })
  }).catch(async (error: unknown) => {
    await stop('SIGKILL')
    throw error
  })
  return {
    pid: child.pid ?? 0,
    match,
    output: () => output,
    ended,
    signal,
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}

/** A TCP port nobody listens on now. Prefer listening on 0 where the program can say which port it got. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export interface TestFolder extends AsyncDisposable {
  readonly path: string
}

/** A new empty folder under the system's temporary one; disposing removes it with all that is in it. */
export async function testFolder(): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'pitwatch-test-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
