import type { SparkplugType } from '../../../core/contract/topics.ts'
import { each, type Fault, faultIf, type Finding, notSeen, type Reason } from '../clause.ts'
import type { NodeMessage, NodeView } from '../node-view.ts'

type FromNode = Exclude<SparkplugType, 'NCMD' | 'DCMD'>

/** Why messages of a type are not there. */
const ABSENT = {
  NBIRTH: 'no-birth',
  DBIRTH: 'no-device',
  NDATA: 'no-ndata',
  DDATA: 'no-ddata',
  NDEATH: 'no-ndeath',
  DDEATH: 'no-ddeath',
} as const satisfies Record<FromNode, Reason>

/** A time of a message may differ so much from the tap's, ms: what is far off is no time of sending. */
const STAMP_WITHIN_MS = 5 * 60_000

export function ofType({ messages }: NodeView, type: FromNode): NodeMessage[] {
  return messages.filter((one) => one.type === type)
}

/** Each message of a type on its own. */
export function eachOfType(view: NodeView, type: FromNode, fault: (one: NodeMessage) => Fault | null): Finding {
  return each(ofType(view, type), ABSENT[type], fault)
}

export function topicFault(one: NodeMessage): Fault | null {
  return faultIf(one.levels.length !== (one.type.startsWith('D') ? 5 : 4), one, one.message.topic)
}

/** QoS 0 and not retained. */
export function isPublishedPlain(view: NodeView, type: FromNode): Finding {
  if (view.timeline.tap === 'subscriber') return notSeen('no-wire')
  return eachOfType(view, type, (one) =>
    faultIf(one.message.qos !== 0 || one.message.retain, one, `QoS ${one.message.qos}, retain ${one.message.retain}`),
  )
}

export function isQos0(view: NodeView, type: FromNode): Finding {
  if (view.timeline.tap === 'subscriber') return notSeen('no-wire')
  return eachOfType(view, type, (one) => faultIf(one.message.qos !== 0, one, `QoS ${one.message.qos}`))
}

export function isUnretained(view: NodeView, type: FromNode): Finding {
  if (view.timeline.tap === 'subscriber') return notSeen('no-wire')
  return eachOfType(view, type, (one) => faultIf(one.message.retain, one, 'retain'))
}

/** A payload timestamp that can be the time of sending. */
export function stampFault({ timeline }: NodeView, one: NodeMessage): Fault | null {
  const told = one.payload?.timestamp
  const heardAt = timeline.beganAt + one.atMs
  const isNear = told !== undefined && Math.abs(told - heardAt) <= STAMP_WITHIN_MS
  return faultIf(!isNear, one, `timestamp ${String(told)}`)
}

/** Messages of a type whose seq is one more than that of the message before, 255 followed by 0. */
export function inSequence(view: NodeView, type: FromNode | 'any'): Finding {
  const pairs = view.connections.flatMap(({ messages }) => {
    const numbered = messages.filter((one) => one.type !== 'NDEATH')
    return numbered.flatMap((one, place) => {
      const before = numbered[place - 1]
      return before === undefined || one.type === 'NBIRTH' || (type !== 'any' && one.type !== type)
        ? []
        : [{ one, before }]
    })
  })
  return each(pairs, type === 'any' ? 'no-birth' : ABSENT[type], ({ one, before }) => {
    const [told, last] = [one.payload?.seq, before.payload?.seq]
    return faultIf(
      told === undefined || last === undefined || told !== (last + 1) % 256,
      one,
      `seq ${String(told)} after ${String(last)}`,
    )
  })
}
