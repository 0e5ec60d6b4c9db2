import { execFile } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorityCertificate, issueCertificate, revocationList } from '../../../dashboard/server/identity/issue.ts'
import { certificateFault, serialOf, subjectOf, timeFault } from '../../../platform/identity/certificate.ts'
import { derOfPem, pemOf } from '../../../platform/identity/der.ts'
import { isSamePair, keyText, makeKey } from '../../../platform/identity/keys.ts'
import { certificateRequest, keyOfRequest } from '../../../platform/identity/request.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { testFolder, type TestFolder } from '../../support/processes.ts'

const run = promisify(execFile)
const DAY = 86_400_000
const NOW = Date.now()
const LIFE = { from: NOW - DAY, to: NOW + 90 * DAY }

let folder: TestFolder
beforeEach(async () => {
  folder = await testFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

/** OpenSSL in the test's folder: what it prints, or its refusal as an error. */
async function openssl(...words: string[]): Promise<string> {
  const { stdout, stderr } = await run('openssl', words, { cwd: folder.path })
  return stdout + stderr
}
const file = (name: string, text: string) => writeFile(join(folder.path, name), text)

function authorityOf(key = makeKey()) {
  const pem = authorityCertificate(key, 'county', { from: NOW - DAY, to: NOW + 3_650 * DAY })
  return { key, certificate: new X509Certificate(pem), pem }
}
function gatewayOf(authority: ReturnType<typeof authorityOf>, name = 'east-pit', life = LIFE) {
  const key = makeKey()
  const subject = { group: 'county', name }
  const pem = issueCertificate(authority, { subject, publicKey: createPublicKey(key), purpose: 'client', life })
  return { key, pem, certificate: new X509Certificate(pem) }
}

describe('what OpenSSL says of', () => {
  it.each(['P-256', 'P-384', 'RSA'])('certificates and a list by an authority of %s', async (kind) => {
    const { privateKey } =
      kind === 'RSA'
        ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
        : generateKeyPairSync('ec', { namedCurve: kind })
    const authority = authorityOf(privateKey)
    const [gone, kept] = [gatewayOf(authority), gatewayOf(authority, 'west-pit')]
    const revoked = [{ serial: serialOf(gone.certificate), at: NOW }]
    await file('ca.pem', authority.pem)
    await file('gone.pem', gone.pem)
    await file('kept.pem', kept.pem)
    await file('none.pem', revocationList(authority, [], NOW))
    await file('crl.pem', revocationList(authority, revoked, NOW))
    const verify = (list: string, name: string) =>
      openssl(
        'verify',
        '-x509_strict',
        '-purpose',
        'sslclient',
        '-CAfile',
        'ca.pem',
        '-crl_check',
        '-CRLfile',
        list,
        name,
      )
    expect(await verify('crl.pem', 'kept.pem')).toContain('OK')
    expect(await verify('none.pem', 'gone.pem')).toContain('OK')
    await expect(verify('crl.pem', 'gone.pem')).rejects.toThrow(/revoked/)
    expect(await openssl('crl', '-in', 'crl.pem', '-CAfile', 'ca.pem', '-noout')).toContain('verify OK')
  })

  it('a server certificate, and the purposes of both', async () => {
    const authority = authorityOf()
    const publicKey = createPublicKey(makeKey())
    const names = ['room.example', '10.1.2.3', '2001:db8::7']
    const subject = { group: 'county', name: 'control_room' }
    await file('ca.pem', authority.pem)
    await file('s.pem', issueCertificate(authority, { subject, publicKey, purpose: 'server', names, life: LIFE }))
    await file('g.pem', gatewayOf(authority).pem)
    for (const name of ['-verify_hostname room.example', '-verify_ip 10.1.2.3', '-verify_ip 2001:db8::7']) {
      const words = [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        ...name.split(' '),
        '-CAfile',
        'ca.pem',
        's.pem',
      ]
      expect(await openssl(...words)).toContain('OK')
    }
    await expect(openssl('verify', '-purpose', 'sslserver', '-CAfile', 'ca.pem', 'g.pem')).rejects.toThrow(/purpose/)
    await expect(openssl('verify', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 's.pem')).rejects.toThrow(/purpose/)
  })

  it('a request of ours, and what we say of a request of its', async () => {
    await file('ours.csr', certificateRequest(makeKey(), { group: 'county', name: 'east-pit' }))
    expect(await openssl('req', '-in', 'ours.csr', '-verify', '-noout', '-subject')).toMatch(
      /O ?= ?county, ?CN ?= ?east-pit/,
    )
    await file('their.key', keyText(makeKey()))
    const csr = await openssl('req', '-new', '-key', 'their.key', '-subj', '/O=county/CN=east-pit')
    const pub = await openssl('pkey', '-in', 'their.key', '-pubout')
    expect(isSamePair(keyOfRequest(csr), createPublicKey(pub))).toBe(true)
  })
})

describe('a request', () => {
  it('with any byte changed is refused, and never as anything but a refusal', () => {
    const key = makeKey()
    const whole = derOfPem('CERTIFICATE REQUEST', certificateRequest(key, { group: 'county', name: 'east-pit' }))
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ change
        try {
          // What still holds can only say the same: bytes that carry nothing, such as the name of the signature's kind.
          expect(isSamePair(keyOfRequest(pemOf('CERTIFICATE REQUEST', bytes)), createPublicKey(key))).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(HouseError)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('of a key too weak to be vouched for is refused', () => {
    for (const { privateKey } of [
      generateKeyPairSync('rsa', { modulusLength: 1_024 }),
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    ]) {
      const request = certificateRequest(privateKey, { group: 'county', name: 'east-pit' })
      expect(() => keyOfRequest(request)).toThrow(/P-256/)
    }
  })
})

describe('a peer’s certificate', () => {
  const authority = authorityOf()
  const expected = { authorities: [authority.certificate], purpose: 'client', host: null, at: NOW } as const

  it('of the authority, in time and for its purpose has no fault', () => {
    const { certificate } = gatewayOf(authority)
    expect(certificateFault([certificate], expected)).toBeNull()
    expect(subjectOf(certificate)).toEqual({ group: 'county', name: 'east-pit' })
  })

  it('has the fault that it has', () => {
    const { certificate } = gatewayOf(authority)
    const other = authorityOf()
    expect(certificateFault([], expected)).toMatch(/came none/)
    expect(certificateFault([gatewayOf(other).certificate], expected)).toMatch(/our authority/)
    // The name of the authority alone vouches for nothing.
    expect(certificateFault([gatewayOf(other).certificate, other.certificate], expected)).toMatch(/our authority/)
    expect(certificateFault([certificate], { ...expected, purpose: 'server' })).toMatch(/for a server/)
    expect(certificateFault([certificate], { ...expected, host: 'room.example' })).toMatch(/room\.example/)
    expect(certificateFault([certificate], { ...expected, at: NOW + 91 * DAY })).toMatch(/expired/)
    expect(certificateFault([certificate], { ...expected, at: 0 })).toMatch(/not valid before/)
    expect(certificateFault([certificate], { ...expected, at: null })).toBeNull()
  })

  it('issued by a gateway, which is no authority, is refused', () => {
    const gateway = gatewayOf(authority)
    const forged = gatewayOf({ key: gateway.key, certificate: gateway.certificate, pem: gateway.pem }, 'west-pit')
    expect(certificateFault([forged.certificate, gateway.certificate], expected)).toMatch(/our authority/)
  })

  it('never outlives its authority', () => {
    const { certificate } = gatewayOf(authority, 'east-pit', { from: NOW, to: NOW + 9_999 * DAY })
    expect(certificate.validToDate).toEqual(authority.certificate.validToDate)
    expect(timeFault(certificate, NOW)).toBeNull()
  })
})
