import { RenewAnswer } from '../../core/contract/identity.ts'
import { HouseError } from '../../core/kit/errors.ts'
import {
  certificateFault,
  fingerprintOf,
  readCertificates,
  serialOf,
  subjectOf,
} from '../../platform/identity/certificate.ts'
import { isSamePair } from '../../platform/identity/keys.ts'
import { certificateRequest } from '../../platform/identity/request.ts'
import { signRenewal } from '../../platform/identity/signatures.ts'
import { ask } from './ask.ts'
import type { GatewayIdentity, IdentityFolder, KeyPair } from './folder.ts'

/**
 * Asks the control room for the next certificate, with a request signed by the key of the present one, and keeps it beside that.
 * Throws `link/down`, `identity/invalid`, `store/failed`.
 */
export async function askForNext(
  folder: IdentityFolder,
  present: GatewayIdentity,
  signal: AbortSignal,
): Promise<KeyPair> {
  const { home, group, site, serial } = present
  const key = folder.nextKey()
  const authorities = readCertificates(present.authority, 'the authority')
  const renewal = { serial, request: certificateRequest(key, { group, name: site }) }
  const question = {
    url: home?.url ?? '',
    path: '/api/renew',
    body: { ...renewal, signature: signRenewal(renewal, present.key) },
    answer: RenewAnswer,
    authority: fingerprintOf(authorities[0]),
  }
  const answer = await ask(question, signal)
  const [certificate] = readCertificates(answer.certificate, 'the answer')
  const subject = subjectOf(certificate)
  const isOurs =
    subject?.name === site &&
    subject.group === group &&
    isSamePair(certificate.publicKey, key) &&
    serialOf(certificate) !== serial
  const fault = isOurs
    ? certificateFault([certificate], { authorities, purpose: 'client', host: null, at: null })
    : 'expected another certificate for this site and our new key, came something else'
  if (fault !== null) throw new HouseError('identity/invalid', `${question.url}: ${fault}`)
  folder.keepNext(answer.certificate)
  return { key, certificate }
}
