import { describe, expect, it, onTestFinished } from 'vitest'
import { NOTIFIERS } from '../../../platform/notifiers/registry.ts'
import { dingtalkSign } from '../../../platform/notifiers/dingtalk.ts'
import { feishuSign } from '../../../platform/notifiers/feishu.ts'
import type { ProviderMessage } from '../../../sim/providers/message.ts'
import { type RobotApp, serveRobots } from '../../../sim/providers/robots.ts'
import { handClock } from '../../support/hand-clock.ts'
import { MESSAGE } from './message.ts'
import { limitFor, openKind, sent } from './open.ts'

const TOKEN = 'tok3n-of-the-group'
const SECRET = 'SEC1234567890abcdef'
const APPS: readonly RobotApp[] = ['dingtalk', 'wecom', 'feishu']

async function world() {
  const clock = handClock(1_768_000_000_000)
  const messages: ProviderMessage[] = []
  const robots = await serveRobots({
    ...{ host: '127.0.0.1', port: 0, clock },
    robots: APPS.map((app) => ({ app, token: TOKEN, ...(app === 'wecom' ? {} : { secret: SECRET }) })),
    onMessage: (message) => messages.push(message),
  })
  onTestFinished(() => robots.close())
  const open = (app: RobotApp, { token = TOKEN, secret = SECRET, params = {} } = {}) =>
    openKind(
      app,
      {
        ...{ base: robots.url, tokenFile: 'token', ...params },
        ...(app === 'wecom' ? {} : { secretFile: 'secret' }),
      },
      { clock, secrets: { token, secret } },
    )
  return { clock, robots, messages, open }
}

describe('signatures of robots', () => {
  // printf '1768000000000\nSEC1234567890abcdef' | openssl dgst -sha256 -hmac SEC1234567890abcdef -binary | base64
  it('DingTalk: as openssl makes it', () => {
    expect(dingtalkSign(1_768_000_000_000, SECRET)).toBe('QLqN1vFaKNGs/ee9RdBSq3y8cwxmsa6I6OGeAPcB/Wc=')
  })

  // base64(hmac.new(b'1768000000\nSEC1234567890abcdef', b'', sha256).digest()) in Python
  it('Feishu: as Python makes it', () => {
    expect(feishuSign(1_768_000_000, SECRET)).toBe('awxwtCylu8A6N/ZLiUwiKES1LJY3qLjadgZDsICeNsY=')
  })
})

