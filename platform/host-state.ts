import { z } from 'zod'
import { UtcMs } from '../core/contract/time.ts'
import { HouseError, messageOf } from '../core/kit/errors.ts'

/** What a Sparkplug host says of itself, retained. (Sparkplug 3.0 §4.2.3, tck-id-host-topic-phid-birth-payload) */
export const HostState = z.object({ online: z.boolean(), timestamp: UtcMs })
export type HostState = z.infer<typeof HostState>

/** Where a host says it. The control room of a group is the host of that name. */
export function hostStateTopic(host: string): string {
  return `spBv1.0/STATE/${host}`
}

/** Reads a STATE message. Throws `message/malformed`. */
export function readHostState(payload: Uint8Array): HostState {
  try {
    return HostState.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
  } catch (error) {
    throw new HouseError('message/malformed', `expected online and timestamp in a STATE message: ${messageOf(error)}`)
  }
}
