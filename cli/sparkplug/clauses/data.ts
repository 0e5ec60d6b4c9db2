import type { Metric } from '../../../platform/sparkplug.ts'
import { type Clause, each, type Fault, faultIf, type Finding, must, notSeen, onWire, should } from '../clause.ts'
import { bdSeqOf, metricName, metricsOf, type NodeConnection, type NodeMessage, type NodeView } from '../node-view.ts'
import {
  eachOfType,
  inSequence,
  isPublishedPlain,
  isQos0,
  isUnretained,
  ofType,
  stampFault,
  topicFault,
} from './messages.ts'

/** What is on its way when a request for births arrives is no fault, ms. */
const GRACE_MS = 500

/** Births that do not come within this after a request do not come, ms. */
const BIRTH_WITHIN_MS = 10_000

/** What NDATA, DDATA, NDEATH and DDEATH say, and when. (Sparkplug 3.0 §2.2, §4.2, §5.7, §5.15, §5.16, §6.4.21–26) */
export const DATA_CLAUSES: readonly Clause[] = [
  ...(['NDATA', 'DDATA'] as const).flatMap((type): Clause[] => {
    const name = type.toLowerCase()
    const birth = type === 'NDATA' ? 'nbirth' : 'dbirth'
    return [
      must(`topics-${name}-topic`, (view) => eachOfType(view, type, topicFault)),
      must(`topics-${name}-mqtt`, (view) => isPublishedPlain(view, type)),
      must(`topics-${name}-seq-num`, (view) => inSequence(view, type)),
      must(`topics-${name}-timestamp`, (view) => eachOfType(view, type, (one) => stampFault(view, one))),
      must(`topics-${name}-payload`, (view) => eachOfType(view, type, hasMetrics)),
      must(`payloads-${name}-timestamp`, (view) => eachOfType(view, type, (one) => stampFault(view, one))),
      must(`payloads-${name}-seq`, (view) => eachOfType(view, type, seqFault)),
      must(`payloads-${name}-seq-inc`, (view) => inSequence(view, type)),
      must(`payloads-${name}-order`, (view) => behindBirth(view, type)),
      must(`payloads-${name}-qos`, (view) => isQos0(view, type)),
      must(`payloads-${name}-retain`, (view) => isUnretained(view, type)),
      must(`topics-${birth}-metric-reqs`, (view) => onlyBornMetrics(view, type)),
      must(`operational-behavior-data-publish-${birth}`, (view) => onlyBornMetrics(view, type)),
      must(`operational-behavior-data-publish-${birth}-order`, (view) => chronological(view, type)),
      should(`operational-behavior-data-publish-${birth}-change`, (view) => onlyChanges(view, [type])),
    ]
  }),
  should('principles-rbe-recommended', (view) => onlyChanges(view, ['NDATA', 'DDATA'])),
  must('topics-ndeath-topic', (view) => eachDeath(view, (one) => faultIf(one.levels.length !== 4, one, one.topic))),
  must('topics-ndeath-payload', (view) =>
    eachDeath(view, (one) => faultIf(one.metrics.length !== 1 || one.metrics[0]?.name !== 'bdSeq', one, 'metrics')),
  ),
  must('topics-ndeath-seq', (view) =>
    eachDeath(view, (one) => faultIf(one.seq !== undefined, one, `seq ${String(one.seq)}`)),
  ),
  must('payloads-ndeath-seq', (view) =>
    eachDeath(view, (one) => faultIf(one.seq !== undefined, one, `seq ${String(one.seq)}`)),
  ),
  must('topics-ddeath-topic', (view) => eachOfType(view, 'DDEATH', topicFault)),
  must('topics-ddeath-mqtt', (view) => isPublishedPlain(view, 'DDEATH')),
  must('topics-ddeath-seq-num', (view) => inSequence(view, 'DDEATH')),
  must('payloads-ddeath-timestamp', (view) => eachOfType(view, 'DDEATH', (one) => stampFault(view, one))),
  must('payloads-ddeath-seq', (view) => eachOfType(view, 'DDEATH', seqFault)),
  must('payloads-ddeath-seq-inc', (view) => inSequence(view, 'DDEATH')),
  must('payloads-ddeath-seq-number', (view) => eachOfType(view, 'DDEATH', seqFault)),
  must('operational-behavior-device-ddeath', silentAfterDeath),
  must('operational-behavior-data-commands-rebirth-action-1', (view) => eachRequest(view, stopsData)),
  must('operational-behavior-data-commands-rebirth-action-2', (view) => eachRequest(view, isBornAgain)),
  must('operational-behavior-data-commands-rebirth-action-3', (view) => eachRequest(view, keepsBdSeq)),
]

