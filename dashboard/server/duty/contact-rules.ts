import type { ContactRules } from '../../../core/alarms/roster/contact-rules.ts'
import { NOTIFIERS } from '../../../platform/notifiers/registry.ts'
import type { Channel } from '../config.ts'
import { DESK, EVERY_OPERATOR } from '../notify/check-channels.ts'

const SIGN_IN_NAME = /^[\p{L}\p{N}._-]{1,64}$/u

/** What the kinds of the configured channels say of contacts. A kind that does not exist is a fault of the channel, not of the contact. */
export function contactRules(channels: readonly Channel[]): ContactRules {
  const kindOf = (id: string) => channels.find((channel) => channel.id === id)?.kind
  return {
    channels: [DESK, ...channels.map(({ id }) => id)],
    mediumOf: (id) => {
      if (id === DESK) return 'desk'
      const kind = kindOf(id)
      return kind === undefined ? null : (NOTIFIERS.get(kind)?.medium ?? 'webhook')
    },
    addressFaults: ({ channel, address }) => {
      if (channel !== DESK) {
        const faults = NOTIFIERS.get(kindOf(channel) ?? '')?.checkAddress(address) ?? []
        return faults.map(({ message }) => `${message}, came ${address}`)
      }
      return address === EVERY_OPERATOR || SIGN_IN_NAME.test(address)
        ? []
        : [`expected a sign-in name, such as lin, came ${address}`]
    },
  }
}
