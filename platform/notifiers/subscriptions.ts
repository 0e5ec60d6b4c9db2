import type { PushSubscription } from '../../core/contract/push.ts'

/** Browsers that want to be told, by the user who signed in there. */
export interface Subscriptions {
  of(user: string): Promise<readonly PushSubscription[]>
  /** The push service does not know it any more. */
  remove(endpoint: string): Promise<void>
}
