import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { defineNotifier, shortened, type Notifier } from './notifier.ts'

const WITHIN_MS = 20_000

/** The mail server that takes our messages. */
export interface MailServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  readonly secure: boolean
  readonly from: string
  readonly login: { readonly user: string; readonly password: string } | null
}

const Params = z.object({ to: z.email({ error: 'expected an e-mail address' }) }).strict()

/** What nodemailer puts on its errors. */
const SmtpFault = z.object({ responseCode: z.number().optional(), response: z.string().optional() })

/**
 * Sends the message as plain text. The receipt is the server's last word and the Message-ID, which is made from the
 * notice id, so that a mail program recognises a repeat. A 5xx answer = refused for good; 4xx, a broken connection
 * or 20 s without an end = try again. Without a mail server it only checks parameters and refuses every message.
 */
export function emailNotifier(mail: MailServer | null): Notifier {
  const transport = mail === null ? null : transportTo(mail)
  return defineNotifier({
    kind: 'email',
    params: Params,
    send: async ({ to }, message, signal) => {
      if (mail === null || transport === null) {
        throw new HouseError(
          'notify/refused',
          'email: expected a mail server in the configuration, came none: add `mail`',
        )
      }
      const sending = transport.sendMail({
        from: mail.from,
        to,
        subject: message.title,
        text: message.text,
        messageId: `<${message.notice}@${mail.from.slice(mail.from.indexOf('@') + 1)}>`,
        priority: message.priority === 'red' ? 'high' : 'normal',
      })
      try {
        const { response, messageId } = await orAborted(
          sending,
          AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
        )
        return { answer: shortened(`${response} ${messageId}`) }
      } catch (error) {
        throw mailFault(mail, error)
      }
    },
  })
}

function transportTo(mail: MailServer) {
  return createTransport({
    host: mail.host,
    port: mail.port,
    secure: mail.secure,
    ...(mail.login === null ? {} : { auth: { user: mail.login.user, pass: mail.login.password } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 15_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function mailFault({ host, port }: MailServer, error: unknown): HouseError {
  const fault = SmtpFault.safeParse(error).data ?? {}
  const forGood = fault.responseCode !== undefined && fault.responseCode >= 500
  return new HouseError(
    forGood ? 'notify/refused' : 'notify/temporary',
    `mail server ${host}:${port}: expected the message to be taken, came ${shortened(fault.response ?? messageOf(error))}`,
    { host, port, status: fault.responseCode ?? null },
  )
}

/** nodemailer knows no AbortSignal: the promise is left behind, its sockets end by their own time limits. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const give = () => aborted.reject(new Error('no end of the conversation in time'))
  signal.addEventListener('abort', give, { once: true })
  if (signal.aborted) give()
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', give)
    // Whichever lost the race must not end the program as an unhandled rejection.
    work.catch(() => undefined)
    aborted.promise.catch(() => undefined)
  }
}
