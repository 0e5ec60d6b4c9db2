import { SPARKPLUG_TYPES } from '../../../core/contract/topics.ts'
import { type Clause, each, faultIf, may, must, notSeen, onWire, should } from '../clause.ts'
import { metricName, metricsOf, type NodeMessage, type NodeView } from '../node-view.ts'

/** Names and topics. (Sparkplug 3.0 §1.4, §2, §4.1, §5.2) */
export const NAME_CLAUSES: readonly Clause[] = [
  must('intro-group-id-string', (view) => each(view.messages, 'no-birth', (one) => nameFault(one, one.levels[1]))),
  must('intro-group-id-chars', (view) => each(view.messages, 'no-birth', (one) => charsFault(one, one.levels[1]))),
  must('intro-edge-node-id-string', (view) => each(view.messages, 'no-birth', (one) => nameFault(one, one.levels[3]))),
  must('intro-edge-node-id-chars', (view) => each(view.messages, 'no-birth', (one) => charsFault(one, one.levels[3]))),
  must('intro-device-id-string', (view) => each(ofDevices(view), 'no-device', (one) => nameFault(one, one.levels[4]))),
  must('intro-device-id-chars', (view) => each(ofDevices(view), 'no-device', (one) => charsFault(one, one.levels[4]))),
  must('intro-edge-node-id-uniqueness', onWire(uniqueNode)),
  must('topic-structure', (view) => each(view.messages, 'no-birth', structureFault)),
  must('topic-structure-namespace-a', (view) =>
    each(view.messages, 'no-birth', (one) => faultIf(one.levels[0] !== 'spBv1.0', one, one.message.topic)),
  ),
  must('topic-structure-namespace-valid-group-id', (view) =>
    each(view.messages, 'no-birth', (one) => charsFault(one, one.levels[1])),
  ),
  must('topic-structure-namespace-valid-edge-node-id', (view) =>
    each(view.messages, 'no-birth', (one) => charsFault(one, one.levels[3])),
  ),
  must('topic-structure-namespace-valid-device-id', (view) =>
    each(ofDevices(view), 'no-device', (one) => charsFault(one, one.levels[4])),
  ),
  must('topic-structure-namespace-unique-edge-node-descriptor', onWire(uniqueNode)),
  must('topic-structure-namespace-unique-device-id', uniqueDevices),
  may('topic-structure-namespace-duplicate-device-id-across-edge-node'),
  must('topic-structure-namespace-device-id-associated-message-types', (view) =>
    each(
      view.messages.filter(({ type }) => type.startsWith('D')),
      'no-device',
      (one) => faultIf(one.levels.length !== 5 || one.device === '', one, one.message.topic),
    ),
  ),
  must('topic-structure-namespace-device-id-non-associated-message-types', (view) =>
    each(
      view.messages.filter(({ type }) => type.startsWith('N')),
      'no-birth',
      (one) => faultIf(one.levels.length !== 4, one, one.message.topic),
    ),
  ),
  should('case-sensitivity-sparkplug-ids', (view) => {
    const firsts = ofDevices(view).filter(
      (one, place, all) => all.findIndex(({ device }) => device === one.device) === place,
    )
    return each(firsts, 'no-device', (one) => {
      const twin = firsts.find(
        ({ device }) => device !== one.device && folded(device ?? '') === folded(one.device ?? ''),
      )
      return faultIf(twin !== undefined, one, `${one.device ?? ''}, ${twin?.device ?? ''}`)
    })
  }),
  should('case-sensitivity-metric-names', (view) =>
    each(births(view), 'no-birth', (birth) => {
      const names = metricsOf([birth]).map(({ metric }) => metricName(metric))
      const twin = names.find((one) => names.some((other) => other !== one && folded(other) === folded(one)))
      return faultIf(twin !== undefined, birth, twin ?? '')
    }),
  ),
]

function births({ messages }: NodeView): NodeMessage[] {
  return messages.filter(({ type }) => type.endsWith('BIRTH'))
}

function ofDevices({ messages }: NodeView): NodeMessage[] {
  return messages.filter(({ device }) => device !== null)
}

function nameFault(one: NodeMessage, name = '') {
  return faultIf(name === '' || name.includes('\ufffd'), one, one.message.topic)
}

function charsFault(one: NodeMessage, name = '') {
  return faultIf(/[+#/\p{Cc}]/u.test(name), one, one.message.topic)
}

function structureFault(one: NodeMessage) {
  const wanted = one.type.startsWith('D') ? 5 : 4
  const isKnown = SPARKPLUG_TYPES.some((type) => type === one.levels[2])
  return faultIf(!isKnown || one.levels.length !== wanted, one, one.message.topic)
}

function folded(text: string): string {
  return text.toLowerCase()
}

/** Two connections at once that speak for the same node. */
function uniqueNode({ connections }: NodeView) {
  if (connections.length === 0) return notSeen('no-birth')
  const ids = new Set(connections.flatMap(({ connect }) => connect?.clientId ?? []))
  const faults = connections.flatMap((one, place) => {
    const next = connections[place + 1]
    const overlaps = next?.connect !== undefined && (one.end === null || one.end.index > (next.connect?.index ?? 0))
    const isOther = next?.connect?.clientId !== one.connect?.clientId
    return overlaps && isOther && next.connect !== null
      ? [{ index: next.connect.index, what: `client id ${next.connect.clientId}` }]
      : []
  })
  return { is: 'checked' as const, cases: ids.size, faults }
}

/** A device that is born while it is alive already is told by two. */
function uniqueDevices(view: NodeView) {
  const alive = new Set<string>()
  return each(
    view.messages.filter(({ type }) => type === 'NBIRTH' || type === 'DBIRTH' || type === 'DDEATH'),
    'no-device',
    (one) => {
      if (one.type === 'NBIRTH') alive.clear()
      if (one.device === null) return null
      const isTwice = one.type === 'DBIRTH' && alive.has(one.device)
      if (one.type === 'DBIRTH') alive.add(one.device)
      else alive.delete(one.device)
      return faultIf(isTwice, one, one.message.topic)
    },
  )
}
