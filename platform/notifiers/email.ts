import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import type { NoticeMessage } from '../../core/contract/notice.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { defineNotifier, type Notifier, type RefusedWhy, shortened } from './notifier.ts'
import { redacted } from './post.ts'
import { withinLimit } from './robot.ts'
import { secretOf, type SecretNeed } from './secret-need.ts'

const Params = z
  .object({
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535).default(587),
    /** TLS from the first byte; otherwise STARTTLS where the server offers it, and always before a password. */
    secure: z.boolean().default(false),
    from: z.email({ error: 'expected an e-mail address' }),
    user: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
    passwordEnv: z.string().min(1).optional(),
    within: withinLimit('20s'),
  })
  .strict()
type Params = z.infer<typeof Params>

/** What nodemailer puts on its errors. */
const SmtpFault = z.object({
  responseCode: z.number().optional(),
  response: z.string().optional(),
  command: z.string().optional(),
  code: z.string().optional(),
})

/**
 * Sends the message as plain text. The receipt is the server's last word and the Message-ID, which is made from the notice id, so that
 * a mail program recognises a repeat; all messages of an alarm refer to one root, so that it shows them together. A 5xx answer =
 * refused for good; 4xx, a broken connection or no end in time = try again.
 */
export const emailNotifier: Notifier = defineNotifier({
  kind: 'email',
  medium: 'mail',
  params: Params,
  address: z.email({ error: 'expected an e-mail address' }),
  budget: () => ({ most: null, perMs: 60_000, reserved: 0, penaltyMs: 60_000 }),
  mostBytes: 60_000,
  secrets: (params) => [passwordNeed(params)],
  open: (params, { id, baseFolder }) => {
    const password = secretOf(passwordNeed(params), id, baseFolder)
    const transport = transportTo(params, password)
    const attempt = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
      try {
        return await orAborted(work, AbortSignal.any([signal, AbortSignal.timeout(params.within)]))
      } catch (error) {
        throw mailFault(params, error, password ?? '')
      }
    }
    return {
      send: async (message, address, signal) => {
        const { response, messageId } = await attempt(transport.sendMail(mailOf(message, params.from, address)), signal)
        return { answer: shortened(`${response} ${messageId}`) }
      },
      probe: async (signal) => {
        await attempt(transport.verify(), signal)
        return { answer: `${params.host}:${params.port} answers${password === null ? '' : ' and knows us'}` }
      },
      close: () => {
        transport.close()
        return Promise.resolve()
      },
    }
  },
})

function passwordNeed({ user, passwordFile, passwordEnv }: Params): SecretNeed {
  return { key: 'password', file: passwordFile, env: passwordEnv, isNeeded: user !== undefined }
}

function transportTo({ host, port, secure, user, within }: Params, password: string | null) {
  return createTransport({
    ...{ host, port, secure },
    ...(user === undefined || password === null ? {} : { auth: { user, pass: password } }),
    // A password does not cross a network in the clear.
    requireTLS: !secure && password !== null && !isLoopback(host),
    connectionTimeout: within,
    greetingTimeout: within,
    socketTimeout: within,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

function mailOf({ notice, alarm, title, text, priority }: NoticeMessage, from: string, to: string) {
  const domain = from.slice(from.indexOf('@') + 1)
  const root = alarm === null ? null : `<alarm-${idPart(alarm)}@${domain}>`
  return {
    ...{ from, to, subject: title, text },
    messageId: `<${idPart(notice)}@${domain}>`,
    ...(root === null ? {} : { inReplyTo: root, references: [root] }),
    priority: priority === 'red' ? ('high' as const) : ('normal' as const),
  }
}

/** An id as the left side of a Message-ID: as it is where that is allowed. (RFC 5322 §3.6.4) */
function idPart(id: string): string {
  return /^[\w.-]{1,200}$/.test(id) ? id : createHash('sha256').update(id).digest('hex')
}

function mailFault({ host, port }: Params, error: unknown, password: string): HouseError {
  const fault = SmtpFault.safeParse(error).data ?? {}
  const said = shortened(redacted(fault.response ?? messageOf(error), [password]))
  const message = `mail server ${host}:${port}: expected the message to be taken, came ${said}`
  const facts = { host, port, status: fault.responseCode ?? null }
  if (fault.responseCode === undefined || fault.responseCode < 500) {
    return new HouseError('notify/temporary', message, facts)
  }
  return new HouseError('notify/refused', message, { ...facts, why: whyOf(fault.command ?? '') })
}

/** What was refused, by the word that it answered. */
function whyOf(command: string): RefusedWhy {
  if (command.startsWith('RCPT')) return 'address'
  return command.startsWith('DATA') ? 'text' : 'account'
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
