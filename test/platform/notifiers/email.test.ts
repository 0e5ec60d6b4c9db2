import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { HouseError } from '../../../core/kit/errors.ts'
import { emailNotifier, type MailServer } from '../../../platform/notifiers/email.ts'
import { MESSAGE } from './message.ts'

const servers: { server: Server; sockets: Set<Socket> }[] = []
afterEach(() => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})

interface Heard {
  readonly commands: string[]
  readonly mails: string[]
}

/** A small mail server: answers each command by `answers` (first word → reply), else as a friendly server would. */
async function mailServer(answers: Readonly<Record<string, string>> = {}): Promise<MailServer & { heard: Heard }> {
  const heard: Heard = { commands: [], mails: [] }
  const friendly: Record<string, string> = { DATA: '354 go on', QUIT: '221 bye', '.': '250 2.0.0 queued as 4711' }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let buffer = ''
    let mail: string[] | null = null
    socket.on('error', () => undefined)
    const reply = (word: string) => {
      const answer = answers[word] ?? friendly[word] ?? '250 ok'
      if (answer === 'hang up') socket.destroy()
      else if (answer !== 'silence') socket.write(`${answer}\r\n`)
    }
    const line = (text: string) => {
      if (mail !== null && text !== '.') {
        mail.push(text)
        return
      }
      if (mail !== null) heard.mails.push(mail.join('\n'))
      else heard.commands.push(text)
      mail = null
      const word = text.split(' ')[0]!.toUpperCase()
      if (word === 'DATA' && answers.DATA === undefined) mail = []
      reply(word)
    }
    socket.on('data', (chunk) => {
      buffer += chunk.toString('utf8')
      const lines = buffer.split('\r\n')
      buffer = lines.pop()!
      lines.forEach(line)
    })
    reply('greeting')
  })
  friendly.greeting = '220 mail.example'
  servers.push({ server, sockets })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { host: '127.0.0.1', port, secure: false, from: 'pitwatch@county.example', login: null, heard }
}

const send = (mail: MailServer, signal = new AbortController().signal) =>
  emailNotifier(mail).send({ to: 'duty@county.example' }, MESSAGE, signal)
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof HouseError ? error.code : String(error)),
  )

describe('e-mail', () => {
  it('carries title and text as they are, and the receipt is the server’s word and the Message-ID', async () => {
    const mail = await mailServer()
    const { answer } = await send(mail)
    expect(answer).toBe('250 2.0.0 queued as 4711 <n0tice@county.example>')
    expect(mail.heard.commands).toEqual(
      expect.arrayContaining(['MAIL FROM:<pitwatch@county.example>', 'RCPT TO:<duty@county.example>']),
    )
    const [text] = mail.heard.mails
    expect(text).toContain('Message-ID: <n0tice@county.example>')
    expect(text).toMatch(/^X-Priority: 1/m)
    const subject = /^Subject: (.*(?:\n .*)*)/m.exec(text!)![1]!.replaceAll(/\n /g, '')
    const decoded = subject.replaceAll(/=\?UTF-8\?([BQ])\?(.*?)\?=\s*/g, (_all, how, coded) => word(how, coded))
    expect(decoded).toBe(MESSAGE.title)
    const body = text!.slice(text!.indexOf('\n\n') + 2)
    expect(Buffer.from(body, 'base64').toString('utf8').trim()).toBe(MESSAGE.text)
  })

  it.each([
    ['an unknown mailbox', { RCPT: '550 5.1.1 no such mailbox' }, 'notify/refused'],
    ['a full queue', { RCPT: '452 4.3.1 later please' }, 'notify/temporary'],
    ['a message refused at its end', { '.': '554 5.7.1 looks like spam' }, 'notify/refused'],
    ['a server that is busy', { greeting: '421 too many connections' }, 'notify/temporary'],
    ['a server that hangs up in the middle', { DATA: 'hang up' }, 'notify/temporary'],
  ])('%s is told apart', async (_name, answers, code) => {
    expect(await codeOf(send(await mailServer(answers)))).toBe(code)
  })

  it('a server that is not there is a temporary failure', async () => {
    const mail = await mailServer()
    await new Promise((resolve) => servers.at(-1)!.server.close(resolve))
    expect(await codeOf(send(mail))).toBe('notify/temporary')
  })

  it('a server that never answers is given up when the signal says so', async () => {
    const mail = await mailServer({ greeting: 'silence' })
    const giveUp = new AbortController()
    const sending = codeOf(send(mail, giveUp.signal))
    giveUp.abort()
    expect(await sending).toBe('notify/temporary')
  })

  it('without a mail server parameters are checked and messages refused', async () => {
    const notifier = emailNotifier(null)
    expect(notifier.check({ to: 'nobody' })).toMatchObject([{ path: ['to'] }])
    expect(await codeOf(notifier.send({ to: 'a@b.example' }, MESSAGE, new AbortController().signal))).toBe(
      'notify/refused',
    )
  })
})

function word(how: unknown, coded: unknown): string {
  const text = String(coded)
  if (how === 'B') return Buffer.from(text, 'base64').toString('utf8')
  const bytes = text
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(String(hex), 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
