import { InfluxDB, Point } from '@influxdata/influxdb-client'
import { connect } from 'mqtt'
import { decodePayload } from 'sparkplug-payload/lib/sparkplugbpayload.js'

/**
 * The way most people put Sparkplug into a time-series database: an MQTT.js subscriber, the Sparkplug project's own decoder and the official
 * client, here without its trap: batches are flushed by hand below its batch size, so that it waits for the server's answer.
 * It knows no births, no session and no sequence, and keeps nothing of its own. Arguments: broker, server.
 */
const [brokerUrl = '', serverUrl = ''] = process.argv.slice(2)
const FLUSH_AT = 4_000

const writer = new InfluxDB({ url: serverUrl, token: 'any' }).getWriteApi('org', 'peer', 'ms', {
  batchSize: 10 * FLUSH_AT,
  flushInterval: 0,
  maxRetries: 0,
})
let points = 0
let written = 0
let flushing: Promise<void> | null = null

const client = connect(brokerUrl, { protocolVersion: 5, clientId: 'peer' })
client.on('connect', () => {
  client.subscribe(['spBv1.0/#'], () => process.send?.({ started: true }))
})
client.on('message', (topic, payload) => {
  const [, group = '', type, site = '', device = ''] = topic.split('/')
  if (type !== 'DDATA') return
  for (const { name = '', value, timestamp } of decodePayload(payload).metrics ?? []) {
    if (typeof value !== 'number') continue
    writer.writePoint(
      new Point('power')
        .tag('group', group)
        .tag('site', site)
        .tag('device', device)
        .tag('point', name ?? '')
        .floatField('value', value)
        .stringField('quality', 'good')
        .timestamp(numberOf(timestamp)),
    )
    points += 1
  }
  if (points - written >= FLUSH_AT) flush()
})
setInterval(flush, 100)
process.on('message', () => process.send?.({ points, written }))
process.once('disconnect', () => process.exit(0))

/** The decoder gives 64-bit numbers as objects of its own. */
function numberOf(value: unknown): number {
  return Number(String(value))
}

function flush(): void {
  if (flushing !== null || points === written) return
  const upTo = points
  flushing = writer.flush().then(
    () => {
      written = upTo
      flushing = null
    },
    (error: unknown) => {
      throw error
    },
  )
}
