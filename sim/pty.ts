import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { HouseError } from '../core/kit/errors.ts'

export interface Pty extends AsyncDisposable {
  /** Where a program opens it as a serial port. */
  readonly path: string
}

/** Two pseudo-terminals that are one line: what is written to one comes out of the other. */
export interface PtyPair extends Pty {
  /** The end on which the devices sit. */
  readonly devicePath: string
}

/** A line of which a program opens one end at `path` as a serial port, made by socat. Throws as `openPty` does. */
export async function openPtyPair(path: string): Promise<PtyPair> {
  const devicePath = `${path}.device`
  const ends = [path, devicePath].map((link) => `pty,raw,echo=0,link=${link}`)
  const pty = await started(path, ends, 'starting data transfer loop')
  return { ...pty, devicePath }
}

/**
 * A pseudo-terminal at `path` that leads to a bus served as RTU over TCP, made by the program socat.
 * Throws `link/down` where socat is missing or ends at once.
 */
export async function openPty(path: string, to: { readonly host: string; readonly port: number }): Promise<Pty> {
  const line = `pty,raw,echo=0,link=${path},wait-slave`
  return started(path, [line, `tcp:${to.host}:${to.port},forever,interval=0.2`], 'PTY is')
}

/** socat between two `ends`, once it has said that it is `ready`. */
async function started(path: string, ends: readonly string[], ready: string): Promise<Pty> {
  const child = spawn('socat', ['-d', '-d', ...ends], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message))
    child.once('exit', (code) => settle(`exit ${String(code)}`))
  })
  const serving = new Promise<null>((settle) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(ready)) settle(null)
    })
  })
  const failed = await Promise.race([serving, ended])
  if (failed !== null) {
    throw new HouseError(
      'link/down',
      `${path}: expected socat to open a pseudo-terminal, came ${failed}: install socat`,
    )
  }
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill()
    await gone
  }
  return { path, [Symbol.asyncDispose]: close }
}