describe.each(APPS)('a robot of %s', (app) => {
  it('says title and text in the group, and the provider’s word is the receipt', async () => {
    const { messages, open } = await world()
    const { code, text } = await sent(open(app), '-')
    expect([code, text]).toEqual(['taken', expect.stringMatching(/^0 (ok|success)/)])
    expect(messages).toMatchObject([{ app, to: TOKEN, text: `${MESSAGE.title}\n${MESSAGE.text}` }])
  })

  it.each([
    ['500', 'notify/temporary'],
    ['error-200', 'notify/temporary'],
    ['timeout', 'notify/temporary'],
    ['half-open', 'notify/temporary'],
    ['slow-loris', 'notify/temporary'],
    ['endless', 'notify/temporary'],
    ['broken', 'notify/temporary'],
    ['not-json', 'notify/temporary'],
    ['redirect', 'notify/temporary'],
    ['hang-up', 'notify/temporary'],
    ['throttle', 'notify/throttled'],
  ] as const)('%s is no acceptance but %s', async (fault, code) => {
    const { robots, messages, open } = await world()
    robots.fault(app, fault)
    const channel = open(app, { params: limitFor(fault) })
    expect((await sent(channel, '-')).code).toBe(code)
    expect(messages).toEqual([])
  })

  it('throttled inside HTTP 200 or 400 says for how long', async () => {
    const { robots, open } = await world()
    const channel = open(app)
    robots.fault(app, 'throttle')
    const penaltyMs = app === 'dingtalk' ? 600_000 : 60_000
    for (let turn = 0; turn < 2; turn++) {
      expect(await sent(channel, '-')).toMatchObject({ code: 'notify/throttled', facts: { penaltyMs } })
    }
  })

  it('asked by its own budget is never throttled, and asked once more it is', async () => {
    const { clock, messages, open } = await world()
    const { most, perMs } = NOTIFIERS.get(app)!.budget({ tokenFile: 'token' })
    const channel = open(app)
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < most!; n++) expect((await sent(channel, '-')).code).toBe('taken')
      await clock.advance(perMs)
    }
    expect(messages.length).toBe(3 * most!)
    const more = app === 'feishu' ? 6 : 21
    const codes = []
    for (let n = 0; n < more; n++) codes.push((await sent(channel, '-')).code)
    expect(codes.at(-1)).toBe('notify/throttled')
  })

  it('with a key that is no robot’s is refused for good, and the key is in no error', async () => {
    const { open } = await world()
    const came = await sent(open(app, { token: 'wr0ng-key' }), '-')
    expect(came).toMatchObject({ code: 'notify/refused', facts: { why: 'account' } })
    expect(came.text).not.toMatch(/wr0ng-key|SEC123/)
  })

  it('gives up when it is told to', async () => {
    const { robots, open } = await world()
    robots.fault(app, 'timeout')
    const giveUp = new AbortController()
    const sending = sent(open(app, { params: { within: '30s' } }), '-', { signal: giveUp.signal })
    giveUp.abort()
    expect((await sending).code).toBe('notify/temporary')
  })

  it('says every fault of its parameters and secrets at once', () => {
    const notifier = NOTIFIERS.get(app)!
    expect(notifier.check({ base: 'ftp://x', tokn: 'a' }).map(({ path }) => path.join('.'))).toEqual(['base', 'tokn'])
    expect(notifier.check({})).toMatchObject([
      { path: ['tokenFile'], message: expect.stringContaining('came neither') },
    ])
    expect(notifier.check({ tokenFile: 'not-there' }, '/nowhere')).toMatchObject([{ path: ['tokenFile'] }])
    expect(notifier.checkAddress('somebody')).toHaveLength(1)
  })
})

describe('a robot that signs', () => {
  it.each(['dingtalk', 'feishu'] as const)(
    '%s with another secret, or an hour late, is refused for good',
    async (app) => {
      const { open } = await world()
      expect(await sent(open(app, { secret: 'another' }), '-')).toMatchObject({
        code: 'notify/refused',
        facts: { why: 'account', code: app === 'dingtalk' ? 310000 : 19021 },
      })
    },
  )
})

describe('what a robot says', () => {
  it('calls one person by name where the address has a number', async () => {
    const { robots, open } = await world()
    const bodies: unknown[] = []
    const real = globalThis.fetch
    expect(robots.asked('dingtalk')).toBe(0)
    globalThis.fetch = (url, init) => {
      bodies.push(JSON.parse(init?.body as string))
      return real(url, init)
    }
    onTestFinished(() => void (globalThis.fetch = real))
    await sent(open('dingtalk'), '+8613900000001')
    await sent(open('wecom'), '13900000001')
    await sent(open('feishu'), 'ou_0123456789abcdef')
    expect(bodies).toMatchObject([
      { at: { atMobiles: ['13900000001'], isAtAll: false } },
      { text: { mentioned_mobile_list: ['13900000001'] } },
      { content: { text: expect.stringMatching(/^<at user_id="ou_0123456789abcdef"><\/at> /) } },
    ])
  })

  it('is the short form where the whole is too long, cut between characters at the last', async () => {
    const { messages, open } = await world()
    const channel = open('wecom')
    await sent(channel, '-', { message: { ...MESSAGE, text: '长'.repeat(900) } })
    await sent(channel, '-', { message: { ...MESSAGE, text: '长'.repeat(900), short: '短😀'.repeat(500) } })
    expect(messages[0]?.text).toBe(`${MESSAGE.title}\n${MESSAGE.short}`)
    expect(Buffer.byteLength(messages[1]!.text)).toBeLessThanOrEqual(2_048)
    expect(messages[1]?.text).toMatch(/^【红】北沟废井 有电\n(短😀)+短?…$/u)
  })

  it('cannot call the whole group by a name in a configuration', async () => {
    const { messages, open } = await world()
    await sent(open('feishu'), '-', { message: { ...MESSAGE, text: '<at user_id="all"></at> 断电' } })
    expect(messages[0]?.text).not.toContain('<at')
  })
})
