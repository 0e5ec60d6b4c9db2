import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../platform/clock.ts'
import { type Digest, digestOfLog } from './log-digest.ts'

export interface ChildSpec {
  readonly name: string
  /** The TypeScript program, as a path, and its arguments. */
  readonly program: string
  readonly args: readonly string[]
  /** Asked anew at each start. */
  environment(): Readonly<Record<string, string>>
  /** What it tells over its channel. */
  heard(message: unknown): void
}

/** A program that is started again when it ends by itself. */
export interface Child {
  readonly name: string
  /** Ends it for good: asks, and after a few seconds insists. */
  stop(): Promise<void>
}

export interface ChildDeps {
  /** Folder for a log file a child. */
  readonly logs: string
  /** A line for the person at the terminal. */
  readonly report: (line: string) => void
  /** Words for a child that has ended by itself. */
  ended(name: string, how: string, againInS: number): string
}

/** Starts a program with its compiled code kept between starts. */
const NODE24 = fileURLToPath(new URL('../node24.js', import.meta.url))

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** A child that lived this long has recovered; its next pause is short again. */
const SETTLED_MS = 60_000
const INSIST_AFTER_MS = 6_000

/** Starts `spec` and keeps it running until it is stopped. */
export function keepRunning(spec: ChildSpec, deps: ChildDeps): Child {
  const stopping = new AbortController()
  let current: ChildProcess | null = null
  const digest = digestOfLog(spec.name, deps.report)

  const loop = async () => {
    let pauseMs = FIRST_PAUSE_MS
    while (!stopping.signal.aborted) {
      const startedAt = systemClock.mono()
      current = start(spec, deps.logs, digest)
      const how = await endOf(current)
      current = null
      if (isStopping(stopping.signal)) return
      if (systemClock.mono() - startedAt > SETTLED_MS) pauseMs = FIRST_PAUSE_MS
      deps.report(deps.ended(spec.name, how, pauseMs / 1_000))
      await systemClock.sleep(pauseMs, stopping.signal).catch(() => undefined)
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    }
  }
  const running = loop()
  return {
    name: spec.name,
    stop: async () => {
      stopping.abort()
      if (current !== null) await end(current)
      await running
    },
  }
}

/** Read through a function, because the signal changes while a loop waits. */
function isStopping(signal: AbortSignal): boolean {
  return signal.aborted
}

function start(spec: ChildSpec, logs: string, digest: Digest): ChildProcess {
  mkdirSync(logs, { recursive: true })
  const file = createWriteStream(join(logs, `${spec.name}.log`), { flags: 'a', mode: 0o600 })
  const child = spawn(process.execPath, [NODE24, spec.program, ...spec.args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...spec.environment() },
  })
  child.on('message', (message) => spec.heard(message))
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`)
      if (stream === child.stderr) digest.line(line)
    })
  }
  child.once('close', () => file.end())
  return child
}

/** Asks a child to end, and insists when it has not after a while. */
async function end(child: ChildProcess): Promise<void> {
  const gone = endOf(child)
  child.kill('SIGTERM')
  const insisting = new AbortController()
  void systemClock
    .sleep(INSIST_AFTER_MS, insisting.signal)
    .then(() => child.kill('SIGKILL'))
    .catch(() => undefined)
  await gone
  insisting.abort()
}

/** How a child ended, in words. Settles for one that could not even be started as well. */
function endOf(child: ChildProcess): Promise<string> {
  if (child.exitCode !== null) return Promise.resolve(`exit ${child.exitCode}`)
  if (child.signalCode !== null) return Promise.resolve(child.signalCode)
  return new Promise((settle) => {
    child.once('exit', (code, signal) => settle(signal ?? `exit ${String(code)}`))
    child.once('error', (error) => settle(error.message))
  })
}
