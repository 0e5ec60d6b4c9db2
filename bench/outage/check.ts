import type { History } from '../../core/contract/http.ts'
import { believedDating, byBoot, type ChainedDating, readingTime } from '../../dashboard/server/archive/dating.ts'
import { ExportLine } from '../../dashboard/server/archive/export.ts'
import { readRange } from '../../dashboard/server/archive/range-readings.ts'
import type { Desk } from '../../test/support/county.ts'
import type { OutageFacts } from './outage.ts'
import { ALARM_POINT, ALARM_VALUE } from './plant.ts'
import { PERIOD_MS, pointOf, POINTS, roundAt, valueAt } from './readings.ts'

export interface CheckFacts {
  /** Readings of durable rounds that are not there; readings that are there twice; out of the order of their numbers; with another value. */
  readonly lost: number
  readonly duplicated: number
  readonly outOfOrder: number
  readonly wrong: number
  /** Numbers of streams that no link accounts for. */
  readonly unaccounted: number
  /** Readings of which only minutes are left. */
  readonly reduced: number
  /** Farthest a reading's time is off as it is believed now, ms. */
  readonly maxTimeErrorMs: number
  readonly readings: number
}

/** Reads an export line by line and holds every reading of the outage against what the plant showed. */
export async function checkExport(
  lines: AsyncIterable<string>,
  { fates, boots }: Pick<OutageFacts, 'fates' | 'boots'>,
  facts: { readonly rounds: number; readonly beganAt: number; readonly alarm: number },
): Promise<CheckFacts> {
  const seen = new Uint8Array(facts.rounds * POINTS)
  const tally = { duplicated: 0, outOfOrder: 0, wrong: 0, unaccounted: 0, reduced: 0, maxTimeErrorMs: 0, readings: 0 }
  const last = new Map<string, { seq: number; rounds: Int32Array }>()
  const datings: ChainedDating[] = []
  for await (const text of lines) {
    const line = ExportLine.parse(JSON.parse(text))
    // They stand before the links, all of them.
    if (line.kind === 'dating' && line.head.link.kind === 'dating') datings.push(line.head.link)
    if (line.kind !== 'link') continue
    const { link } = line.head
    if (link.kind === 'dating') datings.push(link)
    if (link.kind !== 'range' && link.kind !== 'gap') continue
    let stream = last.get(link.stream)
    if (stream === undefined) last.set(link.stream, (stream = { seq: -1, rounds: new Int32Array(POINTS).fill(-1) }))
    if (link.from !== stream.seq + 1) tally.unaccounted += 1
    stream.seq = link.to
    if (link.kind === 'gap' || line.body === null || !boots.has(link.dating.boot)) continue
    const dating = believedDating(link.dating, link.n, byBoot(datings))
    if (line.head.fidelity !== 'raw') {
      tally.reduced += link.to - link.from + 1
      continue
    }
    let seq = link.from - 1
    for (const batch of readRange(link, Buffer.from(line.body, 'base64'))) {
      if (batch.firstSeq <= seq) tally.outOfOrder += 1
      seq = batch.firstSeq + batch.readings.length - 1
      for (const { point, value, mono, at } of batch.readings) {
        const [place, round] = [pointOf(batch.device, point), roundAt(mono)]
        if (place < 0) continue
        tally.readings += 1
        if (round <= (stream.rounds[place] ?? 0)) tally.outOfOrder += 1
        stream.rounds[place] = round
        const cell = round * POINTS + place
        if (seen[cell] === 1) tally.duplicated += 1
        seen[cell] = 1
        const isAlarm = round === facts.alarm && `${batch.device}/${point}` === ALARM_POINT
        if (value !== (isAlarm ? ALARM_VALUE : valueAt(place, round))) tally.wrong += 1
        const told = readingTime({ at, mono }, link.dating, dating)
        tally.maxTimeErrorMs = Math.max(tally.maxTimeErrorMs, Math.abs(told - facts.beganAt - mono))
      }
    }
  }
  let lost = 0
  for (const [round, fate] of fates) {
    if (fate !== 'durable') continue
    for (let point = 0; point < POINTS; point += 1) lost += 1 - (seen[round * POINTS + point] ?? 0)
  }
  return { ...tally, lost }
}

/** Of some points, how many readings of durable rounds the control room's history does not have, or has beside them. */
export async function checkHistory(
  desk: Desk,
  { fates }: Pick<OutageFacts, 'fates'>,
  { beganAt, rounds }: { readonly beganAt: number; readonly rounds: number },
): Promise<{ readonly missing: number; readonly wrong: number }> {
  const durable = [...fates].filter(([, fate]) => fate === 'durable').map(([round]) => round)
  let missing = 0
  let wrong = 0
  for (const place of [3, 117, 250, 366, 499]) {
    const name = `device-${Math.floor(place / 100)}/point-${place % 100}`
    const history: History = await desk.history(name, beganAt, beganAt + rounds * PERIOD_MS)
    missing += Math.max(0, durable.length - history.readings)
    wrong += Math.max(0, history.readings - fates.size)
    const shown = [...fates.keys()].map((round) => valueAt(place, round))
    const [least, most] = [Math.min(...history.min.map(Number)), Math.max(...history.max.map(Number))]
    if (least < Math.min(...shown) || most > Math.max(...shown)) wrong += 1
  }
  return { missing, wrong }
}
