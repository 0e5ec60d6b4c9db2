import { createECDH } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PushSubscription } from '../../../core/contract/push.ts'
import { systemClock } from '../../../platform/clock.ts'
import { pushKeys } from '../../../platform/notifiers/push-keys.ts'
import { isPushService } from '../../../platform/notifiers/web-push.ts'
import { decrypted, servePush } from '../../../sim/providers/push.ts'
import { MESSAGE } from './message.ts'
import { limitFor, openKind, secretFolder, sent } from './open.ts'

const PARAMS = { contact: 'duty@county.example', services: ['127.0.0.1'] }

async function world() {
  const folder = secretFolder({})
  const service = await servePush({ host: '127.0.0.1', port: 0, clock: systemClock })
  onTestFinished(() => service.close())
  let browsers: PushSubscription[] = []
  const subscriptions = {
    of: (user: string) => Promise.resolve(user === 'lin' ? browsers : []),
    remove: (endpoint: string) => {
      browsers = browsers.filter((browser) => browser.endpoint !== endpoint)
      return Promise.resolve()
    },
  }
  const subscribe = (key = pushKeys(folder).publicKey) => {
    const browser = PushSubscription.parse(service.subscribe(key))
    browsers = [...browsers, browser]
    return browser
  }
  const open = (params: object = {}) => openKind('web-push', { ...PARAMS, ...params }, { folder, subscriptions })
  return { folder, service, subscribe, open, browsers: () => browsers }
}

describe('the keys of push messages', () => {
  it('are made once, for nobody else to read, and kept', () => {
    const folder = secretFolder({})
    const made = pushKeys(folder)
    expect(pushKeys(folder)).toEqual(made)
    expect(statSync(join(folder, 'push-keys.json')).mode & 0o777).toBe(0o600)
    expect(Buffer.from(made.publicKey, 'base64url')).toHaveLength(65)
  })

  it('that were spoilt are an error, not new keys that no browser knows', () => {
    const folder = secretFolder({ 'push-keys.json': '{"publicKey":"x"}' })
    expect(() => pushKeys(folder)).toThrow('expected the keys of push messages')
    expect(readFileSync(join(folder, 'push-keys.json'), 'utf8')).toContain('"x"')
    writeFileSync(join(folder, 'push-keys.json'), '')
    expect(() => pushKeys(folder)).toThrow()
  })
})

describe('Web Push', () => {
  it('the browser of the tests reads the published example (RFC 8291 appendix A)', () => {
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(Buffer.from('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', 'base64url'))
    const body = Buffer.from(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
      'base64url',
    )
    const auth = Buffer.from('BTBZMqHH6r4Tts7J_aSIgg', 'base64url')
    expect(decrypted(body, { ecdh, auth })).toBe('When I grow up, I want to be a watermelon')
  })

  it('reaches every browser of a person, encrypted, signed, and no bigger than one record', async () => {
    const { service, subscribe, open } = await world()
    subscribe()
    subscribe()
    const message = { ...MESSAGE, title: '题'.repeat(900), short: '短'.repeat(3_000) }
    const { code, text } = await sent(open(), 'lin', { message })
    expect([code, text]).toEqual(['taken', expect.stringMatching(/^HTTP 201 .*, HTTP 201/)])
    expect(service.pushes).toHaveLength(2)
    const [push] = service.pushes
    expect(push?.body.includes(Buffer.from('题'))).toBe(false)
    expect(push?.body.length).toBeLessThanOrEqual(4_096)
    expect(push?.headers).toMatchObject({ ttl: '14400', urgency: 'high', 'content-encoding': 'aes128gcm' })
    expect(JSON.parse(push!.text)).toMatchObject({
      ...{ notice: 'n0tice', alarm: MESSAGE.alarm, number: MESSAGE.number, priority: 'red' },
      ...{ title: expect.stringMatching(/^题+…$/), body: expect.stringMatching(/^短+…$/) },
    })
  })

  it.each([404, 410] as const)('forgets a browser that is gone (%i), and reaches the others', async (status) => {
    const { service, subscribe, open, browsers } = await world()
    const [gone, here] = [subscribe(), subscribe()]
    service.forget(gone.endpoint, status)
    expect((await sent(open(), 'lin')).code).toBe('taken')
    expect(browsers()).toEqual([here])
    service.forget(here.endpoint, status)
    expect(await sent(open(), 'lin')).toMatchObject({ code: 'notify/refused', facts: { why: 'address' } })
    expect(await sent(open(), 'lin')).toMatchObject({ code: 'notify/refused', facts: { why: 'address' } })
    expect(browsers()).toEqual([])
  })

  it('under other keys than the browser was asked with is refused as our own fault, and the browser is kept', async () => {
    const { subscribe, open, browsers } = await world()
    subscribe(pushKeys(secretFolder({})).publicKey)
    expect(await sent(open(), 'lin')).toMatchObject({ code: 'notify/refused', facts: { why: 'account' } })
    expect(browsers()).toHaveLength(1)
  })

  it.each([
    ['500', 'notify/temporary'],
    ['timeout', 'notify/temporary'],
    ['half-open', 'notify/temporary'],
    ['hang-up', 'notify/temporary'],
    ['redirect', 'notify/temporary'],
    ['throttle', 'notify/throttled'],
  ] as const)('%s: %s, and no endpoint in the error', async (fault, code) => {
    const { service, subscribe, open } = await world()
    const { endpoint } = subscribe()
    service.fault(fault)
    const came = await sent(open(limitFor(fault)), 'lin')
    expect(came.code).toBe(code)
    expect(came.text).not.toContain(new URL(endpoint).pathname)
    if (code === 'notify/throttled') expect(came.facts).toMatchObject({ penaltyMs: 17_000 })
  })

  it('asks push services only that are named, over TLS or on this machine', async () => {
    const named = ['push.example', '127.0.0.1']
    expect(isPushService('https://push.example/a', named)).toBe(true)
    expect(isPushService('https://eu.push.example/a', named)).toBe(true)
    expect(isPushService('http://127.0.0.1:9/a', named)).toBe(true)
    for (const other of [
      ...['http://push.example/a', 'https://evilpush.example/a', 'https://push.example.evil.example/a'],
      ...['https://u:p@push.example/a', 'https://169.254.169.254/latest', 'file:///etc/passwd', 'nothing'],
    ]) {
      expect(isPushService(other, named)).toBe(false)
    }
    const { service, subscribe, open } = await world()
    subscribe()
    expect((await sent(open({ services: ['push.example'] }), 'lin')).code).toBe('notify/refused')
    expect(service.pushes).toEqual([])
  })
})
