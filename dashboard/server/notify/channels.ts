import type { Medium } from '../../../core/contract/notice.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Budget, ChannelDeps, Heard, OpenChannel } from '../../../platform/notifiers/notifier.ts'
import { NOTIFIERS } from '../../../platform/notifiers/registry.ts'
import type { Channel } from '../config.ts'
import { DESK } from './check-channels.ts'

/** How long a channel that broke off listening is left alone. */
const LISTEN_AGAIN_MS = 5_000

/** A way messages go out. `id` is its account: budget and lamp are kept by it. */
export interface ChannelEntry {
  readonly id: string
  readonly kind: string
  readonly medium: Medium
  readonly budget: Budget
  /** Most bytes of text in one message. */
  readonly mostBytes: number
  readonly channel: OpenChannel
}

/** Every way there is, by its id; the desk is always among them. */
export type Channels = ReadonlyMap<string, ChannelEntry>

/** Takes what came back over a channel; durable when it resolves. */
export type HeardOver = (channel: ChannelEntry, what: Heard) => Promise<void>

export interface ChannelsDeps extends Omit<ChannelDeps, 'id'> {
  /** See `openDesk`. */
  readonly desk: OpenChannel
}

/** Opens every channel of a configuration without faults. Throws `config/invalid`, `config/unreadable` for a secret that is gone. */
export function openChannels(list: readonly Channel[], deps: ChannelsDeps): Channels {
  const desk: ChannelEntry = {
    ...{ id: DESK, kind: DESK, medium: 'desk', channel: deps.desk, mostBytes: 64_000 },
    budget: { most: null, perMs: 60_000, reserved: 0, penaltyMs: 0 },
  }
  const opened = list.flatMap(({ id, kind, with: params }): ChannelEntry[] => {
    const notifier = NOTIFIERS.get(kind)
    if (notifier === undefined) return []
    const { medium, mostBytes } = notifier
    const channel = notifier.open(params, { ...deps, id, log: deps.log.child({ channel: id }) })
    return [{ id, kind, medium, mostBytes, budget: channel.budget?.() ?? notifier.budget(params), channel }]
  })
  return new Map([desk, ...opened].map((entry) => [entry.id, entry]))
}

/** Follows what comes back over every channel until `signal` aborts; one that breaks off is followed again. */
export async function listenChannels(
  channels: Channels,
  { heard, clock, log }: { readonly heard: HeardOver; readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  const isOver = () => signal.aborted
  const follow = async (entry: ChannelEntry) => {
    while (!isOver()) {
      try {
        await entry.channel.listen?.((what) => heard(entry, what), signal)
      } catch (error) {
        if (isOver()) return
        log.warn({ code: 'notify/listen', channel: entry.id, why: messageOf(error) }, 'a channel broke off listening')
      }
      if (!isOver()) await clock.sleep(LISTEN_AGAIN_MS, signal).catch(() => undefined)
    }
  }
  await Promise.all([...channels.values()].filter(({ channel }) => channel.listen !== undefined).map(follow))
}

/** Closes every channel; one that cannot be closed does not keep the others open. */
export async function closeChannels(channels: Channels): Promise<void> {
  await Promise.allSettled([...channels.values()].map(async ({ channel }) => channel.close?.()))
}
