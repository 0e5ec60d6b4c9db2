import { z } from 'zod'
import type { Reading } from '../../core/contract/reading.ts'
import type { Sqlite } from '../../platform/sqlite.ts'

/** A list of points under its number. */
export interface Layout {
  readonly id: number
  readonly points: readonly string[]
}

/** Devices that tell what has changed may tell other points each time: of more lists than this those go that no row needs. */
const MANY = 1_024

/** Lists of points under numbers, each kept once in the table `layout`. */
export class Layouts {
  readonly #db: Sqlite
  readonly #known = new Map<string, Layout>()
  /** What each device said last: almost always it says the same points again. */
  readonly #last = new Map<string, Layout>()

  constructor(db: Sqlite) {
    this.#db = db
  }

  /** The number of the points of these readings of a device, and the points. Throws `store/failed`. */
  of(device: string, readings: readonly Reading[]): Layout {
    const last = this.#last.get(device)
    if (last !== undefined && isOf(last, readings)) return last
    const points = readings.map(({ point }) => point)
    const text = JSON.stringify(points)
    const layout = this.#known.get(text) ?? { id: this.#stored(text), points }
    this.#known.set(text, layout)
    this.#last.set(device, layout)
    return layout
  }

  /** `tidy` where there have come to be many. */
  prune(): void {
    if (this.#known.size >= MANY) this.tidy()
  }

  /** Deletes the lists that no row needs. Inside a transaction. Throws `store/failed`. */
  tidy(): void {
    this.#db.run(
      `delete from layout where id not in (select json_extract(body, '$.layout') from telemetry where json_valid(body) and json_type(body, '$.layout') is not null)`,
    )
    this.forget()
  }

  /** Forgets what it knows: a transaction that is rolled back takes a new layout with it. */
  forget(): void {
    this.#known.clear()
    this.#last.clear()
  }

  /** The points under a number; none for one that is not there or damaged. Throws `store/failed`. */
  pointsOf(id: number): readonly string[] {
    const Text = z.object({ value: z.string() })
    const text = this.#db.one(Text, 'select points as value from layout where id = ?', id)?.value ?? '[]'
    try {
      return z.array(z.string()).safeParse(JSON.parse(text)).data ?? []
    } catch {
      return []
    }
  }

  #stored(text: string): number {
    const found = this.#db.one(z.object({ id: z.number() }), 'select id from layout where points = ?', text)
    return found?.id ?? this.#db.run('insert into layout (points) values (?)', text).lastId
  }
}

function isOf({ points }: Layout, readings: readonly Reading[]): boolean {
  return points.length === readings.length && readings.every(({ point }, index) => point === points[index])
}
