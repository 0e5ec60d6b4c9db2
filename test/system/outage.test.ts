import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Certificate } from '../../core/contract/chain.ts'
import { decodeRangeBody } from '../../core/decode/range-body.ts'
import { ExportLine } from '../../dashboard/server/archive/export.ts'
import { unpackBody } from '../../platform/chain.ts'
import { openFaultProxy } from '../../sim/fault-proxy/fault-proxy.ts'
import {
  type Desk,
  signIn,
  startControl,
  startGateway,
  writeControlConfig,
  writeSiteConfig,
} from '../support/county.ts'
import { openMeter } from '../support/meter.ts'
import { openPhone } from '../support/phone.ts'
import { freePort, testFolder } from '../support/processes.ts'
import { until } from '../support/until.ts'

const MAIN = fileURLToPath(new URL('../../cli/pitwatch.js', import.meta.url))
const KILLS = 3
const SITE = 'old-pit'

/** `pitwatch verify` on a file: its exit code and what it says. */
async function verified(path: string): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [MAIN, 'verify', path, '--lang=en'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, text }
}

async function certificateOf(desk: Desk, from: number, to: number): Promise<Certificate> {
  return Certificate.parse(await desk.get(`/api/sites/${SITE}/certificate?from=${from}&to=${to}`))
}

/** The export, and every power reading in it by its number. */
async function exported(url: string, cookie: string, from: number, to: number) {
  const answer = await fetch(`${url}/api/sites/${SITE}/certificate/export?from=${from}&to=${to}`, {
    headers: { cookie, origin: url },
  })
  const text = await answer.text()
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => ExportLine.parse(JSON.parse(line)))
  const readings = lines.flatMap((line) => {
    if (line.kind !== 'link' || line.body === null) return []
    const { stream } = line.head.link
    return decodeRangeBody(unpackBody(Buffer.from(line.body, 'base64'), 1 << 23)).flatMap((batch) =>
      batch.readings.map((reading, place) => ({
        stream,
        seq: batch.firstSeq + place,
        ...reading,
        device: batch.device,
      })),
    )
  })
  return { text, readings }
}

describe('an outage', () => {
  it('with kills in it ends with every reading once, in order, and a certificate that shows any change of it', async () => {
    await using folder = await testFolder()
    await using meter = await openMeter('eastron/sdm630', { 'active-power': 0, 'voltage-l1': 1, 'current-l1': 0 })
    await using phone = await openPhone()
    const broker = await freePort()
    const control = await writeControlConfig({
      folder: folder.path,
      httpPort: await freePort(),
      broker: { port: broker },
      phones: [phone.url],
      escalateAfter: '10min',
    })
    await using proxy = await openFaultProxy({ host: '127.0.0.1', port: 0, to: { host: '127.0.0.1', port: broker } })
    const site = await writeSiteConfig({
      folder: folder.path,
      meterPort: meter.port,
      brokerUrl: `mqtt://127.0.0.1:${proxy.port}`,
      every: '50ms',
    })
    await using room = await startControl(control)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    const startedAt = Date.now()
    let gateway = await startGateway(site)
    try {
      await until('live values', async () => (await desk.site(SITE))?.points.some(({ latest }) => latest?.value === 0))

      // What the meter shows only grows, so that a reading out of its place shows.
      let volts = 1
      const counting = setInterval(() => meter.set({ 'voltage-l1': (volts += 1) }), 60)
      proxy.set({ blackHole: true })
      for (let kill = 0; kill < KILLS; kill += 1) {
        await sleep(400 + kill * 137)
        await gateway.kill()
        gateway = await startGateway(site)
      }
      meter.set({ 'active-power': 20_000 })
      await sleep(600)
      clearInterval(counting)
      expect(await desk.alarms()).toHaveLength(0)
      proxy.set({})
      proxy.reset()
      await until('the alarm of the outage', async () =>
        (await desk.alarms()).find(({ rule }) => rule === 'dead-feeder'),
      )
      await gateway.stop()
      const endedAt = Date.now()
      gateway = await startGateway(site)
      const certificate = await until('everything to be there', async () => {
        const found = await certificateOf(desk, startedAt, endedAt)
        return found.holes.every(({ cause }) => cause === 'killed' || cause === 'stopped') ? found : null
      })
      expect(certificate.missing).toBe(0)
      expect(certificate.holes.filter(({ cause }) => cause === 'killed').length).toBe(KILLS)

      const { text, readings } = await exported(room.facts.url, desk.cookie, startedAt, endedAt)
      const seqs = readings.map(({ seq }) => seq)
      expect(new Set(readings.map(({ stream }) => stream)).size).toBe(1)
      expect(seqs).toEqual(seqs.map((_, place) => (seqs[0] ?? 0) + place))
      const shown = readings.filter(({ point }) => point === 'voltage-l1').map(({ value }) => Number(value))
      expect(shown).toEqual(shown.toSorted((a, b) => a - b))
      expect(shown.at(-1)).toBe(volts)

      const path = join(folder.path, 'proof.ndjson')
      await writeFile(path, text)
      expect(await verified(path)).toMatchObject({ code: 0 })
      const bytes = await readFile(path)
      const second = bytes.indexOf('"body":"', bytes.indexOf('"kind":"link"')) + 40
      bytes[second] = bytes[second] === 0x41 ? 0x42 : 0x41
      await writeFile(path, bytes)
      const broken = await verified(path)
      expect(broken.code).toBe(1)
      const line = bytes.subarray(0, second).toString().split('\n').length
      expect(broken.text).toContain(`line ${line}`)
    } finally {
      await gateway.stop()
    }
  }, 60_000)
})
