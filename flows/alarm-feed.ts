import { connect } from 'mqtt'
import { AlarmTransition } from '../core/contract/alarm.ts'
import { topicOf } from '../core/contract/topics.ts'
import type { ControlAccess } from './environment.ts'

/** What the alarm lane says, and how the connection is. */
export interface AlarmListener {
  alarm(transition: AlarmTransition): void
  state(state: 'connected' | 'disconnected'): void
  /** A message that is no transition; it is dropped. */
  malformed(topic: string): void
}

/**
 * Listens to the alarm lane of every site of the group until the returned function is called. A transition comes at least
 * once: gateways repeat it until the control room has it, so a flow that must not act twice looks at occurrence and n.
 */
export function listenToAlarms(access: ControlAccess, listener: AlarmListener): () => Promise<void> {
  const client = connect(access.brokerUrl, {
    protocolVersion: 4,
    clean: true,
    username: access.service,
    password: access.token,
    reconnectPeriod: 5_000,
    queueQoSZero: false,
    resubscribe: false,
  })
  client.on('connect', () => {
    client.subscribe(`pitwatch/v1/${access.group}/+/alarm`, { qos: 1 }, (error, granted) => {
      const refused = error !== null || (granted ?? []).some((grant) => grant.qos === 128)
      listener.state(refused ? 'disconnected' : 'connected')
    })
  })
  client.on('close', () => listener.state('disconnected'))
  // Said by 'close' as well; without a listener a refused connection would end the program.
  client.on('error', () => undefined)
  client.on('message', (topic, payload) => {
    const transition = transitionOf(topic, payload)
    if (transition === null) listener.malformed(topic)
    else listener.alarm(transition)
  })
  return async () => {
    await client.endAsync(true)
  }
}

/** The transition a message on the lane holds, or null when it is none or speaks for another site. */
export function transitionOf(topic: string, payload: Uint8Array): AlarmTransition | null {
  const lane = topicOf(topic)
  if (lane?.kind !== 'alarm') return null
  try {
    const parsed = AlarmTransition.safeParse(JSON.parse(new TextDecoder().decode(payload)))
    return parsed.success && parsed.data.site === lane.site ? parsed.data : null
  } catch {
    return null
  }
}
