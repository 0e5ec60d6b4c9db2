import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Clock ticks of /proc/PID/stat a second, fixed by the Linux interface. */
const TICKS_PER_SECOND = 100

/** A helper of this bench that runs as a process of its own and is talked to by messages. */
export interface Helper extends AsyncDisposable {
  readonly pid: number
  /** The next message it sends, after `order` if one is given. */
  ask<T>(order?: object): Promise<T>
}

/** Starts `bench/tags/<file>`. It ends with this process. */
export function startHelper(file: string, args: readonly string[]): Helper {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args)
  const gone = once(child, 'exit')
  const failed = gone.then(([code]): never => {
    throw new Error(`${file} ended with ${String(code)}`)
  })
  failed.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    ask: async <T>(order?: object) => {
      const answer = new Promise<T>((resolve) => child.once('message', (message) => resolve(message as T)))
      if (order !== undefined) child.send(order)
      return Promise.race([answer, failed])
    },
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await gone
    },
  }
}

/** Memory a process holds now, in MB. */
export async function residentMB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024
}

/** Processor time a process has taken so far, in seconds of one core. */
export async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
