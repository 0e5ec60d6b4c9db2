import { spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { Certificate } from '../core/contract/chain.ts'
import { seededChance } from '../sim/chance.ts'
import { openFaultProxy } from '../sim/fault-proxy/fault-proxy.ts'
import { type Desk, signIn, startControl, writeControlConfig } from '../test/support/county.ts'
import { openPhone } from '../test/support/phone.ts'
import { freePort, testFolder } from '../test/support/processes.ts'
import { startMosquitto } from '../test/support/servers.ts'
import { until } from '../test/support/until.ts'
import { type Bench, rounded } from './bench.ts'
import { checkExport, checkHistory } from './outage/check.ts'
import { openSmallDisk } from './outage/disk.ts'
import { drain } from './outage/drain.ts'
import { liveThrough } from './outage/outage.ts'
import { servePlant, SITE, writePlant } from './outage/plant.ts'
import { PERIOD_MS, POINTS } from './outage/readings.ts'

const MAIN = fileURLToPath(new URL('../cli/pitwatch.js', import.meta.url))
const LINK_BITS = 64_000
const FULL = { rounds: 8_640, kills: 200, diskMB: 256, drainWithinMs: 30 * 60_000 }
const QUICK = { rounds: 360, kills: 20, diskMB: 64, drainWithinMs: 3 * 60_000 }

/**
 * An outage from its first reading to its certificate. While the line is cut, the gateway's real store and pipeline run in a process of
 * their own, fed as fast as the disk takes it, through kills, power cuts that tear the write-ahead log at a random byte beyond what was
 * synced, a disk that runs full, a boot that begins in 1970 and one whose clock is 90 s off. Then the real gateway program with simulated
 * devices drains that store over a line of 64 kbit/s into the real control room behind Debian's Mosquitto. Every reading is a function of
 * its point and time and is looked for in the control room's export.
 */
export const bench: Bench = {
  name: 'outage',
  about:
    '500 points / 10 s through 24 h without a line, 200 × kill −9, power cuts, a full disk and a wrong clock, then 64 kbit/s.',
  aim: [
    { figure: 'lost', atMost: 0 },
    { figure: 'duplicated', atMost: 0 },
    { figure: 'outOfOrder', atMost: 0 },
    { figure: 'wrong', atMost: 0 },
    { figure: 'unaccounted', atMost: 0 },
    { figure: 'historyMissing', atMost: 0 },
    { figure: 'certified', atLeast: 1 },
    { figure: 'alarmMs', atMost: 5_000 },
    { figure: 'trendShare', atMost: 0.05 },
    { figure: 'drainRatio', atMost: 1.2 },
  ],
  run: async ({ quick }) => {
    const { rounds, kills, diskMB, drainWithinMs } = quick ? QUICK : FULL
    await using folder = await testFolder()
    using disk = openSmallDisk(folder.path, diskMB)
    if (disk.kind === 'folder') console.error('no file system can be mounted here: the full disk is left out')
    await using broker = await startMosquitto()
    await using proxy = await openFaultProxy({
      host: '127.0.0.1',
      port: 0,
      to: { host: '127.0.0.1', port: broker.port },
    })
    await using plant = await servePlant()
    await using phone = await openPhone()
    const brokerUrl = `mqtt://127.0.0.1:${proxy.port}`
    const store = join(disk.path, 'store')
    const site = await writePlant({ folder: folder.path, store, ports: plant.ports, brokerUrl })
    const beganAt = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS - (rounds + 120) * PERIOD_MS
    const to = beganAt + rounds * PERIOD_MS

    const plan = {
      site,
      store,
      rounds,
      kills,
      beganAt,
      isDiskSmall: disk.kind === 'ext4',
      chance: seededChance(20_261_122),
    }
    const lived = await liveThrough(plan)

    const control = await writeControlConfig({
      ...{ folder: folder.path, httpPort: await freePort(), broker: { url: broker.url }, phones: [phone.url] },
    })
    await using room = await startControl(control)
    const desk = await signIn(room.facts.url, room.facts.administratorPassword ?? '')
    const drained = await drain({
      ...{ site, brokerUrl: broker.url, proxy, desk, bitRate: LINK_BITS, from: beganAt, to, boots: lived.boots },
      links: lived.links,
      withinMs: drainWithinMs,
    })
    const proof = await proofOf(desk, {
      url: room.facts.url,
      folder: folder.path,
      from: beganAt,
      to,
    })
    const lines = createInterface({ input: createReadStream(proof.path) })
    const alarm = Math.floor(rounds / 2)
    const checked = await checkExport(lines, lived, { rounds, beganAt, alarm })
    const history = await until('the history to be written', async () => {
      const found = await checkHistory(desk, lived, { beganAt, rounds })
      return found.missing === 0 ? found : null
    }).catch(() => checkHistory(desk, lived, { beganAt, rounds }))
    const { fates, boots, ...outage } = lived
    const durable = [...fates.values()].filter((fate) => fate === 'durable').length
    const readings = durable * POINTS
    return {
      ...checked,
      historyMissing: history.missing,
      historyWrong: history.wrong,
      certified: proof.isAccepted && proof.certificate.missing === 0 ? 1 : 0,
      certificateMissing: proof.certificate.missing,
      holes: proof.certificate.holes.length,
      alarmMs: rounded(drained.alarmMs, 0),
      trendMs: rounded(drained.trendMs, 0),
      trendShare: rounded(drained.trendMs / drained.drainMs, 4),
      drainMs: rounded(drained.drainMs, 0),
      drainRatio: rounded(drained.drainMs / ((drained.bytesThere * 8_000) / LINK_BITS), 3),
      bytesThere: drained.bytesThere,
      bytesBack: drained.bytesBack,
      backlogBytes: drained.backlogBytes,
      trendBytes: drained.trendBytes,
      resent: drained.resent,
      wireBytesPerReading: rounded(drained.backlogBytes / readings, 3),
      diskBytesPerReading: rounded(outage.storedBytes / readings, 3),
      writtenBytesPerReading: rounded(outage.writtenBytes / readings, 1),
      writeAmplification: rounded(outage.writtenBytes / outage.storedBytes, 1),
      durableRounds: durable,
      boots: boots.size,
      kills: outage.kills,
      powerCuts: outage.powerCuts,
      cutBytes: outage.cutBytes,
      roundsInMemory: outage.roundsInMemory,
      links: outage.links,
    }
  },
}

interface ProofPlace {
  readonly url: string
  readonly folder: string
  readonly from: number
  readonly to: number
}

/** The certificate, its export in a file, and what `pitwatch verify` says to it. */
async function proofOf(desk: Desk, { url, folder, from, to }: ProofPlace) {
  const query = `?from=${from}&to=${to}`
  const certificate = Certificate.parse(await desk.get(`/api/sites/${SITE}/certificate${query}`))
  const answer = await fetch(`${url}/api/sites/${SITE}/certificate/export${query}`, {
    headers: { cookie: desk.cookie, origin: url },
  })
  if (answer.body === null) throw new Error('no export came')
  const path = join(folder, 'proof.ndjson')
  await pipeline(answer.body, createWriteStream(path))
  const verified = spawnSync(process.execPath, [MAIN, 'verify', path, '--lang=en'], { encoding: 'utf8' })
  if (verified.status !== 0) console.error(verified.stdout, verified.stderr)
  return { certificate, path, isAccepted: verified.status === 0 }
}
