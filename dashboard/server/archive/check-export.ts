import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import type { Certificate } from '../../../core/contract/chain.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { hashOfBody, hashOfLink } from '../../../platform/chain.ts'
import { signerOf } from '../../../platform/link-signature.ts'
import { type Certifier, openCertifier } from './certificate.ts'
import {
  type ChainCheck,
  type ExportFaultKind,
  type FaultPlace,
  type LinkLine,
  openChainCheck,
  placeOf,
  type TellFault,
} from './check-chain.ts'
import { byBoot, type ChainedDating, type StreamDatings } from './dating.ts'
import { ExportLine } from './export.ts'
import { readRange } from './range-readings.ts'

export interface ExportFault extends FaultPlace {
  readonly kind: ExportFaultKind
  /** Line of the file, from 1. */
  readonly line: number
  readonly detail: string
}

/** What checking an export has shown. */
export interface ExportVerdict {
  readonly certificate: Certificate | null
  readonly links: number
  readonly bodies: number
  /** Links for which a signature vouches: their own, or one behind them in the chain; and the others. */
  readonly signed: number
  readonly unsigned: number
  /** Whose keys signatures were checked with. */
  readonly keys: 'given' | 'file' | 'none'
  /** The first hundred, in the order of the file. */
  readonly faults: readonly ExportFault[]
  readonly faultCount: number
}

const MOST_FAULTS = 100

/**
 * Checks an export line by line, each with its line end, holding one line at a time. `given` are keys that are trusted, instead of those in the file:
 * then every link must be signed with one of them or stand in the chain before one that is.
 */
export async function checkExport(
  lines: AsyncIterable<string> | Iterable<string>,
  given: readonly KeyObject[] = [],
): Promise<ExportVerdict> {
  const faults: ExportFault[] = []
  let faultCount = 0
  let line = 1
  const check = openCheck(given, (kind, detail, place = {}) => {
    faultCount += 1
    if (faults.length < MOST_FAULTS)
      faults.push({ stream: null, n: null, readings: null, ...place, kind, line, detail })
  })
  for await (const text of lines) {
    check.take(text)
    line += 1
  }
  return { ...check.finish(), faults, faultCount }
}

/** No line of an export is longer, characters; what is longer is none. */
const LONGEST_LINE = 16 << 20

/** The lines of a file, each with its line end; the last has none when it was cut off. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest = ''
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true })
    let from = 0
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      yield rest.slice(from, end + 1)
      from = end + 1
    }
    rest = rest.slice(from)
    if (rest.length > LONGEST_LINE) {
      yield rest
      rest = ''
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}

/** The parts of a check that exist once the certificate has been read. */
interface Begun {
  readonly head: Extract<ExportLine, { kind: 'certificate' }>
  readonly keys: readonly KeyObject[]
  readonly chain: ChainCheck
  readonly datings: Map<string, StreamDatings>
  /** Hashes of dating links told before, by stream and number. */
  readonly told: Map<string, string>
  certifier: Certifier | null
}

function openCheck(given: readonly KeyObject[], tell: TellFault) {
  const sum = createHash('sha256')
  const counted = { links: 0, bodies: 0 }
  let begun: Begun | null = null
  let isEnded = false

  const take = (line: ExportLine) => {
    if (line.kind === 'certificate') {
      if (begun !== null) tell('misplaced', 'a second certificate')
      else begun = begin(line, given, tell)
      return
    }
    if (begun === null) {
      tell('misplaced', 'expected the certificate first')
      return
    }
    switch (line.kind) {
      case 'dating':
        takeDating(begun, line, tell)
        return
      case 'link':
        counted.links += 1
        if (line.body !== null) counted.bodies += 1
        takeLink(begun, line, { isGiven: given.length > 0, tell })
        return
      case 'end':
        isEnded = true
        begun.chain.end()
        if (line.sha256 !== sum.digest('hex')) tell('end', 'something before it has changed')
        if (line.links !== counted.links) tell('end', `expected ${line.links} links, came ${counted.links}`)
        if (line.bodies !== counted.bodies) tell('end', `expected ${line.bodies} bodies, came ${counted.bodies}`)
    }
  }
  return {
    take: (text: string) => {
      if (isEnded) {
        tell('misplaced', 'something stands behind the end')
        return
      }
      const line = lineOf(text)
      if (line?.kind !== 'end') sum.update(text)
      if (line === null) tell('unreadable', `expected a line of an export, came ${text.trimEnd().slice(0, 60)}`)
      else take(line)
    },
    finish: () => {
      if (!isEnded) tell('cut-off', 'the end of the file is not there')
      if (begun !== null && isEnded) compare(begun, tell)
      const unsigned = begun?.chain.unsigned() ?? 0
      const fromFile = (begun?.keys.length ?? 0) > 0 ? ('file' as const) : ('none' as const)
      return {
        ...{ certificate: begun?.head.certificate ?? null, ...counted, signed: counted.links - unsigned, unsigned },
        keys: given.length > 0 ? ('given' as const) : fromFile,
      }
    },
  }
}

