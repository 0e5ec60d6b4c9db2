import type { FurtherLane, Say } from '../uplink/uplink.ts'
import type { RemoteConfig } from './remote-config.ts'

/** The configuration's own lane over the uplink. */
export interface RemoteConfigLane extends FurtherLane {
  /** Whether there is a connection to the broker now. */
  readonly isConnected: () => boolean
  /** Tells the control room what is to be told; with no connection the next one does. */
  readonly tell: () => void
}

/** Hears configurations and answers, and tells the report on each connection and whenever it has changed. */
export function remoteConfigLane(remote: RemoteConfig): RemoteConfigLane {
  let say: Say | null = null
  const tell = () => {
    if (say === null || remote.report === null) return
    // One that cannot be told now is told on the next connection.
    say('config-report', remote.report, { retain: true }).catch(() => undefined)
  }
  return {
    hears: 'config',
    hear: (payload) => remote.take(payload),
    receipted: (receipt) => {
      if (receipt.lane === 'config' && receipt.verdict === 'accept') remote.answered(receipt)
    },
    connected: (given, signal) => {
      say = given
      signal.addEventListener('abort', () => {
        if (say === given) say = null
      })
      tell()
      return Promise.resolve()
    },
    isConnected: () => say !== null,
    tell,
  }
}
