import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { History } from '../../../core/contract/http.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { openBatchEncoder, transferOf } from './batch-wire.ts'
import type { HistoryStore } from './store.ts'
import type { Answer, Question, Refused } from './thread-calls.ts'

/**
 * The history inside the control room, in `folder`. It lives in a thread of its own: a disk that takes its time, or a trend of a thousand
 * chunks, holds up no alarm. Throws `store/failed`, `store/newer`.
 */
export async function openEmbeddedHistory(folder: string): Promise<HistoryStore> {
  let thread = await startThread(folder)
  let closing: Promise<void> | null = null

  /** A thread that has ended on its own is begun anew: everything that was answered is on the disk. */
  const threadNow = async (): Promise<Thread> => {
    if (closing !== null) throw new HouseError('store/failed', 'the history is closed')
    if (thread.hasEnded()) thread = await startThread(folder)
    return thread
  }

  return {
    kind: 'embedded',
    write: async (batches, signal) => {
      const now = await threadNow()
      // Names that are encoded must arrive: nothing may come between this and the asking.
      signal.throwIfAborted()
      const wire = now.encoder.encode(batches)
      const refused = z.array(z.number()).parse(await now.ask({ is: 'write', wire }, signal, transferOf(wire)))
      return refused.flatMap((place) => batches[place] ?? [])
    },
    cover: async (span, signal) => {
      await (await threadNow()).ask({ is: 'cover', span }, signal)
    },
    writeTrend: async (trend, signal) => {
      await (await threadNow()).ask({ is: 'trend', trend }, signal)
    },
    query: async (target, query, signal) =>
      History.parse(await (await threadNow()).ask({ is: 'query', target, query }, signal)),
    rejected: () => 0,
    close: () => {
      closing ??= thread.close()
      return closing
    },
  }
}

interface Thread {
  /** Rejects with the signal's reason when it aborts; what was asked may happen nevertheless. */
  ask(question: Question, signal?: AbortSignal, transfer?: readonly ArrayBuffer[]): Promise<unknown>
  readonly encoder: ReturnType<typeof openBatchEncoder>
  hasEnded(): boolean
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

async function startThread(folder: string): Promise<Thread> {
  const worker = new Worker(new URL('./history-thread.ts', import.meta.url), { workerData: folder })
  const waiting = new Map<number, Waiting>()
  let asked = 0
  let ended: HouseError | null = null

  const end = (why: string, cause?: unknown) => {
    ended ??= new HouseError('store/failed', `the history's thread has ended: ${why}`, {}, cause)
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('message', (answer: Answer) => {
    const one = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.ok) one?.resolve(answer.result)
    else one?.reject(errorOf(answer))
  })
  worker.on('error', (error) => end(String(error), error))
  worker.on('exit', (code) => end(`exit code ${code}`))

  const wait = (id: number) => new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
  const ask: Thread['ask'] = (question, signal, transfer = []) => {
    if (ended !== null) return Promise.reject(ended)
    if (signal?.aborted === true) return Promise.reject(reasonOf(signal))
    const id = ++asked
    const answered = wait(id)
    worker.postMessage({ ...question, id }, [...transfer])
    if (signal === undefined) return answered
    const give = () => {
      waiting.get(id)?.reject(reasonOf(signal))
      waiting.delete(id)
    }
    signal.addEventListener('abort', give, { once: true })
    return answered.finally(() => signal.removeEventListener('abort', give))
  }

  try {
    await wait(0)
  } catch (error) {
    await worker.terminate()
    throw error
  }
  return {
    ask,
    encoder: openBatchEncoder(),
    hasEnded: () => ended !== null,
    close: async () => {
      if (ended !== null) return
      await ask({ is: 'close' })
      await worker.terminate()
    },
  }
}

function errorOf({ code, message, facts }: Refused): HouseError {
  return new HouseError(code, message, facts)
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new Error('aborted')
}
