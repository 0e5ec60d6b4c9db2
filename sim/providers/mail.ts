import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { Clock } from '../../platform/clock.ts'
import { type OnMessage, SIMULATED } from './message.ts'

/** Where in the conversation the server refuses, and with what: 4xx = later, 5xx = never. */
export interface MailRefusal {
  readonly at: 'connect' | 'login' | 'sender' | 'recipient' | 'data'
  readonly code: number
}

/** A message as it came. */
export interface KeptMail {
  readonly from: string
  readonly to: readonly string[]
  /** Header and body, decoded no further. */
  readonly raw: string
}

export interface MailOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly clock: Clock
  /** Who must sign in; null = nobody. */
  readonly login: { readonly user: string; readonly password: string } | null
  readonly onMessage?: OnMessage
}

/** A mail server that keeps what it is given. */
export interface MailServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly mails: readonly KeptMail[]
  /** What is refused from now on; null = nothing. */
  refuse(refusal: MailRefusal | null): void
  close(): Promise<void>
}

/** Serves SMTP in the clear, on this machine only. */
export async function serveMail(options: MailOptions): Promise<MailServer> {
  const { login, clock } = options
  const mails: KeptMail[] = []
  let refusal: MailRefusal | null = null
  const step = (at: MailRefusal['at'], done: (error?: Error | null) => void) => {
    if (refusal?.at !== at) done()
    else done(Object.assign(new Error(`${SIMULATED} refusal`), { responseCode: refusal.code }))
  }
  const server = new SMTPServer({
    ...{ banner: SIMULATED, disabledCommands: ['STARTTLS'], disableReverseLookup: true, allowInsecureAuth: true },
    authOptional: login === null,
    hideSTARTTLS: true,
    closeTimeout: 100,
    onConnect: (_session, done) => step('connect', done),
    onAuth: ({ username, password }, _session, done) => {
      const isKnown = login !== null && username === login.user && password === login.password
      const code = refusal?.at === 'login' ? refusal.code : isKnown ? null : 535
      if (code === null) done(null, { user: username })
      else done(Object.assign(new Error('authentication failed'), { responseCode: code }))
    },
    onMailFrom: (_address, _session, done) => step('sender', done),
    onRcptTo: (_address, _session, done) => step('recipient', done),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refusal?.at === 'data') {
          step('data', done)
          return
        }
        const mail = keptOf(Buffer.concat(chunks).toString('utf8'), session)
        mails.push(mail)
        for (const to of mail.to) {
          options.onMessage?.({ app: 'mail', to, from: mail.from, text: readable(mail.raw), at: clock.now() })
        }
        done()
      })
    },
  })
  // A client that hangs up in the middle is the client's affair.
  server.on('error', () => undefined)
  server.listen(options.port, options.host)
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  const close = () => new Promise<void>((settle) => server.close(() => settle()))
  return {
    ...{ host: options.host, port, mails, close, [Symbol.asyncDispose]: close },
    refuse: (wanted) => {
      refusal = wanted
    },
  }
}

function keptOf(raw: string, { envelope }: SMTPServerSession): KeptMail {
  const { mailFrom, rcptTo } = envelope
  return { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), raw }
}

/** Subject and text as a mail program shows them; good enough for the mails of one known sender. */
export function readable(raw: string): string {
  const end = raw.indexOf('\r\n\r\n')
  const [head, body] = [raw.slice(0, end), raw.slice(end + 4)]
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ')
  const subject = /^Subject: (.*)$/m.exec(unfolded)?.[1] ?? ''
  const words = subject
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([BQ])\?(.*?)\?=/gi, (_all, how: string, coded: string) => wordOf(how, coded))
  const coding = /^Content-Transfer-Encoding: (\S+)/im.exec(unfolded)?.[1]?.toLowerCase()
  return `${words}\n${bodyText(body, coding)}`.trim()
}

function wordOf(how: string, coded: string): string {
  return how.toUpperCase() === 'B' ? Buffer.from(coded, 'base64').toString('utf8') : quoted(coded.replaceAll('_', ' '))
}

function bodyText(body: string, coding: string | undefined): string {
  if (coding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  return coding === 'quoted-printable' ? quoted(body.replaceAll(/=\r\n/g, '')) : body
}

function quoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
