import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BrokerAccess } from '../../../core/contract/site.ts'
import { enrol } from '../../../gateway/identity/enrol.ts'
import { openIdentityFolder } from '../../../gateway/identity/folder.ts'
import { keepRenewed, type RenewalDeps, renewWhenDue } from '../../../gateway/identity/renewal.ts'
import { identityFolder, needsIdentity, openUplinkIdentity } from '../../../gateway/identity/uplink-identity.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { signerOf } from '../../../platform/link-signature.ts'
import { openMqtt } from '../../../platform/mqtt.ts'
import { testFolder, type TestFolder } from '../../support/processes.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { until } from '../../support/until.ts'
import { openRoom, type Room } from './room.ts'

const DAY = 86_400_000
const PLACE = { site: 'east-pit', group: 'county' }

/** The system's clock, set wrong by so much. */
const shifted = (by: number): Clock => ({ ...systemClock, now: () => UtcMs.parse(Math.max(0, Date.now() + by)) })

let box: TestFolder
const open: AsyncDisposable[] = []
beforeEach(async () => {
  box = await testFolder()
})
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]()
  await box[Symbol.asyncDispose]()
})

const path = () => join(box.path, 'identity')
const enrolAt = async (room: Room) => {
  await enrol(await room.token(), openIdentityFolder(path()), { place: PLACE, signal: AbortSignal.timeout(20_000) })
}
async function roomWith(clock: Clock = systemClock, names?: readonly string[]): Promise<Room> {
  const room = await openRoom(clock, names)
  open.push(room)
  return room
}
/** The gateway's connection to a broker with what lies in its folder. */
function connectTo(url: string, now: () => number | null = () => Date.now()) {
  const log = quietLog()
  const uplink: BrokerAccess = { url }
  const identity = openUplinkIdentity({ uplink, folder: path(), clock: systemClock, now, log })
  const link = openMqtt(
    { url, tls: identity.tls },
    { clientId: 'gateway', log, onMessage: () => undefined, pauseMs: { first: 20, most: 50 } },
  )
  open.push({ [Symbol.asyncDispose]: () => link.close() })
  const complaint = () => log.lines.find(({ level }) => level === 'warn')?.facts.why
  return { identity, link, complaint }
}

describe('the uplink with an identity', () => {
  it('waits for the identity, connects as soon as the gateway is enrolled, and speaks for its site', async () => {
    const room = await roomWith()
    const { link, complaint } = connectTo(room.broker.tlsUrl ?? '')
    expect(await until('a complaint', complaint)).toMatch(/pitwatch enrol/)
    await enrolAt(room)
    await until('the connection', () => link.session() !== null)
    await link.publish('pitwatch/v1/county/east-pit/alarm', 'raised', { qos: 1 })
    expect(room.messages).toHaveLength(1)
  })

  it('signs links so that the control room can check them', async () => {
    const room = await roomWith()
    await enrolAt(room)
    const { identity } = connectTo(room.broker.tlsUrl ?? '')
    const hash = 'c'.repeat(64)
    const signature = identity.sign?.(hash) ?? ''
    expect(signerOf(room.identity.keysOf('east-pit'), hash, signature)).not.toBeNull()
    const config = { version: 1 }
    expect(identity.verifyConfig?.(config, room.identity.signConfig(config) ?? '')).toBe(true)
    expect(identity.verifyConfig?.({ version: 2 }, room.identity.signConfig(config) ?? '')).toBe(false)
  })

  it('says nothing to a broker of another authority', async () => {
    const [room, other] = [await roomWith(), await roomWith()]
    await enrolAt(room)
    const { complaint } = connectTo(other.broker.tlsUrl ?? '')
    expect(await until('a complaint', complaint)).toMatch(/our authority/)
    expect(other.broker.refusals()).toEqual({})
  })

  it('says nothing to a broker that is called otherwise', async () => {
    const room = await roomWith(systemClock, ['localhost'])
    const other = await roomWith()
    await enrol(await other.token(), openIdentityFolder(path()), { place: PLACE, signal: AbortSignal.timeout(20_000) })
    // Same authority on file, other name asked for.
    const { complaint } = connectTo((room.broker.tlsUrl ?? '').replace('127.0.0.1', '127.0.0.2'))
    expect(await until('a complaint', complaint)).toMatch(/127\.0\.0\.2|authority/)
  })

  it.each([
    ['in 1970', -Date.now() + 60_000],
    ['in the year 2200', 175 * 365 * DAY],
  ])(
    'of a gateway whose own clock is %s connects when nobody can say what time it is, and not otherwise',
    async (_, by) => {
      const room = await roomWith()
      await enrolAt(room)
      const { link } = connectTo(room.broker.tlsUrl ?? '', () => null)
      await until('the connection', () => link.session() !== null)
      const { complaint } = connectTo(room.broker.tlsUrl ?? '', () => Date.now() + by)
      expect(await until('a complaint', complaint)).toMatch(/not valid before|has expired/)
    },
  )

  it('connects to a broker whose certificate is over while nobody can say what time it is', async () => {
    // A control room that lived half a year ago, so that the machine's own clock finds its certificate over.
    const room = await roomWith(shifted(-180 * DAY))
    await enrolAt(room)
    const known = connectTo(room.broker.tlsUrl ?? '')
    expect(await until('a complaint', known.complaint)).toMatch(/has expired/)
    const unknown = connectTo(room.broker.tlsUrl ?? '', () => null)
    // The broker looks at the gateway's certificate by the machine's clock, and refuses that one too.
    expect(await until('a complaint', unknown.complaint)).toMatch(/Not authorized/)
    expect(room.broker.refusals()).toHaveProperty('expired-certificate')
  })

  it('by default lies in the store, and is needed for mqtts without a user', () => {
    const place = { baseFolder: '/site', store: 'data' }
    expect(identityFolder({ url: 'mqtts://a' }, place)).toBe('/site/data/identity')
    expect(identityFolder({ url: 'mqtts://a', identity: 'keys' }, place)).toBe('/site/keys')
    expect(needsIdentity({ url: 'mqtts://a' })).toBe(true)
    expect(needsIdentity({ url: 'mqtts://a', user: 'east' })).toBe(false)
    expect(needsIdentity({ url: 'mqtt://a' })).toBe(false)
  })
})

