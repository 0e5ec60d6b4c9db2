import { DATA_TYPE } from '../../../platform/sparkplug.ts'
import { type Clause, each, faultIf, must, notApplicable, notSeen, onWire, should } from '../clause.ts'
import { bdSeqOf, type NodeConnection, type NodeMessage, type NodeView } from '../node-view.ts'

/** How a session begins and ends. (Sparkplug 3.0 §2.4, §2.5, §5.4, §5.5, §6.4.25) */
export const SESSION_CLAUSES: readonly Clause[] = [
  must('principles-birth-certificates-order', birthFirst),
  must('principles-persistence-clean-session-311', (view) => ofVersion(view, 4, ({ connect }) => connect.clean)),
  must('principles-persistence-clean-session-50', (view) =>
    ofVersion(view, 5, ({ connect }) => connect.clean && connect.sessionExpiryS === 0),
  ),
  must('message-flow-edge-node-ncmd-subscribe', (view) =>
    eachBorn(view, (one, birth) => {
      const wanted = `spBv1.0/${view.group}/NCMD/${view.edge}`
      return hearsBefore(one, wanted, birth)
        ? null
        : { index: birth.index, what: `NBIRTH, no ${wanted} at QoS 1 before` }
    }),
  ),
  must('message-flow-edge-node-birth-publish-connect', (view) =>
    eachBorn(view, ({ accepted }, birth) =>
      faultIf(accepted === null || accepted.index > birth.index, birth, 'NBIRTH before CONNACK'),
    ),
  ),
  must('message-flow-edge-node-birth-publish-will-message', (view) =>
    eachConnect(view, ({ will }) => will !== null, 'no will'),
  ),
  must('message-flow-edge-node-birth-publish-will-message-topic', (view) =>
    eachConnect(view, ({ will }) => will?.message.topic === `spBv1.0/${view.group}/NDEATH/${view.edge}`, 'will topic'),
  ),
  must('message-flow-edge-node-birth-publish-will-message-payload', (view) =>
    eachConnect(view, ({ will }) => will?.payload !== null && will !== null, 'will payload'),
  ),
  must('message-flow-edge-node-birth-publish-will-message-payload-bdSeq', (view) =>
    eachConnect(view, ({ will }) => will !== null && hasCountedBdSeq(will.payload), 'will bdSeq: no Int64 of 0–255'),
  ),
  must('message-flow-edge-node-birth-publish-will-message-qos', willQos),
  must('message-flow-edge-node-birth-publish-will-message-will-retained', willRetain),
  must('payloads-ndeath-will-message', (view) => eachConnect(view, isNodeDeath, 'will is no NDEATH')),
  must('payloads-ndeath-will-message-qos', willQos),
  must('payloads-ndeath-will-message-retain', willRetain),
  must('topics-nbirth-bdseq-matching', birthMatchesWill),
  must('message-flow-edge-node-birth-publish-nbirth-payload-bdSeq', birthMatchesWill),
  must('payloads-nbirth-bdseq-repeat', birthMatchesWill),
  must('payloads-ndeath-bdseq', birthMatchesWill),
  must('topics-nbirth-bdseq-increment', onWire(bdSeqCounts)),
  must('operational-behavior-edge-node-intentional-disconnect-ndeath', leavesWithDeath),
  must('operational-behavior-edge-node-intentional-disconnect-packet', disconnectFollows),
  should('payloads-ndeath-will-message-publisher', leavesWithDeath),
  must('payloads-ndeath-will-message-publisher-disconnect-mqtt311', (view) =>
    view.connections.some(({ connect }) => connect !== null && connect.version < 5)
      ? leavesWithDeath(view)
      : notApplicable('other-mqtt-version'),
  ),
  must('payloads-ndeath-will-message-publisher-disconnect-mqtt50', (view) => {
    const left = view.connections.filter(({ connect, disconnect }) => connect?.version === 5 && disconnect !== null)
    if (!view.connections.some(({ connect }) => connect?.version === 5)) return notApplicable('other-mqtt-version')
    const isTold = ({ disconnect, messages }: NodeConnection) =>
      disconnect?.reason === 4 || messages.at(-1)?.type === 'NDEATH'
    return each(left, 'no-disconnect', (one) => faultIf(!isTold(one), one.disconnect ?? { index: 0 }, 'DISCONNECT'))
  }),
]

interface Connected extends NodeConnection {
  readonly connect: NonNullable<NodeConnection['connect']>
}

function connected({ connections }: NodeView): Connected[] {
  return connections.flatMap((one) => (one.connect === null ? [] : [{ ...one, connect: one.connect }]))
}

function eachConnect(view: NodeView, isKept: (one: Connected) => boolean, what: string) {
  return onWire(() => each(connected(view), 'no-birth', (one) => faultIf(!isKept(one), one.connect, what)))(view)
}

function ofVersion(view: NodeView, version: 4 | 5, isKept: (one: Connected) => boolean) {
  if (view.timeline.tap === 'subscriber') return notSeen('no-wire')
  const own = connected(view).filter(({ connect }) => (connect.version === 5) === (version === 5))
  if (own.length === 0) return notApplicable('other-mqtt-version')
  return each(own, 'no-birth', (one) => faultIf(!isKept(one), one.connect, `clean ${one.connect.clean}`))
}

