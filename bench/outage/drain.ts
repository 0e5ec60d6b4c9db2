import { setTimeout as sleep } from 'node:timers/promises'
import { Receipt } from '../../core/contract/lanes.ts'
import { topicOf } from '../../core/contract/topics.ts'
import { decodeLinkMessage } from '../../platform/chain.ts'
import { openMqtt } from '../../platform/mqtt.ts'
import type { FaultProxy } from '../../sim/fault-proxy/fault-proxy.ts'
import { type Desk, startGateway } from '../../test/support/county.ts'
import { quietLog } from '../../test/support/quiet-log.ts'
import { until } from '../../test/support/until.ts'

export interface DrainParts {
  readonly site: string
  readonly brokerUrl: string
  readonly proxy: FaultProxy
  readonly desk: Desk
  readonly bitRate: number
  /** The outage, ms. */
  readonly from: number
  readonly to: number
  /** The feeder's boots: links of others are of the time after the outage. */
  readonly boots: ReadonlySet<string>
  /** How many there are. */
  readonly links: number
  readonly withinMs: number
}

export interface DrainFacts {
  /** From the return of the link, ms: the alarm's receipt; a trend of 95 % of the outage; the last receipt of the backlog. */
  readonly alarmMs: number
  /** 0 when the backlog was too small for a trend. */
  readonly trendMs: number
  readonly drainMs: number
  /** Bytes that passed to the broker and back while it drained, and of it ranges and trends of the backlog. */
  readonly bytesThere: number
  readonly bytesBack: number
  readonly backlogBytes: number
  readonly trendBytes: number
  /** Range messages of the backlog that came more than once. */
  readonly resent: number
}

/** What a listener at the broker has heard. */
interface Heard {
  alarmAt: number | null
  trendSent: number
  /** Links of the backlog by stream and number: sent, and receipted. */
  readonly sent: Map<string, number>
  readonly receipted: Set<string>
  lastReceiptAt: number
  backlogBytes: number
  trendBytes: number
}

/** Starts the real gateway program on the store, lets the link return at a low rate, and waits until the backlog has gone. */
export async function drain(parts: DrainParts): Promise<DrainFacts> {
  const { proxy, bitRate, withinMs } = parts
  const heard: Heard = {
    ...{ alarmAt: null, trendSent: 0, sent: new Map(), receipted: new Set(), lastReceiptAt: 0 },
    ...{ backlogBytes: 0, trendBytes: 0 },
  }
  const ear = openMqtt(
    { url: parts.brokerUrl },
    {
      clientId: 'ear',
      log: quietLog(),
      onMessage: ({ topic, payload }) => hear(heard, parts.boots, topic, payload),
      onConnect: (session) => session.subscribe(['pitwatch/v1/#']),
    },
  )
  await until('the listener to be connected', () => ear.session())
  proxy.set({ blackHole: true })
  await using gateway = await startGateway(parts.site)
  // It tries in vain for a while.
  await sleep(3_000)
  proxy.set({ bitRate })
  // A gateway that hung on a dead connection would wait for its keep-alive; the modem says that it has dialled anew.
  proxy.reset()
  const [startedAt, before] = [performance.now(), proxy.passed()]
  const trend = watchTrend(parts, startedAt)
  await until('the backlog to drain', () => heard.receipted.size >= parts.links, withinMs)
  const drainMs = heard.lastReceiptAt - startedAt
  const after = proxy.passed()
  const trendMs = await trend.stop()
  await gateway.stop()
  await ear.close()
  return {
    alarmMs: (heard.alarmAt ?? Infinity) - startedAt,
    trendMs: heard.trendSent === 0 ? 0 : trendMs,
    drainMs,
    bytesThere: after.there - before.there,
    bytesBack: after.back - before.back,
    backlogBytes: heard.backlogBytes,
    trendBytes: heard.trendBytes,
    resent: [...heard.sent.values()].reduce((sum, times) => sum + times - 1, 0),
  }
}

function hear(heard: Heard, boots: ReadonlySet<string>, text: string, payload: Uint8Array): void {
  const topic = topicOf(text)
  if (topic?.kind === 'range') {
    const { head } = decodeLinkMessage(payload)
    const { link } = head
    if (link.kind !== 'gap' && !boots.has(link.dating.boot)) return
    const key = `${link.stream}#${link.n}`
    heard.sent.set(key, (heard.sent.get(key) ?? 0) + 1)
    heard.backlogBytes += payload.length + text.length
  } else if (topic?.kind === 'trend') {
    heard.trendSent += 1
    heard.trendBytes += payload.length + text.length
  } else if (topic?.kind === 'receipt') {
    const receipt = Receipt.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
    if (receipt.lane === 'alarm') heard.alarmAt ??= performance.now()
    if (receipt.lane !== 'range' || receipt.verdict !== 'accept') return
    const key = `${receipt.stream}#${receipt.n}`
    if (!heard.sent.has(key)) return
    heard.receipted.add(key)
    heard.lastReceiptAt = performance.now()
  }
}

/** Looks once a second how much of the outage the control room can draw. */
function watchTrend({ desk, from, to }: DrainParts, startedAt: number) {
  const stopping = new AbortController()
  const watching = (async () => {
    for (;;) {
      const history = await desk.history('device-1/point-0', from, to).catch(() => null)
      const hours = new Set(history?.at.map((at) => Math.floor(((at - from) / (to - from)) * 24)) ?? [])
      if (hours.size >= 23) return performance.now() - startedAt
      if (stopping.signal.aborted) return Infinity
      await sleep(1_000)
    }
  })()
  return {
    stop: () => {
      stopping.abort()
      return watching
    },
  }
}
