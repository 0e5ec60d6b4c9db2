import { ChannelLamp } from '../../../core/contract/notice.ts'
import { NIGHT } from './county.ts'

/** The lamp of a way to reach people. */
export function lampOf(
  channel: string,
  medium: ChannelLamp['medium'],
  state: ChannelLamp['state'] = 'good',
): ChannelLamp {
  return ChannelLamp.parse({
    ...{ channel, medium, state, kind: 'modem', why: null, since: NIGHT, lastAcceptedAt: null, lastDeliveredAt: null },
    ...{ waiting: 0, attempted: 0, accepted: 0, delivered: 0, failed: 0 },
  })
}
