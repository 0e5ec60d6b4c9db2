import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aliyunSign, percentEncoded } from '../../../platform/notifiers/aliyun-signature.ts'
import type { Callback } from '../../../platform/notifiers/notifier.ts'
import { NOTIFIERS } from '../../../platform/notifiers/registry.ts'
import { type AliyunOptions, serveAliyun } from '../../../sim/providers/aliyun.ts'
import type { ProviderMessage } from '../../../sim/providers/message.ts'
import { handClock } from '../../support/hand-clock.ts'
import { MESSAGE } from './message.ts'
import { limitFor, openKind, sent } from './open.ts'

const SECRET = 'testSecret'
const PHONE = '+8613900000001'
const PARAMS = {
  accessKeyId: 'testId',
  secretFile: 'secret',
  signName: '示例县局',
  templateCode: 'SMS_0001',
}

async function world(part: Partial<AliyunOptions> = {}) {
  const clock = handClock(1_768_000_000_000)
  const messages: ProviderMessage[] = []
  const server = await serveAliyun({
    ...{ host: '127.0.0.1', port: 0, clock, accessKeyId: 'testId', secret: SECRET },
    ...{ signName: '示例县局', templateCode: 'SMS_0001', reportTo: null },
    ...{ template: '${site}：${what}，编号${number}，回复${code}签收' },
    onMessage: (message) => messages.push(message),
    ...part,
  })
  onTestFinished(() => server.close())
  const open = (params: object = {}, secret = SECRET) =>
    openKind('aliyun-sms', { ...PARAMS, base: server.url, ...params }, { clock, secrets: { secret, report: 'rep0rt' } })
  return { clock, server, messages, open }
}

describe('the signature of Aliyun', () => {
  it('is that of the published example of SendSms', () => {
    const parameters = {
      ...{ AccessKeyId: 'testId', Timestamp: '2017-07-12T02:42:19Z', Format: 'XML', SignatureMethod: 'HMAC-SHA1' },
      ...{ SignatureVersion: '1.0', SignatureNonce: '45e25e9b-0a6f-4070-8c85-2956eda1b466', Action: 'SendSms' },
      ...{ Version: '2017-05-25', RegionId: 'cn-hangzhou', PhoneNumbers: '15300000001', OutId: '123' },
      ...{ SignName: '阿里云短信测试专用', TemplateCode: 'SMS_71390007', TemplateParam: '{"customer":"test"}' },
    }
    expect(aliyunSign('GET', parameters, 'testSecret')).toBe('zJDF+Lrzhj/ThnlvIToysFRq6t4=')
  })

  it('is that of the published example of DescribeRegions', () => {
    const parameters = {
      ...{ AccessKeyId: 'testid', Timestamp: '2016-02-23T12:46:24Z', Format: 'XML', SignatureMethod: 'HMAC-SHA1' },
      ...{ SignatureVersion: '1.0', SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf' },
      ...{ Action: 'DescribeRegions', Version: '2014-05-26' },
    }
    expect(aliyunSign('GET', parameters, 'testsecret')).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=')
  })

  it('encodes so that any text comes back, and leaves nothing but what RFC 3986 leaves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = percentEncoded(text)
        expect(encoded).toMatch(/^([A-Za-z0-9_.~-]|%[0-9A-F]{2})*$/)
        expect(decodeURIComponent(encoded)).toBe(text)
      }),
    )
  })
})

