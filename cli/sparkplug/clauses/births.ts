import { DATA_TYPE } from '../../../platform/sparkplug.ts'
import {
  type Clause,
  each,
  type Fault,
  faultIf,
  type Finding,
  must,
  notApplicable,
  notSeen,
  onWire,
} from '../clause.ts'
import { bdSeqOf, metricName, metricsOf, type NodeMessage, type NodeView, type PlacedMetric } from '../node-view.ts'
import { hearsBefore } from './session.ts'
import { inSequence, isPublishedPlain, isQos0, isUnretained, ofType, stampFault, topicFault } from './messages.ts'

const REBIRTH = 'Node Control/Rebirth'

/** What NBIRTH and DBIRTH say. (Sparkplug 3.0 §4.2, §5.4, §5.6, §5.15, §5.16, §6.4.19, §6.4.20) */
export const BIRTH_CLAUSES: readonly Clause[] = [
  must('topics-nbirth-topic', (view) => eachOf(view, 'NBIRTH', topicFault)),
  must('message-flow-edge-node-birth-publish-nbirth-topic', (view) => eachOf(view, 'NBIRTH', topicFault)),
  must('topics-nbirth-mqtt', (view) => isPublishedPlain(view, 'NBIRTH')),
  must('payloads-nbirth-qos', (view) => isQos0(view, 'NBIRTH')),
  must('message-flow-edge-node-birth-publish-nbirth-qos', (view) => isQos0(view, 'NBIRTH')),
  must('payloads-nbirth-retain', (view) => isUnretained(view, 'NBIRTH')),
  must('message-flow-edge-node-birth-publish-nbirth-retained', (view) => isUnretained(view, 'NBIRTH')),
  must('message-flow-edge-node-birth-publish-nbirth-payload', (view) => eachOf(view, 'NBIRTH', payloadFault)),
  must('topics-nbirth-seq-num', (view) => eachOf(view, 'NBIRTH', zeroFault)),
  must('payloads-nbirth-seq', (view) => eachOf(view, 'NBIRTH', zeroFault)),
  must('payloads-sequence-num-req-nbirth', (view) => eachOf(view, 'NBIRTH', byteFault)),
  must('message-flow-edge-node-birth-publish-nbirth-payload-seq', (view) => eachOf(view, 'NBIRTH', byteFault)),
  must('topics-nbirth-timestamp', (view) => eachOf(view, 'NBIRTH', (one) => stampFault(view, one))),
  must('payloads-nbirth-timestamp', (view) => eachOf(view, 'NBIRTH', (one) => stampFault(view, one))),
  must('topics-nbirth-bdseq-included', (view) => eachOf(view, 'NBIRTH', bdSeqFault)),
  must('payloads-nbirth-bdseq', (view) => eachOf(view, 'NBIRTH', bdSeqFault)),
  must('topics-nbirth-metrics', (view) => eachBornMetric(view, 'NBIRTH', completeFault)),
  must('operational-behavior-data-publish-nbirth-values', (view) => eachBornMetric(view, 'NBIRTH', valueFault)),
  must('topics-nbirth-rebirth-metric', (view) => eachOf(view, 'NBIRTH', rebirthFault)),
  must('payloads-nbirth-rebirth-req', (view) => eachOf(view, 'NBIRTH', rebirthFault)),
  must('operational-behavior-data-commands-rebirth-name', (view) =>
    eachOf(view, 'NBIRTH', (one) => faultIf(rebirthIn(one) === undefined, one, `no ${REBIRTH}`)),
  ),
  must('operational-behavior-data-commands-rebirth-name-aliases', (view) =>
    usesAliases(view)
      ? eachOf(view, 'NBIRTH', (one) => faultIf(rebirthIn(one)?.alias !== undefined, one, `alias of ${REBIRTH}`))
      : notApplicable('no-alias'),
  ),
  must('operational-behavior-data-commands-rebirth-datatype', (view) =>
    eachOf(view, 'NBIRTH', (one) =>
      faultIf(rebirthIn(one)?.datatype !== DATA_TYPE.boolean, one, `datatype of ${REBIRTH}`),
    ),
  ),
  must('operational-behavior-data-commands-rebirth-value', (view) =>
    eachOf(view, 'NBIRTH', (one) => faultIf(rebirthIn(one)?.value !== false, one, `value of ${REBIRTH}`)),
  ),
  must('payloads-nbirth-edge-node-descriptor', (view) => {
    const ids = new Set(view.connections.flatMap(({ connect }) => connect?.clientId ?? []))
    return onWire(() => eachOf(view, 'NBIRTH', (one) => faultIf(ids.size > 1, one, [...ids].join(', '))))(view)
  }),
  must('topics-dbirth-topic', (view) => eachOf(view, 'DBIRTH', topicFault)),
  must('message-flow-device-birth-publish-dbirth-topic', (view) => eachOf(view, 'DBIRTH', topicFault)),
  must('message-flow-device-birth-publish-dbirth-match-edge-node-topic', (view) => eachOf(view, 'DBIRTH', topicFault)),
  must('topics-dbirth-mqtt', (view) => isPublishedPlain(view, 'DBIRTH')),
  must('payloads-dbirth-qos', (view) => isQos0(view, 'DBIRTH')),
  must('message-flow-device-birth-publish-dbirth-qos', (view) => isQos0(view, 'DBIRTH')),
  must('payloads-dbirth-retain', (view) => isUnretained(view, 'DBIRTH')),
  must('message-flow-device-birth-publish-dbirth-retained', (view) => isUnretained(view, 'DBIRTH')),
  must('message-flow-device-birth-publish-dbirth-payload', (view) => eachOf(view, 'DBIRTH', payloadFault)),
  must('topics-dbirth-seq', (view) => inSequence(view, 'DBIRTH')),
  must('payloads-dbirth-seq', (view) => eachOf(view, 'DBIRTH', byteFault)),
  must('payloads-dbirth-seq-inc', (view) => inSequence(view, 'DBIRTH')),
  must('message-flow-device-birth-publish-dbirth-payload-seq', (view) => inSequence(view, 'DBIRTH')),
  must('topics-dbirth-timestamp', (view) => eachOf(view, 'DBIRTH', (one) => stampFault(view, one))),
  must('payloads-dbirth-timestamp', (view) => eachOf(view, 'DBIRTH', (one) => stampFault(view, one))),
  must('topics-dbirth-metrics', (view) => eachBornMetric(view, 'DBIRTH', completeFault)),
  must('operational-behavior-data-publish-dbirth-values', (view) => eachBornMetric(view, 'DBIRTH', valueFault)),
  must('message-flow-device-birth-publish-nbirth-wait', behindNodeBirth),
  must('payloads-dbirth-order', behindNodeBirth),
  must('message-flow-device-dcmd-subscribe', (view) => {
    const born = view.connections.flatMap((one) => {
      const birth = one.messages.find(({ type }) => type === 'NBIRTH')
      return birth === undefined ? [] : [{ one, birth }]
    })
    const wanted = `spBv1.0/${view.group}/DCMD/${view.edge}/+`
    return onWire(() =>
      each(born, 'no-birth', ({ one, birth }) =>
        faultIf(!hearsBefore(one, wanted, birth), birth, `no ${wanted} at QoS 1 before`),
      ),
    )(view)
  }),
]

