import { X509Certificate } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Id } from '../../../../core/contract/text.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { fingerprintOf, lifeOf, serialOf, subjectOf } from '../../../../platform/identity/certificate.ts'
import { isSamePair, makeKey } from '../../../../platform/identity/keys.ts'
import { certificateRequest } from '../../../../platform/identity/request.ts'
import { signRenewal, verifyConfig } from '../../../../platform/identity/signatures.ts'
import { linkSigner, signerOf } from '../../../../platform/link-signature.ts'
import { isAnswerSealed, keyOfSecret, readToken } from '../../../../platform/identity/token.ts'
import { type HandClock, handClock } from '../../../support/hand-clock.ts'
import { BY, type IdentityWorld, openIdentityWorld, requestWith } from './world.ts'

const DAY = 86_400_000
const EAST = Id.parse('east-pit')

let clock: HandClock
let world: IdentityWorld
let changes: number
beforeEach(async () => {
  changes = 0
  clock = handClock()
  world = await openIdentityWorld({ clock, changed: () => void (changes += 1) })
})
afterEach(() => world[Symbol.asyncDispose]())

const tokenFor = async (site = EAST, validFor = DAY) => (await world.identity.issueToken({ site, validFor }, BY)).text
const enrol = (request: ReturnType<typeof requestWith>, from = '10.0.0.1') => world.identity.enrol(request, from)
const renewalOf = (of: { certificate: string; key: ReturnType<typeof makeKey> }, key = makeKey()) => {
  const renewal = {
    serial: serialOf(new X509Certificate(of.certificate)),
    request: certificateRequest(key, { group: 'county', name: 'east-pit' }),
  }
  return { ...renewal, signature: signRenewal(renewal, of.key) }
}