describe('SMS through Aliyun', () => {
  it('fills the template with what it may hold, and keeps the provider’s number of the message', async () => {
    const { messages, open } = await world()
    const message = { ...MESSAGE, title: '【红】有电 https://x.example/a 4.2 kW' }
    expect(await sent(open(), PHONE, { message })).toMatchObject({
      code: 'taken',
      facts: { ref: expect.stringMatching(/^\d+\^/) },
    })
    expect(messages).toMatchObject([
      { app: 'cloud-sms', to: '13900000001', text: '北沟废井：红 有电 4.2 kW，编号PW-20260112-0007，回复4821签收' },
    ])
  })

  it.each<[string, string, string, object, object?]>([
    ['an illegal number', '+8610000000001', 'notify/refused', { why: 'address', code: 'isv.MOBILE_NUMBER_ILLEGAL' }],
    ['another signature', PHONE, 'notify/refused', { why: 'account' }, { signName: '别的' }],
    ['another template', PHONE, 'notify/refused', { why: 'account' }, { templateCode: 'SMS_0002' }],
    ['a variable missing', PHONE, 'notify/refused', { why: 'text' }, { variables: { site: 'site' } }],
    ['another key', PHONE, 'notify/refused', { why: 'account', status: 404 }, { accessKeyId: 'nobody' }],
  ])('%s is told apart', async (_name, to, code, facts, params = {}) => {
    const { open } = await world()
    expect(await sent(open(params), to)).toMatchObject({ code, facts })
  })

  it('another secret is refused for good and in no error', async () => {
    const { open } = await world()
    const came = await sent(open({}, 's3cret'), PHONE)
    expect(came).toMatchObject({ code: 'notify/refused', facts: { why: 'account', code: 'SignatureDoesNotMatch' } })
    expect(came.text).not.toContain('s3cret')
  })

  it('too many to one number throttle that number, an empty account refuses with no-credit', async () => {
    const { server, open } = await world({ perDay: 2 })
    const channel = open()
    const codes = []
    for (let n = 0; n < 3; n++) codes.push(await sent(channel, PHONE))
    expect(codes.map(({ code }) => code)).toEqual(['taken', 'taken', 'notify/throttled'])
    expect(codes[2]?.facts).toMatchObject({ perAddress: true, penaltyMs: 60_000 })
    server.credit(0)
    expect(await sent(channel, '+8613900000002')).toMatchObject({ code: 'notify/refused', facts: { why: 'no-credit' } })
  })

  it.each(['500', 'error-200', 'timeout', 'half-open', 'slow-loris', 'endless', 'broken', 'not-json'] as const)(
    '%s is no acceptance',
    async (fault) => {
      const { server, messages, open } = await world()
      server.fault(fault)
      expect((await sent(open(limitFor(fault)), PHONE)).code).toBe('notify/temporary')
      expect(messages).toEqual([])
    },
  )

  it('is asked whether it stands without a message', async () => {
    const { messages, open } = await world()
    const { signal } = new AbortController()
    expect((await open().probe!(signal)).answer).toBe('OK OK')
    await expect(open({}, 'another').probe!(signal)).rejects.toMatchObject({ code: 'notify/refused' })
    expect(messages).toEqual([])
  })

  it('takes reports and answers that come with its token, and nothing else', async () => {
    const { clock, open } = await world()
    const channel = open({ reportTokenFile: 'report' })
    const report = (callback: Callback) => channel.report!(callback)
    const pushed = [
      { phone_number: '13900000001', success: true, err_code: 'DELIVERED', err_msg: 'ok', biz_id: 'b1', out_id: 'n' },
      { phone_number: '13900000001', success: false, err_code: 'ABSENT', err_msg: 'off', biz_id: 'b2' },
      { phone_number: '13900000001', content: 'Q4821', sequence_id: 7, sign_name: 'x' },
    ]
    const callback = { headers: {}, query: { token: 'rep0rt' }, body: JSON.stringify(pushed), at: clock.now() }
    expect(report(callback)).toEqual({
      is: 'heard',
      what: [
        { kind: 'delivered', ref: 'b1', answer: 'DELIVERED ok' },
        { kind: 'undelivered', ref: 'b2', answer: 'ABSENT off' },
        { kind: 'reply', key: 'aliyun/7', from: '13900000001', text: 'Q4821', medium: 'sms' },
      ],
      answer: { code: 0, msg: 'OK' },
    })
    expect(report({ ...callback, query: { token: 'rep0rT' } })).toMatchObject({ is: 'refused' })
    expect(report({ ...callback, query: {} })).toMatchObject({ is: 'refused' })
    expect(report({ ...callback, body: '[{"success":"yes"}]' })).toMatchObject({ is: 'refused' })
    expect(open()).not.toHaveProperty('report')
  })

  it('says what is missing', () => {
    const { secretFile: _gone, ...without } = PARAMS
    expect(NOTIFIERS.get('aliyun-sms')!.check(without)).toMatchObject([{ path: ['secretFile'] }])
  })
})