function hasMetrics(one: NodeMessage): Fault | null {
  const isFull = one.payload !== null && one.payload.metrics.length > 0 && one.shapes.every(({ hasValue }) => hasValue)
  return faultIf(!isFull, one, 'metrics')
}

function seqFault(one: NodeMessage): Fault | null {
  const seq = one.payload?.seq
  return faultIf(seq === undefined || seq > 255, one, `seq ${String(seq)}`)
}

interface Death {
  readonly index: number
  readonly topic: string
  readonly levels: readonly string[]
  readonly metrics: readonly Metric[]
  readonly seq: number | undefined
}

/** Deaths that were published, and those that lie with the broker as wills. */
function eachDeath(view: NodeView, fault: (one: Death) => Fault | null): Finding {
  const deaths = view.connections.flatMap(({ will, messages }): Death[] => {
    const said = messages.filter(({ type }) => type === 'NDEATH')
    const all = will === null ? said : [{ ...will, levels: will.message.topic.split('/') }, ...said]
    return all.map(({ index, message, levels, payload }) => ({
      ...{ index, topic: message.topic, levels, metrics: payload?.metrics ?? [], seq: payload?.seq },
    }))
  })
  return each(deaths, 'no-ndeath', fault)
}

/** NDATA behind an NBIRTH, DDATA behind the DBIRTH of its device since the last NBIRTH. */
function behindBirth(view: NodeView, type: 'NDATA' | 'DDATA'): Finding {
  if (view.timeline.tap === 'subscriber') return notSeen('no-wire')
  const early = new Set<NodeMessage>()
  for (const { messages } of view.connections) {
    let isBorn = false
    const devices = new Set<string>()
    for (const one of messages) {
      if (one.type === 'NBIRTH') {
        isBorn = true
        devices.clear()
      } else if (one.type === 'DBIRTH') devices.add(one.device ?? '')
      else if (one.type === 'NDATA' && !isBorn) early.add(one)
      else if (one.type === 'DDATA' && !(isBorn && devices.has(one.device ?? ''))) early.add(one)
    }
  }
  return eachOfType(view, type, (one) => faultIf(early.has(one), one, `${one.message.topic} before its birth`))
}

/** Every metric of data was in the last birth, by name or alias. */
function onlyBornMetrics(view: NodeView, type: 'NDATA' | 'DDATA'): Finding {
  const born = new Map<string, Set<string>>()
  const faults: Fault[] = []
  let cases = 0
  for (const one of view.messages) {
    const place = one.device ?? ''
    if (one.type === 'NBIRTH' || one.type === 'DBIRTH') {
      born.set(place, new Set(one.payload?.metrics.flatMap(({ name = '', alias }) => [name, `#${String(alias)}`])))
    } else if (one.type === type && born.has(place)) {
      cases += 1
      const known = born.get(place)
      const alien = one.payload?.metrics.find(({ name, alias }) => known?.has(name ?? `#${String(alias)}`) !== true)
      if (alien !== undefined) faults.push({ index: one.index, what: `metric ${metricName(alien)}` })
    }
  }
  return cases === 0 ? notSeen(type === 'NDATA' ? 'no-ndata' : 'no-ddata') : { is: 'checked', cases, faults }
}

/** Values of one metric in one message, those told late aside, stand in the order of their times. */
function chronological(view: NodeView, type: 'NDATA' | 'DDATA'): Finding {
  return eachOfType(view, type, (one) => {
    const last = new Map<string, number>()
    const wrong = one.payload?.metrics.find((metric) => {
      if (metric.isHistorical === true || metric.timestamp === undefined) return false
      const key = metricName(metric)
      const before = last.get(key) ?? -Infinity
      last.set(key, metric.timestamp)
      return metric.timestamp < before
    })
    return faultIf(wrong !== undefined, one, wrong === undefined ? '' : `metric ${metricName(wrong)}`)
  })
}