/** Each connection's first NBIRTH. */
function eachBorn(
  view: NodeView,
  fault: (one: NodeConnection, birth: NodeMessage) => { index: number; what: string } | null,
) {
  const born = view.connections.flatMap((one) => {
    const birth = one.messages.find(({ type }) => type === 'NBIRTH')
    return birth === undefined ? [] : [{ one, birth }]
  })
  return onWire(() => each(born, 'no-birth', ({ one, birth }) => fault(one, birth)))(view)
}

function willQos(view: NodeView) {
  return eachConnect(view, ({ will }) => will?.message.qos === 1, 'will QoS')
}

function willRetain(view: NodeView) {
  return eachConnect(view, ({ will }) => will?.message.retain === false, 'will retain')
}

function isNodeDeath({ will }: Connected): boolean {
  return will?.message.topic.split('/')[2] === 'NDEATH'
}

function hasCountedBdSeq(payload: NonNullable<NodeConnection['will']>['payload']): boolean {
  const metric = payload?.metrics.find(({ name }) => name === 'bdSeq')
  const { value } = metric ?? { value: null }
  return metric?.datatype === DATA_TYPE.int64 && typeof value === 'number' && value >= 0 && value <= 255
}

/** Whether the node hears a topic at QoS 1 when it says a birth. */
export function hearsBefore({ subscribed }: NodeConnection, topic: string, birth: NodeMessage): boolean {
  return subscribed.some(({ filter, qos, index }) => qos === 1 && index < birth.index && matches(filter, topic))
}

function matches(filter: string, topic: string): boolean {
  const wanted = topic.split('/')
  const levels = filter.split('/')
  for (const [place, level] of levels.entries()) {
    if (level === '#') return true
    if (wanted[place] === undefined || (level !== '+' && wanted[place] !== '+' && level !== wanted[place])) return false
  }
  return levels.length === wanted.length
}

/** In the Sparkplug namespace: lanes of other namespaces are not its business. */
function birthFirst(view: NodeView) {
  const speaking = view.connections.filter(({ messages }) => messages.length > 0)
  const isHalf = view.timeline.tap === 'subscriber'
  return each(isHalf ? [] : speaking, isHalf ? 'no-wire' : 'no-birth', ({ messages: [first] }) =>
    first === undefined ? null : faultIf(first.type !== 'NBIRTH', first, first.message.topic),
  )
}

/** Every NBIRTH of a connection, also after a request, bears the number of its will. */
export function birthMatchesWill(view: NodeView) {
  const births = view.connections.flatMap(({ will, messages }) =>
    messages.filter(({ type }) => type === 'NBIRTH').map((birth) => ({ birth, will })),
  )
  return onWire(() =>
    each(births, 'no-birth', ({ birth, will }) => {
      const [told, wanted] = [bdSeqOf(birth), will === null ? null : bdSeqOf(will)]
      return faultIf(told === null || told !== wanted, birth, `bdSeq ${String(told)}, will ${String(wanted)}`)
    }),
  )(view)
}

function bdSeqCounts(view: NodeView) {
  const counted = connected(view).map(({ connect, will }) => ({
    index: connect.index,
    bdSeq: will === null ? null : bdSeqOf(will),
  }))
  const pairs = counted.slice(1).map((one, place) => ({ ...one, before: counted[place]?.bdSeq ?? null }))
  return each(pairs, 'no-second-connect', ({ index, bdSeq, before }) =>
    faultIf(
      before === null || bdSeq !== (before + 1) % 256,
      { index },
      `bdSeq ${String(bdSeq)} after ${String(before)}`,
    ),
  )
}

function left({ connections }: NodeView) {
  return connections.flatMap(({ messages, disconnect }) => {
    const hasBirth = messages.some(({ type }) => type === 'NBIRTH')
    return disconnect === null || !hasBirth ? [] : [{ disconnect, last: messages.at(-1) }]
  })
}

/** With a birth behind it, a DISCONNECT makes the broker forget the will: the death must be said. */
function leavesWithDeath(view: NodeView) {
  return onWire(() =>
    each(left(view), 'no-disconnect', ({ disconnect, last }) =>
      faultIf(last?.type !== 'NDEATH' && disconnect.reason !== 4, disconnect, 'DISCONNECT without NDEATH'),
    ),
  )(view)
}

/** The death that was published is followed by DISCONNECT or the end of the connection, and by nothing else of Sparkplug. */
function disconnectFollows(view: NodeView) {
  const deaths = view.connections.flatMap(({ messages, end, disconnect }) =>
    messages.flatMap((one, place) =>
      one.type === 'NDEATH' ? [{ one, next: messages[place + 1], isOver: end !== null || disconnect !== null }] : [],
    ),
  )
  return onWire(() =>
    each(deaths, 'no-disconnect', ({ one, next, isOver }) =>
      faultIf(next !== undefined || !isOver, next ?? one, next?.message.topic ?? 'NDEATH without DISCONNECT'),
    ),
  )(view)
}
