import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { NOTIFIERS } from '../../../platform/notifiers/registry.ts'
import { type MailOptions, readable, serveMail } from '../../../sim/providers/mail.ts'
import { MESSAGE } from './message.ts'
import { openKind, sent } from './open.ts'

const TO = 'duty@county.example'

async function world(part: Partial<MailOptions> = {}) {
  const server = await serveMail({ host: '127.0.0.1', port: 0, clock: systemClock, login: null, ...part })
  onTestFinished(() => server.close())
  const open = (params: object = {}, password = 'pa55word') => {
    const channel = openKind(
      'email',
      { host: server.host, port: server.port, from: 'pitwatch@county.example', ...params },
      { secrets: { password } },
    )
    onTestFinished(() => channel.close?.())
    return channel
  }
  return { server, open }
}

describe('e-mail', () => {
  it('carries title and text as they are, and the receipt is the server’s word and the Message-ID', async () => {
    const { server, open } = await world()
    const { code, text } = await sent(open(), TO)
    expect([code, text]).toEqual(['taken', expect.stringMatching(/^250 .* <n0tice@county\.example>$/)])
    const [mail] = server.mails
    expect(mail).toMatchObject({ from: 'pitwatch@county.example', to: [TO] })
    expect(readable(mail!.raw)).toBe(`${MESSAGE.title}\n${MESSAGE.text.replaceAll('\n', '\r\n')}`)
    expect(mail!.raw).toMatch(/^X-Priority: 1/m)
  })

  it('a repeat has the same Message-ID, and all messages of an alarm one root', async () => {
    const { server, open } = await world()
    const channel = open()
    await sent(channel, TO)
    await sent(channel, TO)
    await sent(channel, TO, { message: { ...MESSAGE, notice: 'n2', priority: 'yellow' } })
    await sent(channel, TO, { message: { ...MESSAGE, notice: 'a|b c', alarm: null } })
    const unfolded = server.mails.map(({ raw }) => raw.replaceAll(/\r\n[ \t]+/g, ' '))
    const header = (name: string) => unfolded.map((raw) => new RegExp(`^${name}: (.*)$`, 'm').exec(raw)?.[1])
    const [first, again, second, strange] = header('Message-ID')
    expect(first).toBe('<n0tice@county.example>')
    expect([again, second]).toEqual([first, '<n2@county.example>'])
    expect(strange).toMatch(/^<[0-9a-f]{64}@county\.example>$/)
    const root = '<alarm-north-gully.feeder-live.abc@county.example>'
    expect(header('References')).toEqual([root, root, root, undefined])
  })

  it.each([
    ['an unknown mailbox', 'recipient', 550, 'notify/refused', { why: 'address' }],
    ['a mailbox that is full', 'recipient', 452, 'notify/temporary', {}],
    ['a message refused at its end', 'data', 554, 'notify/refused', { why: 'text' }],
    ['a sender nobody knows', 'sender', 553, 'notify/refused', { why: 'account' }],
    ['a server that is busy', 'connect', 421, 'notify/temporary', {}],
  ] as const)('%s is told apart', async (_name, at, code, expected, facts) => {
    const { server, open } = await world()
    server.refuse({ at, code })
    expect(await sent(open(), TO)).toMatchObject({ code: expected, facts })
    server.refuse(null)
    expect((await sent(open(), TO)).code).toBe('taken')
  })

  it('signs in, and is asked whether it stands without a message', async () => {
    const login = { user: 'pitwatch', password: 'pa55word' }
    const { server, open } = await world({ login })
    const params = { user: 'pitwatch', passwordFile: 'password' }
    const { signal } = new AbortController()
    expect((await open(params).probe!(signal)).answer).toContain('knows us')
    expect((await sent(open(params), TO)).code).toBe('taken')
    const wrong = open(params, 'another-one')
    const came = await sent(wrong, TO)
    expect(came).toMatchObject({ code: 'notify/refused', facts: { why: 'account', status: 535 } })
    expect(came.text).not.toContain('another-one')
    await expect(wrong.probe!(signal)).rejects.toMatchObject({ code: 'notify/refused', facts: { why: 'account' } })
    server.refuse({ at: 'login', code: 454 })
    expect((await sent(open(params), TO)).code).toBe('notify/temporary')
    expect(server.mails).toHaveLength(1)
  })

  it('a server that is not there, says nothing, hangs up or says something else is a temporary failure', async () => {
    const { server, open } = await world()
    await server.close()
    expect((await sent(open(), TO)).code).toBe('notify/temporary')
    for (const first of [null, '', 'HTTP/1.1 400 Bad Request\r\n\r\n', `220 ${'y'.repeat(100_000)}`]) {
      const odd = createServer((socket) => {
        socket.on('error', () => undefined)
        if (first === '') socket.destroy()
        else if (first !== null) socket.write(first)
      })
      await once(odd.listen(0, '127.0.0.1'), 'listening')
      onTestFinished(() => void odd.close())
      const address = odd.address()
      const port = typeof address === 'object' ? address?.port : 0
      expect((await sent(open({ port, within: '500ms' }), TO)).code).toBe('notify/temporary')
    }
  })

  it('says every fault of its parameters, and a missing password', () => {
    const email = NOTIFIERS.get('email')!
    expect(email.check({ host: 'mail.example', from: 'nobody', to: 'x' }).map(({ path }) => path.join('.'))).toEqual([
      'from',
      'to',
    ])
    const params = { host: 'mail.example', from: 'a@b.example', user: 'u' }
    expect(email.check(params)).toMatchObject([{ path: ['passwordFile'] }])
    expect(email.checkAddress('nobody')).toHaveLength(1)
  })
})
