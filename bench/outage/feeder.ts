import { readFileSync, rmSync, writeSync, openSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Dating } from '../../core/contract/clock.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { loadGatewayConfig } from '../../platform/site/loaded-gateway.ts'
import { openPipeline } from '../../gateway/pipeline.ts'
import { resumeJudging } from '../../gateway/runtime/judging.ts'
import { openSteadyStore } from '../../gateway/store/steady.ts'
import type { Clock } from '../../platform/clock.ts'
import { quietLog } from '../../test/support/quiet-log.ts'
import { ALARM_POINT, ALARM_VALUE, SITE } from './plant.ts'
import { DEVICES, PERIOD_MS, POINTS_PER_DEVICE, valueAt } from './readings.ts'
import { type WalPlace, walPlace } from './wal.ts'

/** What one run of the feeder is to read. Rounds are counted from the beginning of the outage. */
export interface Job {
  /** Path of site.yaml. */
  readonly site: string
  /** Folder of the store. */
  readonly store: string
  readonly from: number
  /** The round after the last. */
  readonly to: number
  /** How this boot's time is dated at its first round, and what becomes known of it in which round. */
  readonly dating: Dating
  readonly known: { readonly round: number; readonly dating: Dating } | null
  /** It was known before this run, but perhaps not yet chained: the clock owes it. */
  readonly isOwed: boolean
  /** In these rounds there is no room left on the disk. */
  readonly full: { readonly from: number; readonly to: number } | null
  /** In this round the alarm is raised. */
  readonly alarm: number
}

/** What the feeder says. `durable`: all of the round survives a power cut, or waits in memory while the disk is full. */
export type Told =
  | { readonly begun: number }
  | { readonly durable: number; readonly wal: WalPlace | null; readonly written: number; readonly inMemory: boolean }
  | { readonly done: true; readonly bytes: number; readonly links: number; readonly written: number }

/**
 * The gateway's own store and pipeline as a process that can be killed, fed with what the plant shows as fast as the disk takes it.
 * Its argument is a Job; it tells each round before it begins and when it is durable.
 */
const job = JSON.parse(process.argv[2] ?? '') as Job
const tell = (told: Told) => void process.send?.(told)
const written = () => Number(/write_bytes: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? NaN)
process.once('disconnect', () => process.exit(0))

const at = { round: job.from, dating: job.dating }
const clock: Clock = {
  now: () => UtcMs.parse(Math.max(0, Math.floor(at.round * PERIOD_MS + at.dating.offsetMs))),
  mono: () => MonoMs.parse(at.round * PERIOD_MS),
  sleep: () => Promise.reject(new Error('nobody sleeps here')),
}
const log = quietLog()
const { plan } = loadGatewayConfig(job.site)
const store = openSteadyStore(job.store, { site: SITE, clock, dating: () => at.dating, log })
const kept = { batches: 0, wake: () => undefined as void }
const pipeline = openPipeline({
  ...{ engine: resumeJudging(plan, { store, boot: job.dating.boot, log }), store, clock, log },
  onCommit: ({ device }) => {
    if (device !== null) kept.batches += 1
    kept.wake()
  },
})

if (job.isOwed) store.chainDating(job.dating)
for (let round = job.from; round < job.to; round += 1) await live(round)
while (store.seal(0)) await nextTurn()
await store.durable()
tell({ done: true, bytes: store.capacity().bytes, links: store.links().length, written: written() })
// Whoever started it ends it.
setInterval(() => undefined, 1_000)

async function live(round: number): Promise<void> {
  tell({ begun: round })
  at.round = round
  if (job.known?.round === round) {
    // In the clock's own order: what was read is dated before what will be.
    store.chainDating(job.known.dating)
    at.dating = job.known.dating
  }
  if (job.full?.from === round) fillDisk()
  if (job.full?.to === round) rmSync(join(job.store, 'ballast'), { force: true })
  kept.batches = 0
  for (let device = 0; device < DEVICES; device += 1) await pipeline.accept(batchOf(device, round))
  pipeline.tick()
  while (kept.batches < DEVICES) await new Promise<void>((resolve) => (kept.wake = resolve))
  if (round % 60 === 0) while (store.seal(600_000)) await nextTurn()
  tell({ durable: round, wal: walPlace(job.store), written: written(), inMemory: store.hasFault() })
}

function batchOf(device: number, round: number) {
  const mono = MonoMs.parse(round * PERIOD_MS + 1_000 + device * 137)
  const stamp = UtcMs.parse(mono + at.dating.offsetMs)
  const readings = Array.from({ length: POINTS_PER_DEVICE }, (_, index): Reading => ({
    device: `device-${device}`,
    point: `point-${index}`,
    value: shown(device, index, round),
    quality: 'good',
    reason: null,
    at: stamp,
    mono,
    validUntil: UtcMs.parse(stamp + 3 * PERIOD_MS),
  }))
  return { device: `device-${device}`, readings, pictures: [] }
}

function shown(device: number, index: number, round: number): number {
  if (round === job.alarm && ALARM_POINT === `device-${device}/point-${index}`) return ALARM_VALUE
  return valueAt(device * POINTS_PER_DEVICE + index, round)
}

/** Takes every byte that is left. */
function fillDisk(): void {
  const file = openSync(join(job.store, 'ballast'), 'w')
  for (let size = 1 << 20; size >= 1; size = Math.floor(size / 4)) {
    try {
      for (;;) writeSync(file, Buffer.alloc(size, 1))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }
  closeSync(file)
}