/** Messages in which at least one value is another than last time. */
function onlyChanges(view: NodeView, types: readonly ('NDATA' | 'DDATA')[]): Finding {
  const last = new Map<string, string>()
  const faults: Fault[] = []
  let cases = 0
  for (const one of view.messages) {
    if (one.payload === null || one.type.endsWith('DEATH')) continue
    const live = metricsOf([one]).filter(({ metric }) => metric.isHistorical !== true)
    const isChange = live.filter(({ metric }) => {
      const key = `${one.device ?? ''}/${String(metric.alias ?? metric.name)}`
      const told = `${String(metric.value)} ${String(metric.properties?.Quality?.value ?? 192)}`
      const isOther = last.get(key) !== told
      last.set(key, told)
      return isOther
    })
    if (!types.some((type) => type === one.type) || live.length === 0) continue
    cases += 1
    // The number a message bears is no measurement.
    if (isChange.every(({ metric }) => typeof metric.value === 'bigint' || isCounter(metric, live))) {
      faults.push({ index: one.index, what: one.message.topic })
    }
  }
  return cases === 0
    ? notSeen(types.length > 1 || types[0] === 'DDATA' ? 'no-ddata' : 'no-ndata')
    : { is: 'checked', cases, faults }
}

/** The first metric of several, when it alone has changed and is a whole number. */
function isCounter(metric: Metric, live: readonly { readonly metric: Metric }[]): boolean {
  return (
    live.length > 1 && live[0]?.metric === metric && typeof metric.value === 'number' && Number.isInteger(metric.value)
  )
}

/** After its DDEATH a device says nothing before it is born again. */
function silentAfterDeath(view: NodeView): Finding {
  const dead = new Set<string>()
  const deaths = ofType(view, 'DDEATH')
  if (deaths.length === 0) return notSeen('no-device-loss')
  const faults = view.messages.flatMap((one): Fault[] => {
    if (one.type === 'NBIRTH') dead.clear()
    if (one.device === null) return []
    if (one.type === 'DDEATH') dead.add(one.device)
    if (one.type === 'DBIRTH') dead.delete(one.device)
    return one.type === 'DDATA' && dead.has(one.device) ? [{ index: one.index, what: one.message.topic }] : []
  })
  return { is: 'checked', cases: deaths.length, faults }
}

interface Request {
  readonly command: NodeMessage
  readonly one: NodeConnection
  /** The NBIRTH that follows; undefined when none does. */
  readonly birth: NodeMessage | undefined
}

/** Requests for births that a node with a birth behind it had time to answer. */
function eachRequest(view: NodeView, fault: (request: Request) => Fault | null): Finding {
  const requests = view.connections.flatMap((one) =>
    one.commands.filter(isRebirthRequest).flatMap((command): Request[] => {
      const birth = one.messages.find(({ type, index }) => type === 'NBIRTH' && index > command.index)
      const overMs = (one.end ?? one.disconnect)?.atMs ?? view.timeline.lastedMs
      const isBorn = one.messages.some(({ type, index }) => type === 'NBIRTH' && index < command.index)
      return isBorn && (birth !== undefined || overMs - command.atMs > BIRTH_WITHIN_MS) ? [{ command, one, birth }] : []
    }),
  )
  return onWire(() => each(requests, 'no-rebirth-request', fault))(view)
}

function isRebirthRequest({ type, payload }: NodeMessage): boolean {
  return (
    type === 'NCMD' &&
    (payload?.metrics.some(({ name, value }) => name === 'Node Control/Rebirth' && value === true) ?? false)
  )
}

function stopsData({ command, one, birth }: Request): Fault | null {
  const data = one.messages.find(
    ({ type, index, atMs }) =>
      type.endsWith('DATA') &&
      index > command.index &&
      index < (birth?.index ?? Infinity) &&
      atMs - command.atMs > GRACE_MS,
  )
  return data === undefined ? null : { index: data.index, what: `${data.message.topic} after the request` }
}

/** The node, and each device that was alive. */
function isBornAgain({ command, one, birth }: Request): Fault | null {
  if (birth === undefined) return { index: command.index, what: 'no NBIRTH after the request' }
  const alive = new Set<string>()
  const reborn = new Set<string>()
  for (const { type, device, index } of one.messages) {
    if (device === null) continue
    if (index < birth.index && type === 'DBIRTH') alive.add(device)
    else if (index > birth.index && type === 'DBIRTH') reborn.add(device)
    if (type === 'DDEATH') alive.delete(device)
  }
  const missing = [...alive].find((device) => !reborn.has(device))
  // A connection that ended in the middle of the births could not go on.
  return faultIf(missing !== undefined && one.end === null, birth, `no DBIRTH of ${missing ?? ''}`)
}

function keepsBdSeq({ one, birth }: Request): Fault | null {
  if (birth === undefined || one.will === null) return null
  return faultIf(bdSeqOf(birth) !== bdSeqOf(one.will), birth, `bdSeq ${String(bdSeqOf(birth))}`)
}