describe('the certificate of a gateway', () => {
  const deps = (over: Partial<RenewalDeps & { isLockedOut: boolean }> = {}) => ({
    ...{ clock: systemClock, log: quietLog(), now: () => Date.now() + 61 * DAY },
    ...{ isConnected: () => true, isLockedOut: false, tryOut: () => Promise.resolve(), renewed: () => undefined },
    ...over,
  })
  const soon = () => AbortSignal.timeout(20_000)

  it('is renewed two thirds into its life, not before, over the API', async () => {
    const room = await roomWith()
    await enrolAt(room)
    const folder = openIdentityFolder(path())
    const first = folder.read()
    expect(await renewWhenDue(folder, deps({ now: () => Date.now() + 58 * DAY }), soon())).toBe(false)
    let told = 0
    expect(await renewWhenDue(folder, deps({ renewed: () => void (told += 1) }), soon())).toBe(true)
    const next = folder.read()
    expect([told, next?.serial === first?.serial, next?.site]).toEqual([1, false, 'east-pit'])
    expect((await readdir(path())).sort()).toEqual(['ca.pem', 'control-room.json', 'gateway.key', 'gateway.pem'])
    expect(room.identity.keysOf('east-pit')).toHaveLength(2)
  })

  it('is kept until the new one has been let in, and the same new one is tried again', async () => {
    const room = await roomWith()
    await enrolAt(room)
    const folder = openIdentityFolder(path())
    const before = await readFile(join(path(), 'gateway.pem'), 'utf8')
    const tryOut = () => Promise.reject(new Error('not let in'))
    await expect(renewWhenDue(folder, deps({ tryOut }), soon())).rejects.toThrow('not let in')
    expect(await readFile(join(path(), 'gateway.pem'), 'utf8')).toBe(before)
    const next = await readFile(join(path(), 'next.pem'), 'utf8')
    expect(await renewWhenDue(folder, deps(), soon())).toBe(true)
    expect(await readFile(join(path(), 'gateway.pem'), 'utf8')).toBe(next)
    expect(room.identity.keysOf('east-pit')).toHaveLength(2)
  })

  it('is asked for anew when the one that was kept has ended before it was let in', async () => {
    let now = Date.now()
    const room = await roomWith({ ...systemClock, now: () => UtcMs.parse(now) })
    await enrolAt(room)
    const folder = openIdentityFolder(path())
    now += 61 * DAY
    const tryOut = () => Promise.reject(new Error('not let in'))
    await expect(renewWhenDue(folder, deps({ now: () => now, tryOut }), soon())).rejects.toThrow('not let in')
    const kept = folder.next()?.certificate.serialNumber
    now += 100 * DAY
    expect(await renewWhenDue(folder, deps({ now: () => now }), soon())).toBe(true)
    const certificate = folder.read()?.certificate
    expect(certificate?.serialNumber).not.toBe(kept)
    expect(certificate?.validToDate.getTime()).toBeGreaterThan(now)
  })

  it('is tried out at the real broker beside the connection that goes on', async () => {
    const room = await roomWith()
    await enrolAt(room)
    let now = Date.now()
    const { link, identity } = connectTo(room.broker.tlsUrl ?? '', () => now)
    await until('the connection', () => link.session() !== null)
    const session = link.session()
    const first = openIdentityFolder(path()).read()
    now += 61 * DAY
    const stop = new AbortController()
    // The broker's certificate is still good: only the gateway's own is looked at two months later.
    const running = identity.run({ isConnected: () => true }, stop.signal)
    await until('the new certificate', () => openIdentityFolder(path()).read()?.serial !== first?.serial)
    expect(link.session()).toBe(session)
    stop.abort()
    await running
  })

  it('is asked for also when nobody can say what time it is and the broker does not let us in', async () => {
    const room = await roomWith()
    await enrolAt(room)
    const folder = openIdentityFolder(path())
    const lost = { now: () => null }
    expect(await renewWhenDue(folder, deps(lost), soon())).toBe(false)
    expect(await renewWhenDue(folder, deps({ ...lost, isLockedOut: true }), soon())).toBe(true)
  })

  it('of a gateway that was taken back is not renewed, and that is said once', async () => {
    const room = await roomWith()
    await enrolAt(room)
    await room.revoke('east-pit')
    const log = quietLog()
    const stop = new AbortController()
    let looks = 0
    const clock: Clock = {
      ...systemClock,
      sleep: async (ms, signal) => {
        if (ms < 500_000) return systemClock.sleep(ms, signal)
        looks += 1
        if (looks === 3) stop.abort()
      },
    }
    await keepRenewed(openIdentityFolder(path()), deps({ clock, log }), stop.signal)
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
    expect(log.lines[0]?.facts.why).toMatch(/revoked/)
  })
})