/** Whether any birth gives a metric an alias. */
export function usesAliases(view: NodeView): boolean {
  return metricsOf(view.messages.filter(({ type }) => type.endsWith('BIRTH'))).some(
    ({ metric }) => metric.alias !== undefined,
  )
}

function eachOf(view: NodeView, type: 'NBIRTH' | 'DBIRTH', fault: (one: NodeMessage) => Fault | null): Finding {
  return each(ofType(view, type), type === 'NBIRTH' ? 'no-birth' : 'no-device', fault)
}

function eachBornMetric(
  view: NodeView,
  type: 'NBIRTH' | 'DBIRTH',
  fault: (one: PlacedMetric) => Fault | null,
): Finding {
  return each(metricsOf(ofType(view, type)), type === 'NBIRTH' ? 'no-birth' : 'no-device', fault)
}

function payloadFault(one: NodeMessage): Fault | null {
  return faultIf(one.payload === null, one, 'payload')
}

function zeroFault(one: NodeMessage): Fault | null {
  return faultIf(one.payload?.seq !== 0, one, `seq ${String(one.payload?.seq)}`)
}

function byteFault(one: NodeMessage): Fault | null {
  const seq = one.payload?.seq
  return faultIf(seq === undefined || seq > 255, one, `seq ${String(seq)}`)
}

function bdSeqFault(one: NodeMessage): Fault | null {
  return faultIf(bdSeqOf(one) === null, one, 'no bdSeq')
}

function completeFault({ message, metric, hasValue }: PlacedMetric): Fault | null {
  const isComplete = metric.name !== undefined && metric.datatype !== undefined && hasValue
  return faultIf(!isComplete, message, `metric ${metricName(metric)}`)
}

function valueFault({ message, metric, hasValue }: PlacedMetric): Fault | null {
  return faultIf(!hasValue, message, `metric ${metricName(metric)}`)
}

function rebirthIn({ payload }: NodeMessage) {
  return payload?.metrics.find(({ name }) => name === REBIRTH)
}

function rebirthFault(one: NodeMessage): Fault | null {
  const metric = rebirthIn(one)
  return faultIf(metric?.datatype !== DATA_TYPE.boolean || metric.value !== false, one, REBIRTH)
}

/** A device that comes later is born later; none is born before its node. */
function behindNodeBirth({ connections, timeline }: NodeView): Finding {
  if (timeline.tap === 'subscriber') return notSeen('no-wire')
  const births = connections.flatMap(({ messages }) => {
    const node = messages.find(({ type }) => type === 'NBIRTH')
    return messages.filter(({ type }) => type === 'DBIRTH').map((one) => ({ one, node }))
  })
  return each(births, 'no-device', ({ one, node }) =>
    faultIf(node === undefined || node.index > one.index, one, one.message.topic),
  )
}
