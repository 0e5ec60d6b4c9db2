import type { KeyObject, X509Certificate } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Id } from '../../core/contract/text.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { certificateFault, lifeOf, readCertificates, serialOf, subjectOf } from '../../platform/identity/certificate.ts'
import { moveWhole, PUBLIC_MODE, SECRET_MODE, textOf, writeWhole } from '../../platform/identity/files.ts'
import { isSamePair, keyText, makeKey, readKey } from '../../platform/identity/keys.ts'

/** The files of an identity. All but the last three may also be put there by hand, where certificates are issued elsewhere. */
const FILE = {
  key: 'gateway.key',
  certificate: 'gateway.pem',
  authority: 'ca.pem',
  /** Where the next certificate is asked for; absent where nobody may be asked. */
  home: 'control-room.json',
  /** Of the next certificate: the key first, the certificate once it has been issued. */
  nextKey: 'next.key',
  nextCertificate: 'next.pem',
} as const

const Home = z.object({ url: z.url({ protocol: /^https?$/ }), group: Id, site: Id }).strict()
export type Home = z.infer<typeof Home>

/** A key and the certificate that belongs to it. */
export interface KeyPair {
  readonly key: KeyObject
  readonly certificate: X509Certificate
}

/** Who a gateway is: its key, its certificate, and the authority by which it knows the other side. */
export interface GatewayIdentity extends KeyPair {
  readonly serial: string
  readonly site: string
  readonly group: string
  /** The authority's certificates, PEM. */
  readonly authority: string
  readonly home: Home | null
}

/** The folder of a gateway's identity. Each file is there whole or not at all; only the owner can read the keys. */
export interface IdentityFolder {
  readonly path: string
  /** Null where there is no certificate. Throws `identity/invalid` for one that cannot be used, `store/failed`. */
  read(): GatewayIdentity | null
  /** Puts an identity in place of whatever was there. Throws `store/failed`. */
  write(made: KeyPair & { readonly authority: string; readonly home: Home }): void
  /** The key of the next certificate: the same until one has been issued for it, so that a lost answer can be asked for again. */
  nextKey(): KeyObject
  /** Keeps the next certificate beside the present one. */
  keepNext(certificate: string): void
  /** The next one, when it has been issued and fits its key. */
  next(): KeyPair | null
  /** Lets the next take the place of the present one. */
  promote(): void
  /** Forgets the next one. */
  dropNext(): void
}

export function openIdentityFolder(path: string): IdentityFolder {
  const at = (name: keyof typeof FILE) => join(path, FILE[name])
  const pairOf = (key: keyof typeof FILE, certificate: keyof typeof FILE): KeyPair | null => {
    const [keyPem, certificatePem] = [textOf(at(key)), textOf(at(certificate))]
    if (keyPem === null || certificatePem === null) return null
    const [first] = readCertificates(certificatePem, at(certificate))
    const secret = readKey(keyPem, at(key))
    return isSamePair(first.publicKey, secret) ? { key: secret, certificate: first } : null
  }
  /** A crash between the two renames of `promote` leaves the new certificate with the old key; the new key still lies beside it. */
  const mended = (): KeyPair | null => {
    const half = pairOf('nextKey', 'certificate')
    if (half !== null) moveWhole(at('nextKey'), at('key'))
    return half
  }
  return {
    path,
    read: () => {
      if (textOf(at('certificate')) === null) return null
      const pair = pairOf('key', 'certificate') ?? mended()
      const authority = textOf(at('authority'))
      if (pair === null || authority === null) {
        const missing =
          authority === null ? `${FILE.authority}, came none` : `a ${FILE.key} that belongs to ${FILE.certificate}`
        throw new HouseError('identity/invalid', `${path}: expected ${missing}; enrol this gateway anew`, { path })
      }
      return identityOf(pair, { path, authority, home: textOf(at('home')) })
    },
    write: ({ key, certificate, authority, home }) => {
      // The certificate last: with it there, the identity is whole.
      writeWhole(at('key'), keyText(key), SECRET_MODE)
      writeWhole(at('authority'), authority, PUBLIC_MODE)
      writeWhole(at('home'), `${JSON.stringify(home, null, 2)}\n`, PUBLIC_MODE)
      writeWhole(at('certificate'), certificate.toString(), PUBLIC_MODE)
    },
    nextKey: () => {
      const known = textOf(at('nextKey'))
      if (known !== null) return readKey(known, at('nextKey'))
      const key = makeKey()
      writeWhole(at('nextKey'), keyText(key), SECRET_MODE)
      return key
    },
    keepNext: (certificate) => writeWhole(at('nextCertificate'), certificate, PUBLIC_MODE),
    next: () => pairOf('nextKey', 'nextCertificate'),
    promote: () => {
      moveWhole(at('nextCertificate'), at('certificate'))
      moveWhole(at('nextKey'), at('key'))
    },
    dropNext: () => {
      for (const name of ['nextCertificate', 'nextKey'] as const) rmSync(at(name), { force: true })
    },
  }
}

function identityOf(
  pair: KeyPair,
  { path, authority, home }: { readonly path: string; readonly authority: string; readonly home: string | null },
): GatewayIdentity {
  const subject = subjectOf(pair.certificate)
  const authorities = readCertificates(authority, join(path, FILE.authority))
  const fault =
    subject === null
      ? `expected a certificate that names a group (O) and a site (CN), came ${pair.certificate.subject.replaceAll('\n', ', ')}`
      : certificateFault([pair.certificate], { authorities, purpose: 'client', host: null, at: null })
  if (subject === null || fault !== null) throw new HouseError('identity/invalid', `${path}: ${fault ?? ''}`, { path })
  return {
    ...pair,
    serial: serialOf(pair.certificate),
    site: subject.name,
    group: subject.group,
    authority,
    home: home === null ? null : Home.parse(JSON.parse(home)),
  }
}

const DAY_MS = 86_400_000

/** When a certificate is to be renewed: two thirds into its life. */
export function renewalAt(certificate: X509Certificate): number {
  const { from, to } = lifeOf(certificate)
  return from + ((to - from) * 2) / 3
}

/** What is wrong with an identity for a site at a time; `soon` = it should have been renewed and still holds. */
export type IdentityFault =
  | { readonly is: 'other-site'; readonly came: string }
  | { readonly is: 'other-group'; readonly came: string }
  | { readonly is: 'expired' | 'not-yet-valid'; readonly at: number }
  | { readonly is: 'soon'; readonly at: number }

export function identityFaults(
  identity: GatewayIdentity,
  expected: { readonly site: string; readonly group: string; readonly now: number },
): readonly IdentityFault[] {
  const { from, to } = lifeOf(identity.certificate)
  const { site, group, now } = expected
  return [
    ...(identity.site === site ? [] : [{ is: 'other-site', came: identity.site } as const]),
    ...(identity.group === group ? [] : [{ is: 'other-group', came: identity.group } as const]),
    ...(now < from ? [{ is: 'not-yet-valid', at: from } as const] : []),
    ...(now > to ? [{ is: 'expired', at: to } as const] : []),
    // A day late is a control room that was not reached for a day.
    ...(now <= to && now > renewalAt(identity.certificate) + DAY_MS ? [{ is: 'soon', at: to } as const] : []),
  ]
}
