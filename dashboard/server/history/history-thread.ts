import { parentPort, workerData } from 'node:worker_threads'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { openEmbeddedStore } from './embedded-store.ts'
import type { Answer, Call, Refused } from './thread-calls.ts'

/** The thread that owns the embedded history: it answers one call after another, in the order they come. */
const port = parentPort
if (port === null) throw new Error('expected to be started as a worker thread')
const opened = attempt(() => openEmbeddedStore(String(workerData)))
port.postMessage({ id: 0, ...(opened.ok ? { ok: true, result: null } : opened) } satisfies Answer)
port.on('message', (call: Call) => {
  if (!opened.ok) return
  const store = opened.result
  const answered = attempt(() => {
    switch (call.is) {
      case 'write':
        return store.write(call.wire)
      case 'cover':
        store.cover(call.span)
        return null
      case 'trend':
        store.writeTrend(call.trend)
        return null
      case 'query':
        return store.query(call.target, call.query)
      case 'close':
        store.close()
        return null
    }
  })
  port.postMessage({ id: call.id, ...answered } satisfies Answer)
  if (call.is === 'close') port.close()
})

function attempt<T>(work: () => T): { readonly ok: true; readonly result: T } | Refused {
  try {
    return { ok: true, result: work() }
  } catch (error) {
    const { code, facts } = isHouseError(error) ? error : { code: 'store/failed' as const, facts: {} }
    return { ok: false, code, message: messageOf(error), facts }
  }
}
