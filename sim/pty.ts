import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { HouseError } from '../core/kit/errors.ts'

export interface Pty extends AsyncDisposable {
  /** Where a program opens it as a serial port. */
  readonly path: string
}

/**
 * A pseudo-terminal at `path` that leads to a bus served as RTU over TCP, made by the program socat.
 * Throws `link/down` where socat is missing or ends at once.
 */
export async function openPty(path: string, to: { readonly host: string; readonly port: number }): Promise<Pty> {
  const line = `pty,raw,echo=0,link=${path},wait-slave`
  const child = spawn('socat', ['-d', '-d', line, `tcp:${to.host}:${to.port},forever,interval=0.2`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message))
    child.once('exit', (code) => settle(`exit ${String(code)}`))
  })
  const ready = new Promise<null>((settle) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('PTY is')) settle(null)
    })
  })
  const failed = await Promise.race([ready, ended])
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
