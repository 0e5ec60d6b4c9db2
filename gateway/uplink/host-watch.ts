import type { HostState } from '../../platform/host-state.ts'

/** What is known of the primary host. */
export interface HostKnown {
  readonly isOnline: boolean
  /** The latest timestamp it has told; null before the first. */
  readonly timestamp: number | null
}

export const HOST_UNKNOWN: HostKnown = { isOnline: false, timestamp: null }

/**
 * What is known after a STATE message. One that is older than the last says nothing: it was delayed, or belongs to an earlier connection
 * of the host. [tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp]
 * [tck-id-operational-behavior-edge-node-termination-host-offline-timestamp]
 */
export function hostHeard(known: HostKnown, { online, timestamp }: HostState): HostKnown {
  if (known.timestamp !== null && timestamp < known.timestamp) return known
  return { isOnline: online, timestamp }
}
