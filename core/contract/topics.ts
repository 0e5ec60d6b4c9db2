import { Id, Sha256 } from './text.ts'

/** Sparkplug B message types an edge node sends or hears. (Sparkplug 3.0 §4) */
export const SPARKPLUG_TYPES = ['NBIRTH', 'NDATA', 'NDEATH', 'NCMD', 'DBIRTH', 'DDATA', 'DDEATH', 'DCMD'] as const
export type SparkplugType = (typeof SPARKPLUG_TYPES)[number]

/**
 * Own lanes with one topic a site. From the gateway: `alarm`, `edge-act`, `health`, `range`, `trend`, `clock-ask`, `config-report`,
 * `running-config`; to it: `receipt`, `clock-answer`, and the retained `config`, `duty` and `alarm-word`.
 */
export const OWN_LANES = [
  'alarm',
  'edge-act',
  'health',
  'range',
  'trend',
  'clock-ask',
  'config-report',
  'running-config',
  'receipt',
  'clock-answer',
  'config',
  'duty',
  'alarm-word',
] as const
export type OwnLane = (typeof OWN_LANES)[number]

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
  | { readonly kind: OwnLane; group: string; site: string }
  | { readonly kind: 'command'; group: string; site: string; command: string }
  | { readonly kind: 'evidence'; group: string; site: string; sha256: string }

/** The topic's text, such as `spBv1.0/county/DDATA/east-pit/feeder-meter` or `pitwatch/v1/county/east-pit/alarm`. */
export function topicText(topic: Topic): string {
  switch (topic.kind) {
    case 'sparkplug-node':
      return `spBv1.0/${topic.group}/${topic.type}/${topic.site}`
    case 'sparkplug-device':
      return `spBv1.0/${topic.group}/${topic.type}/${topic.site}/${topic.device}`
    case 'command':
      return `pitwatch/v1/${topic.group}/${topic.site}/command/${topic.command}`
    case 'evidence':
      return `pitwatch/v1/${topic.group}/${topic.site}/evidence/${topic.sha256}`
    default:
      return `pitwatch/v1/${topic.group}/${topic.site}/${topic.kind}`
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
  const own = OWN_LANES.find((name) => name === lane)
  if (own !== undefined) return parts.length === 5 ? { kind: own, group, site } : null
  switch (lane) {
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

const FROM_GATEWAY: readonly OwnLane[] = ['alarm', 'edge-act', 'health', 'clock-ask', 'config-report', 'running-config']

/**
 * Subscription filters of the control room for one group, or for all with `+`. Of links and trends, programs with the same `share` get
 * a part each. (MQTT 5.0 §4.8.2)
 */
export function controlRoomFilters(group: string, share?: string): readonly string[] {
  return [
    ...chainFilters(group, share),
    ...['NBIRTH', 'NDATA', 'NDEATH'].map((type) => `spBv1.0/${group}/${type}/+`),
    ...['DBIRTH', 'DDATA', 'DDEATH'].map((type) => `spBv1.0/${group}/${type}/+/+`),
    ...FROM_GATEWAY.map((lane) => `pitwatch/v1/${group}/+/${lane}`),
    `pitwatch/v1/${group}/+/evidence/+`,
    commandFilter({ group, site: '+' }),
  ]
}

/** The filter of the commands of a site, or of all with `+`. They are spoken on both ways. */
export function commandFilter({ group, site }: { readonly group: string; readonly site: string }): string {
  return `pitwatch/v1/${group}/${site}/command/+`
}

/** The filters of links and trends: each message stands for itself, whoever takes it and in whatever order. */
export function chainFilters(group: string, share?: string): readonly string[] {
  const shared = share === undefined ? '' : `$share/${share}/`
  return ['range', 'trend'].map((lane) => `${shared}pitwatch/v1/${group}/+/${lane}`)
}

function isId(text: string | undefined): text is string {
  return Id.safeParse(text).success
}
