import { once } from 'node:events'
import { WebSocket } from 'ws'
import { LiveMessage } from '../core/contract/live.ts'
import { signIn, startControl, startGateway, writeControlConfig, writeSiteConfig } from '../test/support/county.ts'
import { openMeter } from '../test/support/meter.ts'
import { openPhone } from '../test/support/phone.ts'
import { freePort, testFolder } from '../test/support/processes.ts'
import { until } from '../test/support/until.ts'
import { type Bench, percentile, rounded } from './bench.ts'

const EVERY_MS = 250

/**
 * Time from the first answer that carries a changed register to the alarm on the browser's WebSocket. The wait for that
 * poll is the poll interval's and not counted; everything after it is: decoding, judging, the commit at the edge, MQTT, the desk's
 * commit, the feed. Gateway and control room are processes of their own on the embedded broker.
 */
export const bench: Bench = {
  name: 'chain',
  about: 'register change on a simulated device → alarm in the browser feed, beyond the poll interval.',
  aim: { figure: 'p99Ms', atMost: 250 },
  run: async ({ quick }) => {
    const rounds = quick ? 30 : 200
    await using folder = await testFolder()
    await using meter = await openMeter('eastron/sdm630', { 'active-power': 0 })
    await using phone = await openPhone()
    const brokerPort = await freePort()
    const control = await writeControlConfig({
      folder: folder.path,
      httpPort: await freePort(),
      broker: { port: brokerPort },
      phones: [phone.url],
    })
    const site = await writeSiteConfig({
      folder: folder.path,
      meterPort: meter.port,
      brokerUrl: `mqtt://127.0.0.1:${brokerPort}`,
      every: `${EVERY_MS}ms`,
    })
    await using room = await startControl(control)
    await using _gateway = await startGateway(site)
    const { url, administratorPassword } = room.facts
    const desk = await signIn(url, administratorPassword ?? '')
    const feed = new WebSocket(`${url.replace('http', 'ws')}/api/live`, {
      headers: { cookie: desk.cookie, origin: url },
    })
    const seen: { state: string; at: number }[] = []
    feed.on('message', (data: Buffer) => {
      const at = performance.now()
      const message = LiveMessage.parse(JSON.parse(data.toString()))
      if (message.type === 'delta') for (const { state } of message.alarms) seen.push({ state, at })
    })
    await once(feed, 'open')
    await until('live values', async () =>
      (await desk.site('old-pit'))?.points.some(({ latest }) => latest?.value === 0),
    )
    const samples: number[] = []
    for (let round = 0; round < rounds; round++) {
      seen.length = 0
      meter.set({ 'active-power': 20_000 })
      const alarm = await until('the alarm on the feed', () => seen.find(({ state }) => state === 'unacked'))
      samples.push(alarm.at - (meter.firstAskedAt() ?? NaN))
      const [open] = await desk.alarms()
      if (open !== undefined) await desk.acknowledge(open.id, '测量用，无需处置')
      meter.set({ 'active-power': 0 })
      await until('the alarm to close', async () => (await desk.alarms()).length === 0)
      // Another phase of the poll each time.
      await new Promise((passed) => setTimeout(passed, (round * 37) % EVERY_MS))
      if (round % 20 === 19) console.error(`${round + 1} of ${rounds}`)
    }
    feed.terminate()
    return {
      rounds,
      pollIntervalMs: EVERY_MS,
      p50Ms: rounded(percentile(samples, 0.5)),
      p99Ms: rounded(percentile(samples, 0.99)),
      maxMs: rounded(Math.max(...samples)),
    }
  },
}
