import { z } from 'zod'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { Coverage, cover, coverBelow, NOTHING_COVERED } from './coverage.ts'
import type { HistoryBatch, HistoryReading, StreamReceipt } from './store.ts'

/** The table in which a history remembers what it has of each stream. */
export const STREAMS_TABLE = `
  create table streams (
    site text not null,
    stream text not null,
    coverage text not null,
    primary key (site, stream)
  ) strict;
`

const StreamRow = z.object({ stream: z.string(), site: z.string(), coverage: z.string() })

/** What of some batches is new, and the memory that holds once they are stored. */
export interface StreamPlan {
  readonly fresh: readonly { readonly batch: HistoryBatch; readonly readings: readonly HistoryReading[] }[]
  readonly receipts: readonly StreamReceipt[]
  /** Writes the new coverage; called inside the transaction that stores the readings. */
  save(): void
  /** Makes the new coverage the current one; called when that transaction is committed. */
  settle(): void
}

/** Knows which readings of which stream are stored, so that a repeated one is stored once. */
export interface Streams {
  plan(batches: readonly HistoryBatch[]): StreamPlan
}

export function openStreams(sqlite: Sqlite): Streams {
  const current = new Map<string, Coverage>()
  for (const row of sqlite.all(StreamRow, 'select stream, site, coverage from streams')) {
    current.set(nameOf(row), Coverage.parse(JSON.parse(row.coverage)))
  }
  return {
    plan: (batches) => {
      const next = new Map<string, { batch: HistoryBatch; coverage: Coverage }>()
      const fresh: { batch: HistoryBatch; readings: readonly HistoryReading[] }[] = []
      for (const batch of batches) {
        const known = next.get(nameOf(batch))?.coverage ?? current.get(nameOf(batch)) ?? NOTHING_COVERED
        const covered = cover(
          coverBelow(known, batch.floor),
          batch.firstSeq,
          batch.firstSeq + batch.readings.length - 1,
        )
        if (covered === null) continue
        next.set(nameOf(batch), { batch, coverage: covered.coverage })
        for (const [from, to] of covered.fresh) {
          fresh.push({ batch, readings: batch.readings.slice(from - batch.firstSeq, to - batch.firstSeq + 1) })
        }
      }
      return {
        fresh,
        receipts: [...next.values()].flatMap(({ batch: { site, stream }, coverage: { upTo } }) =>
          upTo < 0 ? [] : [{ site, stream, upTo }],
        ),
        save: () => {
          for (const { batch, coverage } of next.values()) {
            sqlite.run(
              'insert into streams values (?, ?, ?) on conflict (site, stream) do update set coverage = excluded.coverage',
              batch.site,
              batch.stream,
              JSON.stringify(coverage),
            )
          }
        },
        settle: () => {
          for (const [name, { coverage }] of next) current.set(name, coverage)
        },
      }
    },
  }
}

/** A stream belongs to the site that sends it, so that no gateway can speak for another's. */
function nameOf({ site, stream }: { readonly site: string; readonly stream: string }): string {
  return `${site}/${stream}`
}
