import type { Channel, DutyList } from '../../../core/contract/duty.ts'
import { openNotifiers } from '../../../platform/notifiers/registry.ts'

/** One thing wrong with a duty list, at its path from the list's own root. */
export interface DutyFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/**
 * Every fault of a duty list that its schema cannot see: ids used twice, kinds of channel that do not exist, their
 * parameters, and e-mail channels where no mail server is configured.
 */
export function checkDuty(duty: DutyList, mailConfigured: boolean): readonly DutyFault[] {
  const notifiers = openNotifiers({ mail: null })
  const channelFaults = (channel: Channel): readonly DutyFault[] => {
    const notifier = notifiers.get(channel.kind)
    if (notifier === undefined) {
      return [{ path: ['kind'], message: `expected one of ${[...notifiers.keys()].join(', ')}, came ${channel.kind}` }]
    }
    if (channel.kind === 'email' && !mailConfigured) {
      return [
        {
          path: ['kind'],
          message: 'expected a mail server (`mail`) in the configuration for a channel of kind email, came none',
        },
      ]
    }
    return notifier.check(channel.with).map(({ path, message }) => ({ path: ['with', ...path], message }))
  }
  const channels = duty.persons.flatMap((person, index) => [
    ...person.channels.flatMap((channel, place) =>
      channelFaults(channel).map(({ path, message }) => ({
        path: ['persons', index, 'channels', place, ...path],
        message,
      })),
    ),
    ...twice(person.channels).map(({ place, id }) => ({
      path: ['persons', index, 'channels', place, 'id'],
      message: `expected each channel id once a person, came ${id} again`,
    })),
  ])
  const persons = twice(duty.persons).map(({ place, id }) => ({
    path: ['persons', place, 'id'],
    message: `expected each person id once, came ${id} again`,
  }))
  const order = duty.order.flatMap((id, place) =>
    duty.order.indexOf(id) === place
      ? []
      : [{ path: ['order', place], message: `expected each person once in the order, came ${id} again` }],
  )
  return [...persons, ...channels, ...order]
}

function twice(things: readonly { readonly id: string }[]): { place: number; id: string }[] {
  return things.flatMap(({ id }, place) =>
    things.findIndex((other) => other.id === id) === place ? [] : [{ place, id }],
  )
}
