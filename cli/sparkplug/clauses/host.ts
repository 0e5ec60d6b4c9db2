import { type Clause, each, faultIf, type Finding, must, notApplicable, onWire } from '../clause.ts'
import type { NodeConnection, NodeView, StateMessage } from '../node-view.ts'

/** What is on its way when the host goes is no fault, ms. */
const GRACE_MS = 2_000

/** The node and the host it waits for. (Sparkplug 3.0 §5.4, §5.5, §5.10) */
export const HOST_CLAUSES: readonly Clause[] = [
  must('message-flow-edge-node-birth-publish-phid-wait', waitsOnline),
  must('message-flow-edge-node-birth-publish-phid-wait-id', waitsOnline),
  must('message-flow-edge-node-birth-publish-phid-wait-online', waitsOnline),
  must('message-flow-edge-node-birth-publish-phid-wait-timestamp', (view) => withHost(view, ignoresOldOnline)),
  must('message-flow-edge-node-birth-publish-phid-offline', (view) => withHost(view, leavesOffline)),
  must('operational-behavior-edge-node-termination-host-offline', (view) => withHost(view, leavesOffline)),
  must('operational-behavior-edge-node-termination-host-offline-reconnect', (view) => withHost(view, comesBack)),
  must('operational-behavior-edge-node-termination-host-offline-timestamp', (view) =>
    withHost(view, ignoresOldOffline),
  ),
  must('operational-behavior-primary-application-state-with-multiple-servers-state-subs', (view) =>
    withHost(view, () =>
      each(born(view), 'no-birth', ({ one, birth }) => {
        const hears = one.subscribed.some(
          ({ filter, index }) => filter === `spBv1.0/STATE/${view.host ?? ''}` && index < birth.index,
        )
        return faultIf(!hears, birth, 'NBIRTH before STATE is subscribed to')
      }),
    ),
  ),
  must('operational-behavior-primary-application-state-with-multiple-servers-single-server', () =>
    notApplicable('one-server'),
  ),
  must('operational-behavior-primary-application-state-with-multiple-servers-walk', () => notApplicable('one-server')),
  must('operational-behavior-edge-node-birth-sequence-wait', waitsOnline),
]

function withHost(view: NodeView, check: (view: NodeView) => Finding): Finding {
  return onWire(() => (view.host === null ? notApplicable('no-host-configured') : check(view)))(view)
}

function born({ connections }: NodeView) {
  return connections.flatMap((one) => {
    const birth = one.messages.find(({ type }) => type === 'NBIRTH')
    return birth === undefined ? [] : [{ one, birth }]
  })
}

/** STATE messages of the host that count: those that are not older than one before, over all connections. */
function counting(
  view: NodeView,
): { readonly state: StateMessage; readonly isOld: boolean; readonly one: NodeConnection }[] {
  let latest = -Infinity
  return view.connections.flatMap((one) =>
    one.states
      .filter(({ host, state }) => host === view.host && state !== null)
      .map((state) => {
        const timestamp = state.state?.timestamp ?? 0
        const isOld = timestamp < latest
        latest = Math.max(latest, timestamp)
        return { state, isOld, one }
      }),
  )
}

function waitsOnline(view: NodeView): Finding {
  return withHost(view, () => {
    const known = counting(view)
    return each(born(view), 'no-birth', ({ one, birth }) => {
      const last = known.filter((heard) => heard.one === one && !heard.isOld && heard.state.index < birth.index).at(-1)
      return faultIf(last?.state.state?.online !== true, birth, 'NBIRTH without an online STATE')
    })
  })
}

/** An old `online` while the host is known to be offline brings no birth. */
function ignoresOldOnline(view: NodeView): Finding {
  const known = counting(view)
  const old = known.filter(({ state, isOld }, place) => {
    const before = known.slice(0, place).findLast((heard) => !heard.isOld)
    return isOld && state.state?.online === true && before?.state.state?.online === false
  })
  return each(old, 'no-old-state', ({ state, one }) => {
    const next = known.find((heard) => !heard.isOld && heard.state.index > state.index)
    const birth = one.messages.find(({ type, index }) => type === 'NBIRTH' && index > state.index)
    const isWrong = birth !== undefined && (next === undefined || birth.index < next.state.index)
    return faultIf(isWrong, birth ?? state, 'NBIRTH after an old STATE')
  })
}

function offline(view: NodeView) {
  return counting(view).filter(({ state, isOld, one }) => {
    const hasBirth = one.messages.some(({ type, index }) => type === 'NBIRTH' && index < state.index)
    return !isOld && state.state?.online === false && hasBirth
  })
}

function leavesOffline(view: NodeView): Finding {
  return each(offline(view), 'no-host-offline', ({ state, one }) => {
    const death = one.messages.find(({ type, index }) => type === 'NDEATH' && index > state.index)
    const over = one.disconnect ?? one.end
    if (death === undefined || over === null)
      return { index: state.index, what: 'STATE offline, no NDEATH and DISCONNECT' }
    const late = one.messages.find(
      ({ type, index, atMs }) => index > state.index && type !== 'NDEATH' && atMs - state.atMs > GRACE_MS,
    )
    return faultIf(late !== undefined, late ?? state, late?.message.topic ?? '')
  })
}

function comesBack(view: NodeView): Finding {
  return each(offline(view), 'no-host-offline', ({ state, one }) => {
    const next = view.connections.find(({ connect }) => (connect?.index ?? 0) > state.index)
    return faultIf(next === undefined && one.end !== null, state, 'no CONNECT after STATE offline')
  })
}

/** An offline that is older than what is known ends nothing. */
function ignoresOldOffline(view: NodeView): Finding {
  const known = counting(view)
  const old = known.filter(({ state, isOld, one }) => {
    const isBorn = one.messages.some(({ type, index }) => type === 'NBIRTH' && index < state.index)
    return isOld && state.state?.online === false && isBorn
  })
  return each(old, 'no-old-state', ({ state, one }) => {
    const death = one.messages.find(
      ({ type, index, atMs }) => type === 'NDEATH' && index > state.index && atMs - state.atMs < GRACE_MS,
    )
    const reason = known.some(
      (heard) => !heard.isOld && heard.state.state?.online === false && heard.state.index > state.index,
    )
    return faultIf(death !== undefined && !reason, death ?? state, 'NDEATH after an old STATE')
  })
}
