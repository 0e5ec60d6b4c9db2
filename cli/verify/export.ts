import { createPublicKey, type KeyObject } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import type { Certificate } from '../../core/contract/chain.ts'
import type { Language } from '../../core/contract/text.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { ExportFault, ExportVerdict } from '../../dashboard/server/archive/check-export.ts'
import type { Call } from '../command.ts'
import { FAULTS, HOLES, say } from './texts.ts'

/** What every SQLite file begins with. (SQLite file format §1.3.1) */
const SQLITE_MAGIC = 'SQLite format 3\0'

/** What lies at `path`: the database of a control room, an exported proof, or no file at all. */
export async function kindOf(path: string): Promise<'database' | 'export' | 'folder'> {
  const file = await open(path).catch(() => null)
  if (file === null) return 'folder'
  try {
    if (!(await file.stat()).isFile()) return 'folder'
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SQLITE_MAGIC.length), 0, SQLITE_MAGIC.length, 0)
    const isDatabase = path.endsWith('.sqlite') || buffer.toString('latin1', 0, bytesRead) === SQLITE_MAGIC
    return isDatabase ? 'database' : 'export'
  } finally {
    await file.close()
  }
}

/** Checks an exported proof of completeness and says what it proves, or what is wrong where. Answers the exit code. */
export async function verifyExport(path: string, call: Call): Promise<number> {
  const keyPath = call.option('key')
  const keys = keyPath === null ? [] : [await keyIn(keyPath, call.language)]
  const { checkExport, linesOf } = await import('../../dashboard/server/archive/check-export.ts')
  const verdict = await reading(path, call.language, () => checkExport(linesOf(createReadStream(path)), keys))
  for (const line of verdictText(verdict, call.language)) call.print(line)
  return verdict.faultCount === 0 ? 0 : 1
}

/** The verdict as people read it, line by line. */
export function verdictText(verdict: ExportVerdict, language: Language): string[] {
  const { certificate, faults, faultCount, links, bodies } = verdict
  if (faultCount > 0) {
    const rest = faultCount - faults.length
    return [
      say(language, 'exportBroken', { count: faultCount, links }),
      ...faults.map((fault) => faultText(fault, language)),
      ...(rest > 0 ? [say(language, 'more', { count: rest })] : []),
    ]
  }
  return [
    say(language, 'exportIntact', { links, bodies }),
    ...(certificate === null ? [] : certificateText(certificate, language)),
    signatureText(verdict, language),
    ...(certificate?.chains ?? []).map((chain) =>
      say(language, 'chain', { stream: chain.stream, first: chain.first, last: chain.last, hash: chain.hash }),
    ),
  ]
}

function faultText({ kind, line, stream, n, readings, detail }: ExportFault, language: Language): string {
  const what = FAULTS[kind][language]
  if (stream === null || n === null) return say(language, 'fault', { line, what, detail })
  if (readings === null) return say(language, 'faultAt', { line, stream, n, what, detail })
  return say(language, 'faultIn', { line, stream, n, from: readings[0], to: readings[1], what, detail })
}

function certificateText(certificate: Certificate, language: Language): string[] {
  const { site, readings, missing, holes, complete, uncertaintyMs } = certificate
  const span = { site, from: timeText(certificate.from), to: timeText(certificate.to) }
  const head = complete
    ? say(language, 'complete', { ...span, readings })
    : say(language, 'incomplete', { ...span, readings, missing })
  const worth =
    uncertaintyMs === null
      ? say(language, 'uncertainUnknown')
      : say(language, 'uncertain', { seconds: Math.ceil(uncertaintyMs / 100) / 10 })
  return [head, ...holes.map((hole) => holeText(hole, language)), worth]
}

function holeText({ from, to, cause, readings }: Certificate['holes'][number], language: Language): string {
  const values = { from: timeText(from), to: timeText(to), cause: HOLES[cause][language] }
  return readings === null ? say(language, 'hole', values) : say(language, 'holeReadings', { ...values, readings })
}

function signatureText({ keys, signed, unsigned }: ExportVerdict, language: Language): string {
  if (keys === 'given') return say(language, 'signedGiven', { signed })
  return keys === 'file' ? say(language, 'signedFile', { signed, unsigned }) : say(language, 'signedNone')
}

/** UTC, because a file is read in any zone. */
function timeText(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('.000Z', 'Z')
}

async function keyIn(path: string, language: Language): Promise<KeyObject> {
  try {
    return createPublicKey(await readFile(path, 'utf8'))
  } catch (error) {
    const told = say(language, 'badKey', { path, why: messageOf(error) })
    throw new HouseError('config/unreadable', told, { path }, error)
  }
}

async function reading<T>(path: string, language: Language, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof HouseError || !(error instanceof Error) || !('code' in error)) throw error
    const told = say(language, 'unreadable', { path, why: messageOf(error) })
    throw new HouseError('config/unreadable', told, { path }, error)
  }
}
