import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A program on the other end of a line, which tells its figures when it is stopped. */
export interface Child<F> extends AsyncDisposable {
  stop(): Promise<F>
}

/** Starts a program under `bench/` and waits for it to say `ready`. It ends when its standard input does, and prints JSON last. */
export async function startChild<F>(file: string, args: readonly (string | number)[]): Promise<Child<F>> {
  const program = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const child = spawn(process.execPath, [program, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  const closed = once(child, 'close')
  const ready = Promise.withResolvers<undefined>()
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said.startsWith('ready')) ready.resolve(undefined)
  })
  void closed.then(() => ready.reject(new Error(`${file}: expected ready, came ${said}`)))
  await ready.promise
  return {
    stop: async () => {
      child.stdin.end()
      await closed
      return JSON.parse(said.trim().split('\n').at(-1) ?? '') as F
    },
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await closed
    },
  }
}
