import { Id, Sha256 } from './text.ts'

/** Sparkplug B message types an edge node sends or hears. (Sparkplug 3.0 §4) */
export const SPARKPLUG_TYPES = ['NBIRTH', 'NDATA', 'NDEATH', 'NCMD', 'DBIRTH', 'DDATA', 'DDEATH', 'DCMD'] as const
export type SparkplugType = (typeof SPARKPLUG_TYPES)[number]

/** Every topic Pitwatch uses, as a value. The site is the Sparkplug edge node. */
export type Topic =
  | {
      readonly kind: 'sparkplug-node'
      readonly type: 'NBIRTH' | 'NDATA' | 'NDEATH' | 'NCMD'
      group: string
      site: string
    }
  | {
      readonly kind: 'sparkplug-device'
      readonly type: 'DBIRTH' | 'DDATA' | 'DDEATH' | 'DCMD'
      group: string
      site: string
      device: string
    }
  | { readonly kind: 'alarm' | 'receipt' | 'health'; group: string; site: string }
  | { readonly kind: 'command'; group: string; site: string; command: string }
  | { readonly kind: 'evidence'; group: string; site: string; sha256: string }

/** The topic's text, such as `spBv1.0/county/DDATA/east-pit/feeder-meter` or `pitwatch/v1/county/east-pit/alarm`. */
export function topicText(topic: Topic): string {
  switch (topic.kind) {
    case 'sparkplug-node':
      return `spBv1.0/${topic.group}/${topic.type}/${topic.site}`
    case 'sparkplug-device':
      return `spBv1.0/${topic.group}/${topic.type}/${topic.site}/${topic.device}`
    case 'alarm':
    case 'receipt':
    case 'health':
      return `pitwatch/v1/${topic.group}/${topic.site}/${topic.kind}`
    case 'command':
      return `pitwatch/v1/${topic.group}/${topic.site}/command/${topic.command}`
    case 'evidence':
      return `pitwatch/v1/${topic.group}/${topic.site}/evidence/${topic.sha256}`
  }
}

/** The topic a text stands for, or null for a text that is none of ours. Inverse of `topicText`. */
export function topicOf(text: string): Topic | null {
  const parts = text.split('/')
  if (parts[0] === 'spBv1.0') return sparkplugTopic(parts)
  if (parts[0] === 'pitwatch' && parts[1] === 'v1') return ownTopic(parts)
  return null
}

function sparkplugTopic(parts: readonly string[]): Topic | null {
  const [, group, type, site, device] = parts
  if (!isId(group) || !isId(site)) return null
  switch (type) {
    case 'NBIRTH':
    case 'NDATA':
    case 'NDEATH':
    case 'NCMD':
      return parts.length === 4 ? { kind: 'sparkplug-node', type, group, site } : null
    case 'DBIRTH':
    case 'DDATA':
    case 'DDEATH':
    case 'DCMD':
      return parts.length === 5 && isId(device) ? { kind: 'sparkplug-device', type, group, site, device } : null
    default:
      return null
  }
}

function ownTopic(parts: readonly string[]): Topic | null {
  const [, , group, site, lane, last] = parts
  if (!isId(group) || !isId(site)) return null
  switch (lane) {
    case 'alarm':
    case 'receipt':
    case 'health':
      return parts.length === 5 ? { kind: lane, group, site } : null
    case 'command':
      return parts.length === 6 && isId(last) ? { kind: 'command', group, site, command: last } : null
    case 'evidence':
      return parts.length === 6 && Sha256.safeParse(last).success
        ? { kind: 'evidence', group, site, sha256: last ?? '' }
        : null
    default:
      return null
  }
}

/** Subscription filters of the control room for one group, or for all with `+`. */
export function controlRoomFilters(group: string): readonly string[] {
  return [
    ...['NBIRTH', 'NDATA', 'NDEATH'].map((type) => `spBv1.0/${group}/${type}/+`),
    ...['DBIRTH', 'DDATA', 'DDEATH'].map((type) => `spBv1.0/${group}/${type}/+/+`),
    `pitwatch/v1/${group}/+/alarm`,
    `pitwatch/v1/${group}/+/health`,
    `pitwatch/v1/${group}/+/evidence/+`,
  ]
}

function isId(text: string | undefined): text is string {
  return Id.safeParse(text).success
}
