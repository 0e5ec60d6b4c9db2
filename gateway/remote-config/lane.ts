import type { FurtherLane, Say } from '../uplink/uplink.ts'
import type { RemoteConfig } from './remote-config.ts'

/** The configuration's own lane over the uplink. */
export interface RemoteConfigLane extends FurtherLane {
  /** Whether there is a connection to the broker now. */
  readonly isConnected: () => boolean
  /** Tells the control room what is to be told; with no connection the next one does. */
  readonly tell: () => void
}

/**
 * Hears configurations and answers, and tells the report and what runs on each connection and whenever either has changed. What runs is told
 * by its hash, and whole when the control room says that it does not know it.
 */
export function remoteConfigLane(remote: RemoteConfig): RemoteConfigLane {
  let say: Say | null = null
  let told: string | null = null
  // What cannot be told now is told on the next connection.
  const quietly = (said: Promise<void>) => void said.catch(() => undefined)
  const tellRunning = () => {
    const running = remote.running()
    const name = running === null ? '' : `${running.head.version} ${running.sha256}`
    if (say === null || told === name) return
    told = name
    // An empty one takes away what the broker has kept of before.
    quietly(say('running-config', running === null ? '' : JSON.stringify(running.head), { retain: true }))
  }
  const tell = () => {
    if (say === null) return
    if (remote.report !== null) quietly(say('config-report', remote.report, { retain: true }))
    tellRunning()
  }
  return {
    hears: 'config',
    hear: (payload) => remote.take(payload),
    receipted: (receipt) => {
      if (receipt.lane === 'config' && receipt.verdict === 'accept') remote.answered(receipt)
      if (receipt.lane !== 'running-config' || receipt.verdict !== 'keep' || say === null) return
      const running = remote.running()
      if (running?.sha256 === receipt.sha256) quietly(say('running-config', JSON.stringify(running.whole())))
    },
    connected: (given, signal) => {
      say = given
      told = null
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