describe('a token', () => {
  it('is exchanged once for a certificate of its site and group, good for 90 days', async () => {
    const text = await tokenFor()
    const key = makeKey()
    const request = requestWith(text, { key })
    const answer = await enrol(request)
    const certificate = new X509Certificate(answer.certificate)
    expect(subjectOf(certificate)).toEqual({ group: 'county', name: 'east-pit' })
    expect(isSamePair(certificate.publicKey, key)).toBe(true)
    expect(lifeOf(certificate).to).toBe(Math.floor((clock.now() + 90 * DAY) / 1_000) * 1_000)
    const { secret, authority } = readToken(text)
    expect(isAnswerSealed(answer, request.nonce, keyOfSecret(secret).key)).toBe(true)
    expect(fingerprintOf(new X509Certificate(answer.authority))).toBe(authority)
    await expect(enrol(requestWith(text))).rejects.toThrow(/used already/)
    expect(await world.acts()).toEqual([
      'ledger-opened ledger',
      'enrolment-token-issued east-pit',
      'enrolment-token-used east-pit',
      'certificate-issued east-pit',
    ])
    expect((await world.desk.verify()).intact).toBe(true)
  })

  it('answers the same key again with the same certificate, because the first answer may have been lost', async () => {
    const text = await tokenFor()
    const key = makeKey()
    const first = await enrol(requestWith(text, { key }))
    const again = await enrol(requestWith(text, { key }))
    expect(again.certificate).toBe(first.certificate)
    expect((await world.identity.overview()).certificates).toHaveLength(1)
  })

  it('is kept without its secret', async () => {
    const { secret } = readToken(await tokenFor())
    await world.db.transaction((q) => q.run('pragma wal_checkpoint(full)')).catch(() => undefined)
    for (const file of ['control.sqlite', 'control.sqlite-wal']) {
      const bytes = await readFile(join(world.folder.path, file))
      expect(bytes.includes(secret)).toBe(false)
      expect(bytes.includes(Buffer.from(secret, 'base64url'))).toBe(false)
    }
  })

  it('is void after five tries with a wrong seal, and says so to its owner alone', async () => {
    const text = await tokenFor()
    const { key: wrong } = keyOfSecret('A'.repeat(22))
    for (let n = 0; n < 5; n++) {
      await expect(enrol(requestWith(text, { seal: wrong }), `10.0.1.${n}`)).rejects.toMatchObject({
        code: 'http/unauthenticated',
        message: expect.stringContaining('not sealed'),
      })
    }
    await expect(enrol(requestWith(text))).rejects.toThrow(/void/)
    expect(await world.acts()).toContain('enrolment-token-void east-pit')
  })

  it('is refused for another site than its own', async () => {
    await expect(enrol(requestWith(await tokenFor(), { site: 'west-pit' }))).rejects.toMatchObject({
      code: 'http/unauthenticated',
    })
  })

  it('is refused when its time is over, when a newer one was issued, and when nobody knows it', async () => {
    const old = await tokenFor(EAST, 60_000)
    const text = await tokenFor(EAST, 60_000)
    await expect(enrol(requestWith(old))).rejects.toThrow(/void/)
    await clock.advance(61_000)
    await expect(enrol(requestWith(text))).rejects.toThrow(/expired/)
    const other = await openIdentityWorld({ clock })
    try {
      const theirs = (await other.identity.issueToken({ site: EAST, validFor: DAY }, BY)).text
      await expect(enrol(requestWith(theirs))).rejects.toThrow(/knows no such token/)
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })

  it('guessed from one address is slowed down', async () => {
    const { key: wrong } = keyOfSecret('A'.repeat(22))
    for (let n = 0; n < 5; n++) await enrol(requestWith(await tokenFor(), { seal: wrong })).catch(() => undefined)
    await expect(enrol(requestWith(await tokenFor()))).rejects.toMatchObject({ code: 'http/too-many' })
    await clock.advance(3_000)
    await expect(enrol(requestWith(await tokenFor()))).resolves.toBeDefined()
  })

  it('with a request that is none, or of a key that is not there, issues nothing', async () => {
    const text = await tokenFor()
    const { secret } = readToken(text)
    const good = requestWith(text)
    const { sealRequest } = await import('../../../../platform/identity/token.ts')
    const other = requestWith(text).request
    const mixed = good.request.slice(0, -80) + other.slice(-80)
    for (const request of ['-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n', mixed]) {
      const { mac: _, ...rest } = good
      await expect(enrol(sealRequest({ ...rest, request }, keyOfSecret(secret).key))).rejects.toMatchObject({
        code: 'identity/invalid',
      })
    }
    expect((await world.identity.overview()).certificates).toHaveLength(0)
    await expect(enrol(good)).resolves.toBeDefined()
  })
})

describe('a renewal', () => {
  it('signed with the key in use brings a later certificate for a new key', async () => {
    const first = await world.enrolled('east-pit')
    await clock.advance(61 * DAY)
    const key = makeKey()
    const { certificate } = await world.identity.renew(renewalOf(first, key), '10.0.0.1')
    const next = new X509Certificate(certificate)
    expect(isSamePair(next.publicKey, key)).toBe(true)
    expect(lifeOf(next).to).toBeGreaterThan(lifeOf(new X509Certificate(first.certificate)).to)
    expect((await world.identity.renew(renewalOf(first, key), '10.0.0.1')).certificate).toBe(certificate)
    expect((await world.acts()).filter((act) => act.startsWith('certificate-renewed'))).toHaveLength(1)
    expect(world.identity.keysOf('east-pit')).toHaveLength(2)
    expect(world.identity.keysOf('west-pit')).toEqual([])
  })

  it('is refused by another key, for an unknown certificate, for a revoked one, and for the key in use', async () => {
    const first = await world.enrolled('east-pit')
    const west = await world.enrolled('west-pit')
    const refused = async (request: ReturnType<typeof renewalOf>, why: RegExp, from: string) =>
      expect(world.identity.renew(request, from)).rejects.toThrow(why)
    await refused({ ...renewalOf(first), signature: renewalOf(west).signature }, /not signed/, '10.0.0.2')
    await refused(renewalOf({ certificate: first.certificate, key: west.key }), /not signed/, '10.0.0.3')
    await refused({ ...renewalOf(first), serial: 'abc' }, /not signed/, '10.0.0.4')
    await refused(renewalOf(first, first.key), /new key/, '10.0.0.5')
    await world.identity.revoke({ site: EAST, serial: null, reason: 'stolen' }, BY)
    await refused(renewalOf(first), /revoked: stolen/, '10.0.0.6')
  })

  it('may come late by up to a year, so that a gateway that was off needs no visit, and not later', async () => {
    const first = await world.enrolled('east-pit')
    await clock.advance(100 * DAY)
    await expect(world.identity.renew(renewalOf(first), '10.0.0.1')).resolves.toBeDefined()
    const west = await world.enrolled('west-pit')
    await clock.advance(460 * DAY)
    await expect(world.identity.renew(renewalOf(west), '10.0.0.1')).rejects.toThrow(/more than a year/)
  })

  it('is refused for a certificate whose successor is in use, so that an old card in a drawer is worth nothing', async () => {
    const first = await world.enrolled('east-pit')
    await clock.advance(61 * DAY)
    const { certificate } = await world.identity.renew(renewalOf(first), '10.0.0.1')
    await world.identity.seen(new X509Certificate(certificate))
    await expect(world.identity.renew(renewalOf(first), '10.0.0.2')).rejects.toThrow(/later certificate/)
  })

  it('asked for again and again for new keys ends', async () => {
    const first = await world.enrolled('east-pit')
    let issued = 1
    for (; issued < 30; issued++) {
      const made = await world.identity.renew(renewalOf(first), `10.0.0.${issued}`).catch(() => null)
      if (made === null) break
    }
    expect(issued).toBe(10)
  })
})

describe('the judge at the door', () => {
  const verdictOn = (certificate: string) => world.identity.judge(new X509Certificate(certificate))

  it('knows a gateway by its certificate and notes that it came', async () => {
    const { certificate } = await world.enrolled('east-pit')
    expect(verdictOn(certificate)).toEqual({ is: 'gateway', site: 'east-pit' })
    expect((await world.identity.overview()).certificates[0]?.seenAt).toBeNull()
    await world.identity.seen(new X509Certificate(certificate))
    expect((await world.identity.overview()).certificates[0]?.seenAt).toBe(clock.now())
    expect((await (await world.open()).overview()).certificates[0]?.seenAt).toBe(clock.now())
  })

  it('turns away what was taken back, what is over, and whoever is no gateway of the group', async () => {
    const east = await world.enrolled('east-pit')
    const west = await world.enrolled('west-pit')
    const before = changes
    const serials = await world.identity.revoke({ site: EAST, serial: null, reason: 'card stolen' }, BY)
    expect(serials).toEqual([serialOf(new X509Certificate(east.certificate))])
    expect(changes).toBeGreaterThan(before)
    expect(verdictOn(east.certificate)).toMatchObject({
      reason: 'revoked-certificate',
      why: expect.stringContaining('card stolen'),
    })
    expect(verdictOn(west.certificate).is).toBe('gateway')
    expect(verdictOn(world.authority.pair('client').cert)).toMatchObject({ reason: 'unfit-certificate' })
    await clock.advance(91 * DAY)
    expect(verdictOn(west.certificate)).toMatchObject({ reason: 'expired-certificate' })
    await expect(world.identity.revoke({ site: EAST, serial: null, reason: 'again' }, BY)).rejects.toMatchObject({
      code: 'http/not-found',
    })
    expect(await world.acts()).toContain('certificate-revoked east-pit')
  })

  it('takes back one certificate of a site and leaves the other', async () => {
    const old = await world.enrolled('east-pit')
    const next = await world.enrolled('east-pit')
    const serial = serialOf(new X509Certificate(old.certificate))
    await world.identity.revoke({ site: EAST, serial, reason: 'box replaced' }, BY)
    expect(verdictOn(old.certificate).is).toBe('refused')
    expect(verdictOn(next.certificate).is).toBe('gateway')
  })

  it('stays with what was taken back while it noted that the certificate was used', async () => {
    const { certificate } = await world.enrolled('east-pit')
    const { db } = world
    const noted = Promise.withResolvers<undefined>()
    let waiting = [noted.promise]
    const slow: typeof db = {
      ...db,
      transaction: async (work) => {
        const done = await db.transaction(work)
        await waiting.shift()
        return done
      },
    }
    const identity = await world.open({ db: slow })
    const noting = identity.seen(new X509Certificate(certificate))
    await identity.revoke({ site: EAST, serial: null, reason: 'card stolen' }, BY)
    waiting = []
    noted.resolve(undefined)
    await noting
    expect(identity.judge(new X509Certificate(certificate))).toMatchObject({ reason: 'revoked-certificate' })
    expect((await identity.overview()).certificates[0]?.seenAt).not.toBeNull()
  })

  it('takes back also when the servers cannot make their own certificate anew', async () => {
    const troubled = await openIdentityWorld({
      clock,
      changed: () => {
        throw new HouseError('store/failed', 'the disk is full')
      },
    })
    await using _ = troubled
    const { certificate } = await troubled.enrolled('east-pit')
    await troubled.identity.revoke({ site: EAST, serial: null, reason: 'card stolen' }, BY)
    expect(troubled.identity.judge(new X509Certificate(certificate)).is).toBe('refused')
    expect(troubled.log.lines.some(({ facts }) => facts.why === 'the disk is full')).toBe(true)
  })

  it('hears of what another program took back', async () => {
    const { certificate } = await world.enrolled('east-pit')
    const stop = new AbortController()
    const running = world.identity.run(stop.signal)
    const other = await world.open()
    await other.revoke({ site: EAST, serial: null, reason: 'by the command line' }, BY)
    const { until } = await import('../../../support/until.ts')
    await until('the revocation to be heard', () => verdictOn(certificate).is === 'refused')
    stop.abort()
    await running
    expect(await readFile(join(world.place, 'crl.pem'), 'utf8')).toContain('X509 CRL')
  })
})

describe('the authority', () => {
  it('is not made before somebody needs it, and its key is nobody else’s to read', async () => {
    expect(await world.identity.overview()).toMatchObject({ issues: true, authority: null })
    await tokenFor()
    expect((await stat(join(world.place, 'ca.key'))).mode & 0o777).toBe(0o600)
    const known = (await world.identity.overview()).authority
    expect(known?.notAfter).toBeGreaterThan(clock.now() + 3_600 * DAY)
    expect(known?.fingerprint).toBe(fingerprintOf(new X509Certificate(world.authority.known() ?? '')))
  })

  it('renews the control room’s own certificate two thirds into its life', async () => {
    const first = world.authority.pair('server')
    await clock.advance(50 * DAY)
    expect(world.authority.pair('server').cert).toBe(first.cert)
    await clock.advance(12 * DAY)
    const next = world.authority.pair('server')
    expect(next.cert).not.toBe(first.cert)
    expect(new X509Certificate(next.cert).checkHost('localhost')).toBe('localhost')
    expect((await stat(join(world.place, 'server.pem'))).mode & 0o777).toBe(0o600)
  })

  it('may be somebody else’s', async () => {
    await using theirs = await openIdentityWorld({ clock })
    theirs.authority.authority()
    for (const name of ['ca.pem', 'ca.key']) {
      await writeFile(join(world.folder.path, name), await readFile(join(theirs.place, name)))
    }
    await using given = await openIdentityWorld({
      clock,
      config: { caFile: join(theirs.place, 'ca.pem'), caKeyFile: join(theirs.place, 'ca.key') },
    })
    const { certificate } = await given.enrolled('east-pit')
    expect(new X509Certificate(certificate).verify(theirs.authority.authority().certificate.publicKey)).toBe(true)
    await using elsewhere = await openIdentityWorld({ clock, config: { caFile: join(theirs.place, 'ca.pem') } })
    await expect(elsewhere.identity.issueToken({ site: EAST, validFor: DAY }, BY)).rejects.toMatchObject({
      code: 'http/conflict',
      message: expect.stringContaining('elsewhere'),
    })
    expect(elsewhere.identity.signConfig({ a: 1 })).toBeNull()
  })

  it('lists a certificate it has not issued once it is used, so that it can be taken back', async () => {
    await using elsewhere = await openIdentityWorld({ clock })
    const { certificate } = await elsewhere.enrolled('east-pit')
    await world.identity.seen(new X509Certificate(certificate))
    expect((await world.identity.overview()).certificates).toMatchObject([{ site: 'east-pit', origin: 'presented' }])
    await world.identity.revoke({ site: EAST, serial: null, reason: 'not ours' }, BY)
    expect(world.identity.judge(new X509Certificate(certificate)).is).toBe('refused')
  })

  it('signs configurations, and only those', async () => {
    const config = { version: 3, site: 'east-pit' }
    const signature = world.identity.signConfig(config) ?? ''
    const { publicKey } = world.authority.authority().certificate
    expect(verifyConfig(config, signature, publicKey)).toBe(true)
    expect(verifyConfig({ site: 'east-pit', version: 3 }, signature, publicKey)).toBe(true)
    expect(verifyConfig({ ...config, version: 4 }, signature, publicKey)).toBe(false)
    expect(signerOf([publicKey], '{"site":"east-pit","version":3}', signature)).toBeNull()
    const { key } = await world.enrolled('east-pit')
    const [hash, keys] = ['a'.repeat(64), world.identity.keysOf('east-pit')]
    expect(signerOf(keys, hash, linkSigner(key)(hash))).toBe(keys[0])
    expect(signerOf(keys, 'b'.repeat(64), linkSigner(key)(hash))).toBeNull()
  })
})