function begin(head: Begun['head'], given: readonly KeyObject[], tell: TellFault): Begun {
  const keys = given.length > 0 ? given : head.keys.flatMap((pem) => keyOf(pem, tell) ?? [])
  const chain = openChainCheck(head, given.length > 0, tell)
  return { head, keys, chain, datings: new Map(), told: new Map(), certifier: null }
}

function keyOf(pem: string, tell: TellFault): KeyObject | null {
  try {
    return createPublicKey(pem)
  } catch (error) {
    tell('signature', `a key that is none: ${messageOf(error)}`)
    return null
  }
}

function takeDating(
  begun: Begun,
  { head: { link }, hash }: Extract<ExportLine, { kind: 'dating' }>,
  tell: TellFault,
): void {
  const place = { stream: link.stream, n: link.n }
  if (begun.certifier !== null) tell('misplaced', 'a dating link stands behind other links', place)
  if (link.site !== begun.head.certificate.site) tell('other-site', link.site, place)
  if (hashOfLink(link) !== hash) tell('hash', 'it is not what it was when it came', place)
  if (link.kind !== 'dating') {
    tell('dating', `this link is a ${link.kind}`, place)
    return
  }
  begun.told.set(`${link.stream}/${link.n}`, hash)
  const known: readonly ChainedDating[] = [...(begun.datings.get(link.stream)?.values() ?? [])].flat()
  begun.datings.set(link.stream, byBoot([...known, { n: link.n, dating: link.dating }]))
}

function takeLink(
  begun: Begun,
  line: LinkLine,
  { isGiven, tell }: { readonly isGiven: boolean; readonly tell: TellFault },
): void {
  const { link, signature } = line.head
  const { site, from, to, issuedAt } = begun.head.certificate
  const { waiting } = begun.head
  begun.certifier ??= openCertifier({ site, from, to, now: issuedAt, datings: begun.datings, waiting })
  const place = placeOf(line)
  if (link.site !== site) tell('other-site', link.site, place)
  if (!begun.chain.take(line)) return
  if (hashOfLink(link) !== line.hash) tell('hash', 'it is not what it was when it came', place)
  const told = begun.told.get(`${link.stream}/${link.n}`)
  if (told !== undefined && told !== line.hash) tell('dating', 'it is told otherwise before', place)
  const body = line.body === null ? null : Buffer.from(line.body, 'base64')
  if (body !== null) checkBody(line, body, tell)
  else if (line.sha256 !== null) tell('body', 'it is not there', place)
  const claims = signature !== undefined && (line.key !== null || isGiven)
  const isSigned = claims && signerOf(begun.keys, line.hash, signature) !== null
  if (claims && !isSigned) tell('signature', 'it is not by a key that is known', place)
  if (signature === undefined && line.key !== null) tell('signature', 'it is not there', place)
  begun.chain.vouch(isSigned)
  begun.certifier.take({
    ...{ stream: link.stream, n: link.n, hash: line.hash, head: line.head },
    ...{ isSigned: line.key !== null, body: () => body },
  })
}

/** A line that is not written exactly as an export writes it has been changed, even when it says the same. */
function lineOf(text: string): ExportLine | null {
  try {
    const value: unknown = JSON.parse(text)
    const line = ExportLine.safeParse(value)
    if (!line.success || `${JSON.stringify(value)}\n` !== text) return null
    return isExact(line.data) ? line.data : null
  } catch {
    return null
  }
}

/** Base64 can be written in more than one way. */
function isExact(line: ExportLine): boolean {
  if (line.kind !== 'link') return true
  return [line.body, line.head.signature].every(
    (text) => text === null || text === undefined || Buffer.from(text, 'base64').toString('base64') === text,
  )
}

function checkBody(line: LinkLine, body: Uint8Array, tell: TellFault): void {
  const { link, fidelity } = line.head
  if (line.sha256 !== hashOfBody(body)) tell('body', 'it is not what it was when it came', placeOf(line))
  if (link.kind !== 'range' || fidelity !== 'raw') return
  try {
    readRange(link, body)
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    tell('body', error.message, placeOf(line))
  }
}

/** The certificate is made again of the links and must come out the same. */
function compare({ head, certifier }: Begun, tell: TellFault): void {
  const again = certifier?.finish() ?? null
  if (again === null) {
    tell('certificate', 'no link bears it out')
    return
  }
  for (const key of ['from', 'to', 'complete', 'readings', 'missing', 'uncertaintyMs', 'holes', 'chains'] as const) {
    const [told, borne] = [canonicalJson(head.certificate[key]), canonicalJson(again[key])]
    if (told !== borne) tell('certificate', `${key}: expected ${borne.slice(0, 200)}, came ${told.slice(0, 200)}`)
  }
}
