import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { HouseError } from '../core/kit/errors.ts'

export interface Pty extends AsyncDisposable {
  /** Where a program opens it as a serial port. */
  readonly path: string
}

/** What socat says when both its ends are open. */
const READY = 'starting data transfer loop'
const MOST_KEPT = 4_096

/** Two pseudo-terminals that are one line: what is written to one comes out of the other. */
export interface PtyPair extends Pty {
  /** The end on which the devices sit. */
  readonly devicePath: string
}

/** A line of which a program opens one end at `path` as a serial port, made by socat. Throws as `openPty` does. */
export async function openPtyPair(path: string): Promise<PtyPair> {
  const devicePath = `${path}.device`
  const pty = await started(path, terminalAt(devicePath))
  return { ...pty, devicePath }
}

/**
 * A pseudo-terminal at `path` that leads to a bus served as RTU over TCP, made by the program socat. It may be opened and
 * closed as often as wanted. Throws `link/down` where the folder or socat is missing, or socat ends at once.
 */
export async function openPty(path: string, to: { readonly host: string; readonly port: number }): Promise<Pty> {
  return started(path, `tcp:${to.host}:${to.port},forever,interval=0.2`)
}

/**
 * socat keeps the near side of such a terminal open itself. Told to wait for a program (wait-slave) it does not, reads EIO when
 * that program closes it, and ends.
 */
function terminalAt(link: string): string {
  return `pty,raw,echo=0,link=${link}`
}

/** socat between a pseudo-terminal at `path` and `far`, once it carries bytes. */
async function started(path: string, far: string): Promise<Pty> {
  const folder = dirname(path)
  if (!existsSync(folder))
    throw new HouseError('link/down', `${path}: expected the folder ${folder}, came none: make it`)
  const child = spawn('socat', ['-d', '-d', terminalAt(path), far], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message))
    child.once('exit', (code) => settle(`exit ${String(code)}`))
  })
  const serving = new Promise<null>((settle) => {
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-MOST_KEPT)
      if (said.includes(READY)) settle(null)
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
