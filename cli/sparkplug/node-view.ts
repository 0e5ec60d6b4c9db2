import { SPARKPLUG_TYPES, type SparkplugType } from '../../core/contract/topics.ts'
import type { Metric } from '../../platform/sparkplug.ts'
import { readHostState, type HostState } from '../../platform/host-state.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { type ReadPayload, readPayload } from './payload-shape.ts'
import type { Heard, Said, TappedMessage, Timeline } from './timeline.ts'

/** An edge node by its names. */
export interface EdgeName {
  readonly group: string
  readonly edge: string
}

/** A Sparkplug message of the node, or one to it. */
export interface NodeMessage extends ReadPayload {
  readonly index: number
  readonly atMs: number
  readonly connection: number
  readonly message: TappedMessage
  /** Levels of the topic, from the namespace on. */
  readonly levels: readonly string[]
  readonly type: SparkplugType
  /** The fifth level, where there is one. */
  readonly device: string | null
}

/** A STATE message that was delivered to the node. */
export interface StateMessage {
  readonly index: number
  readonly atMs: number
  readonly host: string
  /** null when it cannot be read. */
  readonly state: HostState | null
}

/** One MQTT connection of the node. */
export interface NodeConnection {
  readonly number: number
  readonly connect: (Extract<Said, { kind: 'connect' }> & { readonly index: number; readonly atMs: number }) | null
  readonly will: (ReadPayload & { readonly index: number; readonly message: TappedMessage }) | null
  readonly accepted: { readonly index: number } | null
  readonly subscribed: readonly { readonly index: number; readonly filter: string; readonly qos: number }[]
  readonly messages: readonly NodeMessage[]
  readonly commands: readonly NodeMessage[]
  readonly states: readonly StateMessage[]
  readonly disconnect: { readonly index: number; readonly atMs: number; readonly reason: number } | null
  readonly end: { readonly index: number; readonly atMs: number } | null
}

/** Everything a timeline shows of one edge node. */
export interface NodeView extends EdgeName {
  readonly timeline: Timeline
  readonly connections: readonly NodeConnection[]
  /** Of all connections, in their order. */
  readonly messages: readonly NodeMessage[]
  /** Whom it waits for: the host whose STATE it subscribes to. */
  readonly host: string | null
}

const NAMESPACE = 'spBv1.0'
const FROM_NODE: readonly string[] = SPARKPLUG_TYPES.filter((type) => !type.endsWith('CMD'))

/** The edge nodes that speak in a timeline, by their wills and messages. */
export function edgesIn(timeline: Timeline): EdgeName[] {
  const names = new Map<string, EdgeName>()
  for (const { said } of timeline.heard) {
    const name =
      said.kind === 'connect' ? edgeOf(said.will?.topic) : said.kind === 'publish' ? edgeOf(said.topic) : null
    if (name !== null && (said.kind !== 'publish' || said.by === 'node')) names.set(`${name.group}/${name.edge}`, name)
  }
  return [...names.values()]
}

/** Gathers what concerns one node. */
export function viewOf(timeline: Timeline, name: EdgeName): NodeView {
  const byConnection = new Map<number, Heard[]>()
  for (const heard of timeline.heard) {
    const own = byConnection.get(heard.connection)
    if (own === undefined) byConnection.set(heard.connection, [heard])
    else own.push(heard)
  }
  const own = [...byConnection].filter(([, heard]) => heard.some((one) => isOf(one, name)))
  const connections = own.map(([number, heard]) => connectionOf(number, heard, name))
  const host =
    connections.flatMap(({ subscribed }) => subscribed.flatMap(({ filter }) => hostOf(filter) ?? []))[0] ?? null
  return { ...name, timeline, connections, messages: connections.flatMap(({ messages }) => messages), host }
}

/** A metric of a message with its place and shape. */
export interface PlacedMetric {
  readonly message: NodeMessage
  readonly metric: Metric
  readonly hasValue: boolean
}

