import { z } from 'zod'
import { Fidelity, LinkHead } from '../../../core/contract/chain.ts'

/** The schema of `archive.sqlite`, oldest first. A released migration is never edited. */
export const ARCHIVE_MIGRATIONS: readonly string[] = [
  `
  create table keys (
    id integer primary key,
    pem text not null unique
  ) strict;

  create table links (
    id integer primary key,
    site text not null,
    stream text not null,
    n integer not null,
    kind text not null,
    hash text not null,
    prev text not null,
    link text not null,
    fidelity text not null,
    signature text,
    key integer references keys (id),
    first integer,
    last integer,
    boot text,
    offset_ms real,
    uncertainty_ms real,
    source text,
    from_at integer,
    to_at integer,
    received_at integer not null,
    unique (site, stream, n)
  ) strict;
  create index links_by_time on links (site, stream, to_at, from_at, n) where to_at is not null;
  create index links_by_boot on links (site, stream, boot, n) where boot is not null;
  create index links_signed on links (site, stream, n) where key is not null;
  create index datings on links (site, stream, boot, n) where kind = 'dating';

  create table bodies (
    link integer primary key references links (id),
    to_at integer not null,
    body blob not null
  ) strict;
  create index bodies_by_time on bodies (to_at);

  create table points (
    site text not null,
    point text not null,
    quantity text not null,
    primary key (site, point)
  ) strict, without rowid;
  `,
]

export const IdRow = z.object({ id: z.number() })

export const LinkRow = z.object({
  id: z.number(),
  stream: z.string(),
  n: z.number(),
  hash: z.string(),
  link: z.string(),
  fidelity: Fidelity,
  signature: z.string().nullable(),
  key: z.number().nullable(),
})

export type LinkRow = z.infer<typeof LinkRow>

/** What stands in a row as a head; null when it is none any more. */
export function headOf(row: LinkRow): LinkHead | null {
  try {
    const { link, fidelity, signature } = row
    const head = { link: JSON.parse(link) as unknown, fidelity, ...(signature === null ? {} : { signature }) }
    return LinkHead.parse(head)
  } catch {
    return null
  }
}
