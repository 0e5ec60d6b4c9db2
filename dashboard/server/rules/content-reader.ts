import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { EditedContent, WantedRule } from './edit-content.ts'
import type { ReadContent } from './read-content.ts'
import type { ThreadAnswer, ThreadCall } from './thread-calls.ts'

/** Reads configurations in a thread of its own, which is begun when it is first asked. Throws `store/failed` where that has ended. */
export interface ContentReader {
  read(content: ConfigContent): Promise<ReadContent>
  edit(content: ConfigContent, wanted: WantedRule): Promise<EditedContent>
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (answer: ThreadAnswer) => void
  readonly reject: (error: unknown) => void
}

/** What a thread may take, megabytes: a configuration is some hundred kilobytes, the profiles are some megabytes. */
const MOST_MB = 512
/** One that hangs is ended from outside after this long. */
const CLOSES_WITHIN_MS = 10_000

export function openContentReader(): ContentReader {
  let thread: Worker | null = null
  const waiting = new Map<number, Waiting>()
  let asked = 0
  const ended = (worker: Worker, why: unknown) => {
    if (thread !== worker) return
    thread = null
    const error = new HouseError('store/failed', `the thread that reads configurations has ended: ${String(why)}`)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const threadNow = (): Worker => {
    if (thread !== null) return thread
    const worker = new Worker(new URL('./rules-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MOST_MB },
    })
    worker.unref()
    worker.on('message', (answer: ThreadAnswer) => {
      waiting.get(answer.id)?.resolve(answer)
      waiting.delete(answer.id)
    })
    worker.on('error', (error) => ended(worker, error))
    worker.on('exit', (code) => ended(worker, `exit ${code}`))
    thread = worker
    return worker
  }
  const ask = async (question: ThreadCall['asked']): Promise<Extract<ThreadAnswer, { ok: true }>> => {
    const worker = threadNow()
    const id = ++asked
    const answer = await new Promise<ThreadAnswer>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, asked: question } satisfies ThreadCall)
    })
    if (answer.ok) return answer
    throw new HouseError('store/failed', `a configuration could not be read: ${answer.why}`)
  }
  return {
    read: async (content) => {
      const answer = await ask({ is: 'read', content })
      if (answer.is === 'read') return answer.read
      throw new RangeError('expected what a configuration comes to')
    },
    edit: async (content, wanted) => {
      const answer = await ask({ is: 'edit', content, wanted })
      if (answer.is === 'edit') return answer.edited
      throw new RangeError('expected what a change comes to')
    },
    close: async () => {
      const worker = thread
      thread = null
      if (worker === null) return
      // It ends by itself: a thread that is ended from outside while it loads has taken the whole process with it.
      const gone = once(worker, 'exit').catch(() => undefined)
      worker.ref()
      worker.postMessage(null)
      const rest = new AbortController()
      const late = systemClock.sleep(CLOSES_WITHIN_MS, rest.signal).then(() => worker.terminate())
      await Promise.race([gone, late])
      rest.abort()
      await late.catch(() => undefined)
    },
  }
}