/** All metrics of messages that can be decoded. */
export function metricsOf(messages: readonly NodeMessage[]): PlacedMetric[] {
  return messages.flatMap((message) =>
    (message.payload?.metrics ?? []).map((metric, place) => ({
      message,
      metric,
      hasValue: message.shapes[place]?.hasValue ?? false,
    })),
  )
}

/** How a metric is called in a finding. */
export function metricName({ name, alias }: Metric): string {
  return name ?? (alias === undefined ? '?' : `alias ${String(alias)}`)
}

/** The bdSeq metric's value; null where there is none that is a number. */
export function bdSeqOf({ payload }: ReadPayload): number | null {
  const value = payload?.metrics.find(({ name }) => name === 'bdSeq')?.value
  return typeof value === 'number' ? value : null
}

/** A connection while it is gathered; it may have thousands of messages. */
interface Gathered extends Omit<NodeConnection, 'connect' | 'will' | 'accepted' | 'disconnect' | 'end'> {
  connect: NodeConnection['connect']
  will: NodeConnection['will']
  accepted: NodeConnection['accepted']
  disconnect: NodeConnection['disconnect']
  end: NodeConnection['end']
  readonly subscribed: { index: number; filter: string; qos: number }[]
  readonly messages: NodeMessage[]
  readonly commands: NodeMessage[]
  readonly states: StateMessage[]
}

function connectionOf(number: number, heard: readonly Heard[], name: EdgeName): NodeConnection {
  const found: Gathered = {
    ...{ number, connect: null, will: null, accepted: null, disconnect: null, end: null },
    ...{ subscribed: [], messages: [], commands: [], states: [] },
  }
  for (const { index, atMs, said } of heard) {
    const place = { index, atMs, connection: number }
    if (said.kind === 'connect') {
      found.connect = { ...said, index, atMs }
      const { will } = said
      if (will !== null) found.will = { ...readPayload(will.payload), index, message: will }
    } else if (said.kind === 'connack' && said.accepted) found.accepted = { index }
    else if (said.kind === 'subscribe') found.subscribed.push(...said.filters.map((one) => ({ ...one, index })))
    else if (said.kind === 'disconnect') found.disconnect = { index, atMs, reason: said.reason }
    else if (said.kind === 'end') found.end = { index, atMs }
    else if (said.kind === 'publish') sort(found, said, place, name)
  }
  return found
}

function sort(
  found: Gathered,
  said: Extract<Said, { kind: 'publish' }>,
  place: { readonly index: number; readonly atMs: number; readonly connection: number },
  name: EdgeName,
): void {
  const host = hostOf(said.topic)
  if (host !== null) {
    if (said.by === 'broker') found.states.push({ ...place, host, state: stateIn(said.payload) })
    return
  }
  const levels = said.topic.split('/')
  const type = SPARKPLUG_TYPES.find((known) => known === levels[2])
  if (levels[0] !== NAMESPACE || type === undefined || levels[1] !== name.group || levels[3] !== name.edge) return
  const message = { ...place, ...readPayload(said.payload), message: said, levels, type, device: levels[4] ?? null }
  if (said.by === 'node') found.messages.push(message)
  else found.commands.push(message)
}

function isOf({ said }: Heard, { group, edge }: EdgeName): boolean {
  const name =
    said.kind === 'connect'
      ? edgeOf(said.will?.topic)
      : said.kind === 'publish' && said.by === 'node'
        ? edgeOf(said.topic)
        : null
  return name?.group === group && name.edge === edge
}

function edgeOf(topic: string | undefined): EdgeName | null {
  const [namespace, group, type = '', edge] = topic?.split('/') ?? []
  if (namespace !== NAMESPACE || group === undefined || edge === undefined || !FROM_NODE.includes(type)) return null
  return { group, edge }
}

function hostOf(topic: string): string | null {
  const [namespace, state, host] = topic.split('/')
  return namespace === NAMESPACE && state === 'STATE' && host !== undefined ? host : null
}

function stateIn(payload: Uint8Array): HostState | null {
  try {
    return readHostState(payload)
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    return null
  }
}
