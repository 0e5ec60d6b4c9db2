import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Certificate } from '../../../core/contract/chain.ts'
import type { Archive, ArchivedLink } from './archive.ts'
import { openCertifier, type Waiting } from './certificate.ts'
import { byBoot, type ChainedDating, type StreamDatings } from './dating.ts'
import type { LinkSpan } from './spans.ts'
import type { KnownLink } from './stream-walk.ts'

/** Links read at once; nothing else runs meanwhile. */
const PAGE = 250

/** What is asked of the archive. */
export interface CertificateQuery {
  readonly site: string
  readonly from: number
  readonly to: number
  /** When it is asked: nothing is vouched for after it. */
  readonly now: number
  readonly waiting: Waiting | null
}

/** A certificate and the links that bear it out. */
export interface Issued {
  readonly certificate: Certificate
  readonly spans: readonly LinkSpan[]
}

/** Makes the certificate of an interval; null when nothing is known of it. Throws `store/failed`. */
export async function issueCertificate(archive: Archive, query: CertificateQuery): Promise<Issued | null> {
  const { site, from, now, waiting } = query
  const to = Math.min(query.to, now)
  if (from >= to) return null
  const spans = archive.spans(site, from, to)
  const datings = new Map(spans.map((span) => [span.stream, datingsOf(archive.datingsFor(site, span))]))
  const certifier = openCertifier({ site, from, to, now, datings, waiting })
  for await (const link of linksOf(archive, site, spans)) certifier.take(knownLink(archive, link))
  const certificate = certifier.finish()
  return certificate === null ? null : { certificate, spans }
}

/** All links of spans, page by page, letting others work in between. */
export async function* linksOf(
  archive: Archive,
  site: string,
  spans: readonly LinkSpan[],
): AsyncGenerator<ArchivedLink> {
  for (const span of spans) {
    let next = span.first
    for (;;) {
      const page = archive.page(site, span, next, PAGE)
      yield* page
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) break
      next = last.n + 1
      await nextTurn()
    }
  }
}

function datingsOf(links: readonly ArchivedLink[]): StreamDatings {
  return byBoot(
    links.flatMap(({ n, head }): ChainedDating[] =>
      head?.link.kind === 'dating' ? [{ n, dating: head.link.dating }] : [],
    ),
  )
}

function knownLink(archive: Archive, { id, stream, n, hash, head, key }: ArchivedLink): KnownLink {
  return { stream, n, hash, head, isSigned: key !== null, body: () => archive.body(id) }
}
