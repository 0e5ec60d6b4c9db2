import type { ParameterFault } from '../../../platform/notifiers/notifier.ts'
import { NOTIFIERS } from '../../../platform/notifiers/registry.ts'
import type { Channel } from '../config.ts'

/** Id and kind of the channel that is always there: the page of whoever is signed in, by sign-in name. */
export const DESK = 'desk'

/** The address of the desk that means any operator's page. */
export const EVERY_OPERATOR = '*'

/** One thing wrong with the channels, at its path from their list. */
export type ChannelFault = ParameterFault

/** Every fault of the channels that their schema cannot see: ids used twice, kinds that do not exist, their parameters and secrets. */
export function checkChannels(channels: readonly Channel[], baseFolder: string): readonly ChannelFault[] {
  return channels.flatMap(({ id, kind, with: params }, index) => [
    ...idFaults(channels, index, id),
    ...kindFaults(kind, index),
    ...(NOTIFIERS.get(kind)?.check(params, baseFolder) ?? []).map(({ path, message }) => ({
      path: [index, 'with', ...path],
      message,
    })),
  ])
}

function idFaults(channels: readonly Channel[], index: number, id: string): readonly ChannelFault[] {
  const path = [index, 'id']
  if (id === DESK) return [{ path, message: `expected another name than ${DESK}, which is always there` }]
  if (channels.findIndex((other) => other.id === id) === index) return []
  return [{ path, message: `expected each channel once, came ${id} again` }]
}

function kindFaults(kind: string, index: number): readonly ChannelFault[] {
  if (NOTIFIERS.has(kind)) return []
  return [{ path: [index, 'kind'], message: `expected one of ${[...NOTIFIERS.keys()].join(', ')}, came ${kind}` }]
}
