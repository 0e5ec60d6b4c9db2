import { topicOf, topicText } from '../../../core/contract/topics.ts'

/** Who is at the broker: one site's gateway, or a service that only listens to the group. */
export type BrokerPeer =
  | { readonly kind: 'gateway'; readonly user: string; readonly site: string }
  | { readonly kind: 'listener'; readonly user: string }

/**
 * Whether `peer` may publish on `topic`: a gateway what is its own to say, a listener nothing. Only the states of commands and
 * of configurations may be retained, because the broker keeps retained messages in memory.
 */
export function mayPublish(peer: BrokerPeer, group: string, packet: { topic: string; retain: boolean }): boolean {
  const topic = topicOf(packet.topic)
  if (peer.kind !== 'gateway' || topic === null) return false
  if (topic.group !== group || topic.site !== peer.site) return false
  switch (topic.kind) {
    case 'sparkplug-node':
      return topic.type !== 'NCMD' && !packet.retain
    case 'sparkplug-device':
      return topic.type !== 'DCMD' && !packet.retain
    case 'alarm':
    case 'edge-act':
    case 'health':
    case 'range':
    case 'trend':
    case 'clock-ask':
    case 'evidence':
      return !packet.retain
    case 'command':
    case 'config-report':
    case 'running-config':
      return true
    case 'receipt':
    case 'clock-answer':
    case 'config':
    case 'duty':
    case 'alarm-word':
      return false
  }
}

/** Whether `peer` may hear what `filter` matches. A gateway hears what is for it alone; a listener all of its group. */
export function maySubscribe(peer: BrokerPeer, group: string, filter: string): boolean {
  if (/^spBv1\.0\/STATE\/[^/#]+$/.test(filter)) return true
  if (peer.kind === 'listener') {
    return [`spBv1.0/${group}/`, `pitwatch/v1/${group}/`].some((start) => filter.startsWith(start))
  }
  const own = { group, site: peer.site }
  return (
    filter === topicText({ kind: 'sparkplug-node', type: 'NCMD', ...own }) ||
    (['receipt', 'clock-answer', 'config', 'duty', 'alarm-word'] as const).some(
      (kind) => filter === topicText({ kind, ...own }),
    ) ||
    filter.startsWith(`spBv1.0/${group}/DCMD/${peer.site}/`) ||
    filter.startsWith(`pitwatch/v1/${group}/${peer.site}/command/`)
  )
}
