import { z } from 'zod'
import { Fidelity, Link } from '../../core/contract/chain.ts'
import { Sha256 } from '../../core/contract/text.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { hashOfLink } from '../../platform/chain.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import type { WaitingLink } from './store.ts'

/** A link of the table, as the store thinks of it. */
export interface Entry extends WaitingLink {
  readonly id: number
}

/** What stands in a row of the table `link`, but for what its entry says. */
export interface LinkRow {
  readonly link: Link
  readonly hash: string
  readonly body: Uint8Array
}

const Key = z.object({
  id: z.number(),
  stream: z.string(),
  n: z.number(),
  kind: z.enum(['range', 'gap', 'dating', 'start']),
  aside: z.number(),
  fidelity: Fidelity,
  first_seq: z.number().nullable(),
  last_seq: z.number().nullable(),
  first_at: UtcMs.nullable(),
  last_at: UtcMs.nullable(),
  boot: z.string().nullable(),
  bytes: z.number(),
})
const Row = z.object({ link: z.string(), hash: Sha256, body: z.instanceof(Uint8Array) })

/** The links in the table, oldest first, without reading their bodies. Throws `store/failed`, or ZodError for a damaged index. */
export function linksIn(db: Sqlite): { readonly entry: Entry; readonly isAside: boolean }[] {
  const sql =
    'select id, stream, n, kind, aside, fidelity, first_seq, last_seq, first_at, last_at, boot, bytes from link indexed by link_key'
  const texts = new Map<string, string>()
  // Thousands of links share few names: each is kept once.
  const shared = (text: string) => texts.get(text) ?? (texts.set(text, text), text)
  const rows = db.all(Key, sql).sort((a, b) => a.id - b.id)
  return rows.map(({ first_at: first, last_at: last, aside, ...row }) => {
    const { id, n, kind, fidelity, bytes, first_seq: from, last_seq: to } = row
    const at = first === null || last === null ? null : ([first, last] as const)
    const boot = row.boot === null ? null : shared(row.boot)
    return {
      entry: { id, stream: shared(row.stream), n, kind, from, to, at, boot, fidelity, bytes },
      isAside: aside !== 0,
    }
  })
}

/** The row of a link; `damaged` where it is not the link of its hash, null where it is not there. Throws `store/failed`. */
export function linkRow(db: Sqlite, { id }: Entry): LinkRow | 'damaged' | null {
  const found = db.one(z.unknown(), 'select link, hash, body from link where id = ?', id)
  if (found === null) return null
  const row = Row.safeParse(found).data
  const link = row === undefined ? null : linkIn(row.link, row.hash)
  return row === undefined || link === null ? 'damaged' : { ...row, link }
}

function linkIn(text: string, hash: string): Link | null {
  try {
    const link = Link.safeParse(JSON.parse(text)).data ?? null
    return link !== null && hashOfLink(link) === hash ? link : null
  } catch {
    return null
  }
}
