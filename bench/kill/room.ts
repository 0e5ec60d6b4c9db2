import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** One life of the program that is killed. */
export interface Room {
  /** ms from the start of the process until it was open; null while it is not. */
  readonly readyMs: () => number | null
  /** ms from the start of the process until the first thing it was asked for was durable. */
  readonly firstDoneMs: () => number | null
  write(line: object): void
  kill(): Promise<void>
}

export interface RoomFacts {
  readonly path: string
  readonly url: string
  readonly done: (n: number) => void
}

export function startRoom({ path, url, done }: RoomFacts): Room {
  const began = performance.now()
  let ready: number | null = null
  let firstDone: number | null = null
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), path, url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('the program was started without its pipes')
  stdin.on('error', () => undefined)
  createInterface({ input: stdout }).on('line', (line) => {
    const [word, n] = line.split(' ')
    if (word === 'ready') ready = performance.now() - began
    if (word !== 'done') return
    firstDone ??= performance.now() - began
    done(Number(n))
  })
  return {
    readyMs: () => ready,
    firstDoneMs: () => firstDone,
    write: (line) => void stdin.write(`${JSON.stringify(line)}\n`),
    kill: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
