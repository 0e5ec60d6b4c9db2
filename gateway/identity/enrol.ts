import { randomBytes } from 'node:crypto'
import { EnrolAnswer } from '../../core/contract/identity.ts'
import { HouseError } from '../../core/kit/errors.ts'
import {
  certificateFault,
  fingerprintOf,
  lifeOf,
  readCertificates,
  subjectOf,
} from '../../platform/identity/certificate.ts'
import { isSamePair } from '../../platform/identity/keys.ts'
import { certificateRequest } from '../../platform/identity/request.ts'
import { isAnswerSealed, keyOfSecret, readToken, sealRequest } from '../../platform/identity/token.ts'
import { ask } from './ask.ts'
import type { IdentityFolder } from './folder.ts'

/** What enrolling came to. */
export interface Enrolled {
  readonly site: string
  readonly group: string
  /** Where the control room says its broker is; null where it cannot say. */
  readonly broker: string | null
  readonly notAfter: number
  readonly authority: string
}

/** Whose site.yaml it is. */
export interface EnrolPlace {
  readonly site: string
  readonly group: string
}

/**
 * Exchanges a token for this gateway's identity and puts it into `folder`. Repeating it with the same token is safe: the key
 * is kept until there is a certificate for it. Throws `identity/invalid` (the token, the answer, a refusal), `link/down`,
 * `store/failed`.
 */
export async function enrol(
  text: string,
  folder: IdentityFolder,
  { place, signal }: { readonly place: EnrolPlace; readonly signal: AbortSignal },
): Promise<Enrolled> {
  const token = readToken(text)
  if (token.site !== place.site) {
    throw new HouseError('identity/invalid', `expected a token for ${place.site}, came one for ${token.site}`, {
      expected: place.site,
      came: token.site,
    })
  }
  const { id, key: sealKey } = keyOfSecret(token.secret)
  const key = folder.nextKey()
  const nonce = randomBytes(16).toString('base64url')
  const request = certificateRequest(key, { group: place.group, name: place.site })
  const body = sealRequest({ token: id, site: place.site, request, nonce }, sealKey)
  const question = { url: token.url, path: '/api/enrol', body, answer: EnrolAnswer, authority: token.authority }
  const answer = await ask(question, signal)
  if (!isAnswerSealed(answer, nonce, sealKey)) {
    throw new HouseError(
      'identity/invalid',
      `${token.url}: the answer is not sealed by who issued the token; somebody is in between`,
    )
  }
  const [certificate] = readCertificates(answer.certificate, 'the answer')
  const authorities = readCertificates(answer.authority, 'the answer')
  const fault = answerFault({ ...answer, certificate, authorities, key }, token.authority, place)
  if (fault !== null) throw new HouseError('identity/invalid', `${token.url}: ${fault}`)
  const home = { url: token.url, group: answer.group, site: answer.site }
  folder.write({ key, certificate, authority: answer.authority, home })
  folder.dropNext()
  const { to: notAfter } = lifeOf(certificate)
  return { site: answer.site, group: answer.group, broker: answer.broker, notAfter, authority: token.authority }
}

type Answered = Pick<EnrolAnswer, 'group' | 'site'> & {
  readonly certificate: ReturnType<typeof readCertificates>[0]
  readonly authorities: ReturnType<typeof readCertificates>
  readonly key: Parameters<typeof isSamePair>[0]
}

function answerFault(
  { group, certificate, authorities, key }: Answered,
  authority: string,
  place: EnrolPlace,
): string | null {
  if (group !== place.group) return `expected the control room of ${place.group}, came that of ${group}`
  if (!authorities.some((one) => fingerprintOf(one) === authority))
    return 'expected the authority the token names, came another'
  const subject = subjectOf(certificate)
  if (subject?.name !== place.site || subject.group !== place.group)
    return 'expected a certificate for this site, came one for another'
  if (!isSamePair(certificate.publicKey, key)) return 'expected a certificate for our key, came one for another'
  // The time of a gateway that has never been connected is worth nothing.
  return certificateFault([certificate], { authorities, purpose: 'client', host: null, at: null })
}
