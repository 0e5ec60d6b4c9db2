import { parentPort } from 'node:worker_threads'
import { messageOf } from '../../../core/kit/errors.ts'
import { shippedProfiles } from '../../../platform/site/profiles.ts'
import { editContent } from './edit-content.ts'
import { readContent } from './read-content.ts'
import type { ThreadAnswer, ThreadCall } from './thread-calls.ts'

/** The thread that reads configurations: the profiles alone take half a second, which alarms need not wait for. */
const port = parentPort
if (port === null) throw new Error('expected to be started as a worker thread')
const shipped = shippedProfiles()
port.on('message', (call: ThreadCall | null) => {
  if (call === null) port.close()
  else port.postMessage(answerTo(call.id, call.asked))
})

function answerTo(id: number, asked: ThreadCall['asked']): ThreadAnswer {
  try {
    if (asked.is === 'read') return { id, ok: true, is: 'read', read: readContent(asked.content, shipped) }
    return { id, ok: true, is: 'edit', edited: editContent(asked.content, asked.wanted, shipped) }
  } catch (error) {
    return { id, ok: false, why: messageOf(error) }
  }
}
