import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Certificate, LinkHead, StreamId } from '../../../core/contract/chain.ts'
import { Sha256 } from '../../../core/contract/text.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { hashOfBody } from '../../../platform/chain.ts'
import type { Archive, ArchivedLink } from './archive.ts'
import type { Waiting } from './certificate.ts'
import { type Issued, linksOf } from './certify.ts'

const Count = z.number().int().nonnegative()

/**
 * An exported certificate is a text of one JSON value a line, each as JSON.stringify writes it: the certificate; the dating links;
 * all links by stream and number, with their bodies; and the end.
 */
export const ExportLine = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('certificate'),
      certificate: Certificate,
      /** What the gateway said that it still had. */
      waiting: z.object({ readings: Count, oldestAt: Count.nullable() }).strict().nullable(),
      /** Numbers of links that the control room does not have. */
      absent: z.array(z.object({ stream: StreamId, first: Count, last: Count }).strict()),
      /** Public keys the signatures were checked with, as PEM. */
      keys: z.array(z.string()),
    })
    .strict(),
  z.object({ kind: z.literal('dating'), head: LinkHead, hash: Sha256 }).strict(),
  z
    .object({
      kind: z.literal('link'),
      head: LinkHead,
      hash: Sha256,
      /** Place of its key among `keys`; null where it is not signed. */
      key: Count.nullable(),
      /** Packed, base64; null where there is none, or it was removed for its age. */
      body: z.base64().nullable(),
      /** Of the packed body, because the link vouches for the readings in it alone. */
      sha256: Sha256.nullable(),
    })
    .strict(),
  z
    .object({
      kind: z.literal('end'),
      links: Count,
      bodies: Count,
      /** Of everything before this line. */
      sha256: Sha256,
    })
    .strict(),
])
export type ExportLine = z.infer<typeof ExportLine>

/** How an export begins, for whoever has to tell what a file is. */
export const EXPORT_BEGINS = '{"kind":"certificate",'

/** The lines of an export, each with its line end. Throws `store/failed`, also when the archive holds what is no link. */
export async function* exportLines(archive: Archive, issued: Issued, waiting: Waiting | null): AsyncGenerator<string> {
  const { certificate, spans } = issued
  const { site } = certificate
  const sum = createHash('sha256')
  const write = (line: ExportLine): string => {
    const text = `${JSON.stringify(line)}\n`
    sum.update(text)
    return text
  }
  const { absent, keys } = await survey(archive, issued)
  const pems = keys.map((id) => archive.key(id) ?? '')
  yield write({ kind: 'certificate', certificate, waiting, absent, keys: pems })
  for (const span of spans) {
    for (const link of archive.datingsFor(site, span)) {
      yield write({ kind: 'dating', head: headOf(site, link), hash: link.hash })
    }
  }
  let links = 0
  let bodies = 0
  for await (const link of linksOf(archive, site, spans)) {
    const body = archive.body(link.id)
    const key = link.key === null ? null : keys.indexOf(link.key)
    links += 1
    if (body !== null) bodies += 1
    const head = headOf(site, link)
    const packed = body === null ? null : Buffer.from(body).toString('base64')
    yield write({
      kind: 'link',
      head,
      hash: link.hash,
      key,
      body: packed,
      sha256: body === null ? null : hashOfBody(body),
    })
  }
  const sha256 = sum.digest('hex')
  yield `${JSON.stringify({ kind: 'end', links, bodies, sha256 } satisfies ExportLine)}\n`
}

/** What is not there, and which keys are needed. */
async function survey(archive: Archive, { certificate, spans }: Issued) {
  const absent: { stream: string; first: number; last: number }[] = []
  const keys = new Set<number>()
  let before: ArchivedLink | null = null
  for await (const link of linksOf(archive, certificate.site, spans)) {
    if (before?.stream === link.stream && link.n > before.n + 1) {
      absent.push({ stream: link.stream, first: before.n + 1, last: link.n - 1 })
    }
    // Before the first line is written, so that nobody gets half a file.
    headOf(certificate.site, link)
    if (link.key !== null) keys.add(link.key)
    before = link
  }
  return { absent, keys: [...keys] }
}

function headOf(site: string, { stream, n, head }: ArchivedLink): LinkHead {
  if (head !== null) return head
  throw new HouseError('store/failed', `archive: link ${n} of ${site}, stream ${stream}, has changed on the disk`)
}
