import { userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { IssueToken, Revoke } from '../../core/contract/identity.ts'
import type { Actor } from '../../core/contract/ledger.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Call } from '../command.ts'
import { textTable } from '../text-table.ts'
import { say } from './texts.ts'

/** The identities of a control room whose program may be running, from its configuration. Every act is in its ledger. */
async function openBeside({ log }: Call, file: string) {
  const { loadControlConfig } = await import('../../dashboard/server/config.ts')
  const { openDatabase } = await import('../../dashboard/server/db/database.ts')
  const { openAlarmDesk } = await import('../../dashboard/server/alarms/desk.ts')
  const { openCountyIdentity } = await import('../../dashboard/server/identity/open.ts')
  const path = resolve(file)
  const config = loadControlConfig(path)
  const folder = resolve(dirname(path), config.store)
  const db = openDatabase(join(folder, 'control.sqlite'))
  const desk = openAlarmDesk({ db, clock: systemClock, log, prefix: config.prefix })
  const known = await openCountyIdentity(config, { db, desk, log, baseFolder: dirname(path), folder })
  return { config, ...known, [Symbol.asyncDispose]: () => db.close() }
}

function byHand(): Actor {
  return { kind: 'system', name: `command line (${userInfo().username})` }
}

/** Issues a token and shows it as text and as a QR code. */
export async function newToken(
  call: Call,
  { site, valid, file }: { site: string; valid: string; file: string },
): Promise<number> {
  const { language, print, complain } = call
  const asked = IssueToken.safeParse({ site, validFor: valid })
  if (!asked.success)
    throw new HouseError('config/invalid', asked.error.issues.map(({ message }) => message).join('; '))
  const { qrLines } = await import('../../dashboard/server/identity/qr.ts')
  const { readToken } = await import('../../platform/identity/token.ts')
  await using room = await openBeside(call, file)
  const { text, expiresAt } = await room.identity.issueToken(asked.data, byHand())
  print(say(language, 'issued', { site, until: new Date(expiresAt).toISOString().slice(0, 16) }))
  for (const line of ['', text, '', ...qrLines(text), '']) print(line)
  print(say(language, 'scan'))
  const { url } = readToken(text)
  if (['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)) complain(say(language, 'onlyHere', { url }))
  return 0
}

/** Lists every certificate. */
export async function listCertificates(call: Call, file: string): Promise<number> {
  const { language, print } = call
  await using room = await openBeside(call, file)
  const { certificates } = await room.identity.overview()
  if (certificates.length === 0) {
    print(say(language, 'none'))
    return 0
  }
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const heads = (['site', 'serial', 'state', 'until', 'seen'] as const).map((key) => say(language, key))
  const rows = certificates.map(({ site, serial, notAfter, seenAt, revoked }) => {
    const over = notAfter < systemClock.now() ? 'expired' : 'valid'
    const state = revoked === null ? say(language, over) : say(language, 'revoked', { reason: revoked.reason })
    return [site, serial, state, day(notAfter), seenAt === null ? '' : day(seenAt)]
  })
  for (const line of textTable(heads, rows, [])) print(line)
  return 0
}

/** Takes certificates of a site back. */
export async function revokeCertificates(
  call: Call,
  { file, ...asked }: { site: string; serial: string | null; reason: string; file: string },
): Promise<number> {
  const checked = Revoke.safeParse(asked)
  if (!checked.success)
    throw new HouseError('config/invalid', checked.error.issues.map(({ message }) => message).join('; '))
  await using room = await openBeside(call, file)
  const serials = await room.identity.revoke(checked.data, byHand())
  call.print(say(call.language, 'taken', { site: asked.site, count: serials.length }))
  return 0
}

/** A server certificate that nobody renews by itself. */
const MOSQUITTO_MS = 730 * 86_400_000

/** Writes what a Mosquitto needs. */
export async function writeMosquitto(
  call: Call,
  { out, names, port, file }: { out: string; names: readonly string[]; port: number; file: string },
): Promise<number> {
  const { mosquittoFiles } = await import('../../dashboard/server/identity/mosquitto.ts')
  const { PUBLIC_MODE, SECRET_MODE, writeWhole } = await import('../../platform/identity/files.ts')
  await using room = await openBeside(call, file)
  const folder = resolve(out)
  const pair = room.authority.pairFor(names.length > 0 ? names : room.authority.names, MOSQUITTO_MS)
  const facts = { group: room.config.group, folder, port, pair, revoked: room.identity.revocationList() }
  for (const { name, text, isSecret } of mosquittoFiles(facts)) {
    writeWhole(join(folder, name), text, isSecret ? SECRET_MODE : PUBLIC_MODE)
    call.print(say(call.language, 'written', { path: join(folder, name) }))
  }
  call.print(say(call.language, 'mosquitto', { folder }))
  return 0
}
