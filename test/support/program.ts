import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../cli/pitwatch.js', import.meta.url))

/** One `pitwatch` command running as a process of its own, as a service manager would run it. */
export interface Program<Facts> extends AsyncDisposable {
  readonly pid: number
  /** What it said when it was ready. */
  readonly facts: Facts
  /** Everything it has printed so far. */
  output(): string
  /** Ends it as a crash or a power cut of the process would: no handler runs. */
  kill(): Promise<void>
  /** Asks it to end and waits; answers its exit code. */
  stop(): Promise<number | null>
}

/**
 * Starts `pitwatch WORDS…` and waits until it says it is ready. It ends with this process.
 * Rejects with everything it printed when it ends before that.
 */
export async function startProgram<Facts>(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Program<Facts>> {
  const child = fork(MAIN, words, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, PITWATCH_LOG: 'info', ...environment },
  })
  let printed = ''
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  void ended.then(() => process.off('exit', killWithUs))
  const facts = await Promise.race([
    readiness<Facts>(child),
    ended.then((code): never => {
      throw new Error(`pitwatch ${words.join(' ')} ended with ${String(code)} before it was ready:\n${printed}`)
    }),
  ])
  const stop = async () => {
    child.kill('SIGTERM')
    const late = setTimeout(killWithUs, 10_000)
    const code = await ended
    clearTimeout(late)
    return code
  }
  return {
    pid: child.pid ?? 0,
    facts,
    output: () => printed,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop()
    },
  }
}

async function readiness<Facts>(child: ReturnType<typeof fork>): Promise<Facts> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [{ kind?: unknown; facts?: Facts }]
    if (message.kind === 'ready' && message.facts !== undefined) return message.facts
  }
}
