import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { z } from 'zod'
import { Id } from '../../../../core/contract/text.ts'
import type { EnrolRequest } from '../../../../core/contract/identity.ts'
import { openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'
import { openAuthority } from '../../../../dashboard/server/identity/authority.ts'
import { IdentityConfig } from '../../../../dashboard/server/identity/config.ts'
import { type IdentityDeps, openIdentity } from '../../../../dashboard/server/identity/identity.ts'
import type { Clock } from '../../../../platform/clock.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { makeKey } from '../../../../platform/identity/keys.ts'
import { certificateRequest } from '../../../../platform/identity/request.ts'
import { keyOfSecret, readToken, sealRequest } from '../../../../platform/identity/token.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'

export const BY = { kind: 'person', name: 'admin' } as const

export interface WorldOptions {
  readonly clock?: Clock
  readonly config?: z.input<typeof IdentityConfig>
  readonly changed?: () => void
}

/** Identities of the county over a real database, without a server in front of them. */
export async function openIdentityWorld({ clock = systemClock, config = {}, changed }: WorldOptions = {}) {
  const folder = await testFolder()
  const log = quietLog()
  const db = openDatabase(join(folder.path, 'control.sqlite'))
  const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
  const place = join(folder.path, 'identity')
  const authority = openAuthority({
    ...{ folder: place, group: 'county', baseFolder: folder.path, clock },
    config: IdentityConfig.parse(config),
  })
  const places = () => ({ url: 'https://room.example:8443', broker: 'mqtts://room.example:8883' })
  const open = (over: Partial<Pick<IdentityDeps, 'db'>> = {}) =>
    openIdentity({
      ...{ db, desk, authority, folder: place, group: 'county', clock, log, places },
      changed: changed ?? (() => undefined),
      ...over,
    })
  const identity = await open()
  const acts = async () => {
    const { entries } = await desk.ledger({ after: 0, limit: 1_000 })
    return entries.map(({ act, subject }) => `${act} ${subject}`)
  }
  /** A gateway with a new key and certificate, by way of a token. */
  const enrolled = async (site: string) => {
    const token = await identity.issueToken({ site: Id.parse(site), validFor: 86_400_000 }, BY)
    const key = makeKey()
    const answer = await identity.enrol(requestWith(token.text, { key }), '10.0.0.1')
    return { key, certificate: answer.certificate, authority: answer.authority, answer }
  }
  return {
    ...{ folder, place, db, desk, authority, identity, log, clock, open, acts, enrolled },
    [Symbol.asyncDispose]: async () => {
      await db.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

export type IdentityWorld = Awaited<ReturnType<typeof openIdentityWorld>>

/** What a gateway with this token's text asks. */
export function requestWith(
  text: string,
  over: { key?: ReturnType<typeof makeKey>; site?: string; seal?: string } = {},
): EnrolRequest {
  const { site, secret } = readToken(text)
  const { id, key: seal } = keyOfSecret(secret)
  const request = certificateRequest(over.key ?? makeKey(), { group: 'county', name: site })
  const nonce = randomBytes(16).toString('base64url')
  return sealRequest({ token: id, site: Id.parse(over.site ?? site), request, nonce }, over.seal ?? seal)
}
