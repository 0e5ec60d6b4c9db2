import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { listenHttp, type Listener } from '../listen.ts'
import { answerJson, bodyOf, misbehave, type ProviderFault } from './faults.ts'
import { type OnMessage, SIMULATED } from './message.ts'
import { slidingWindow } from './window.ts'

const DAY_MS = 86_400_000
const SKEW_MS = 900_000

export interface AliyunOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly clock: Clock
  readonly accessKeyId: string
  readonly secret: string
  /** Signature and template that are approved, and what the template says: `${name}` stands for a variable. */
  readonly signName: string
  readonly templateCode: string
  readonly template: string
  /** Where delivery reports are pushed to; null = nowhere. */
  readonly reportTo: string | null
  /** Texts of one template to one number: 50 a day. */
  readonly perDay?: number
  readonly onMessage?: OnMessage
}

/** A server that behaves like Aliyun's SMS. */
export interface Aliyun extends Listener {
  readonly url: string
  fault(fault: ProviderFault): void
  /** Texts that are still paid for; then `isv.AMOUNT_NOT_ENOUGH`. */
  credit(texts: number): void
  /** Whether phones are on: what the next reports say. */
  phones(on: boolean): void
  /** Pushes what somebody answers; resolves with the status it was answered with. */
  reply(from: string, text: string): Promise<number>
  /** Reports that have been taken and those that were not. */
  reports(): { readonly taken: number; readonly refused: number }
  asked(): number
}

const Parameters = z.record(z.string(), z.string())
type Parameters = z.infer<typeof Parameters>

/** Serves SendSms and QuerySmsTemplate: verifies signature, time and nonce, keeps limits, pushes reports. */
export async function serveAliyun(options: AliyunOptions): Promise<Aliyun> {
  const { clock, perDay = 50 } = options
  const nonces = new Set<string>()
  const window = slidingWindow(perDay, DAY_MS)
  const state = { fault: 'none' as ProviderFault, credit: Infinity, on: true, asked: 0, taken: 0, refused: 0 }

  const push = async (body: readonly unknown[]): Promise<number> => {
    if (options.reportTo === null) return 0
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(options.reportTo, { method: 'POST', headers, body: JSON.stringify(body) })
    const said: unknown = await answer.json().catch(() => null)
    if (z.looseObject({ code: z.literal(0) }).safeParse(said).success) state.taken += 1
    else state.refused += 1
    return answer.status
  }
  const send = (asked: Parameters): object => {
    const { PhoneNumbers: to = '', TemplateParam = '{}' } = asked
    const values = Parameters.safeParse(parsed(TemplateParam)).data
    if (!/^(1\d{10}|\d{7,15})$/.test(to) || to.startsWith('10')) return no('isv.MOBILE_NUMBER_ILLEGAL')
    if (asked.SignName !== options.signName) return no('isv.SMS_SIGNATURE_ILLEGAL')
    if (asked.TemplateCode !== options.templateCode) return no('isv.SMS_TEMPLATE_ILLEGAL')
    if (values === undefined) return no('isv.INVALID_JSON_PARAM')
    if (Object.values(values).some((value) => /https?:/i.test(value))) return no('isv.PARAM_NOT_SUPPORT_URL')
    if (Object.values(values).some((value) => Array.from(value).length > 35)) return no('isv.PARAM_LENGTH_LIMIT')
    const text = options.template.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => values[name] ?? '\0')
    if (text.includes('\0')) return no('isv.TEMPLATE_MISSING_PARAMETERS')
    if (state.credit < 1) return no('isv.AMOUNT_NOT_ENOUGH')
    if (state.fault === 'throttle' || !window.take(to, clock.now())) return no('isv.BUSINESS_LIMIT_CONTROL')
    state.credit -= 1
    const BizId = `${clock.now()}^${randomBytes(4).toString('hex')}`
    const from = `${SIMULATED} ${options.signName}`
    if (state.on) options.onMessage?.({ app: 'cloud-sms', to, from, text, at: clock.now() })
    const report = {
      ...{ phone_number: to, success: state.on, biz_id: BizId, out_id: asked.OutId ?? '' },
      ...(state.on ? { err_code: 'DELIVERED', err_msg: 'ok' } : { err_code: 'ABSENT', err_msg: 'phone is off' }),
    }
    push([report]).catch(() => (state.refused += 1))
    return { Code: 'OK', Message: 'OK', RequestId: requestId(), BizId }
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    state.asked += 1
    const body = (await bodyOf(request)) ?? ''
    if (!misbehave(state.fault, response)) return
    const asked = Object.fromEntries(new URLSearchParams(body))
    const refused = refusalOf(asked, options, nonces)
    if (refused !== null) answerJson(response, refused.status, no(refused.code))
    else if (state.fault === 'error-200') answerJson(response, 200, no('isp.SYSTEM_ERROR'))
    else if (asked.Action === 'SendSms') answerJson(response, 200, send(asked))
    else if (asked.Action === 'QuerySmsTemplate')
      answerJson(response, 200, { Code: 'OK', Message: 'OK', TemplateStatus: 1 })
    else answerJson(response, 404, no('InvalidAction.NotFound'))
  }
  const listener = await listenHttp({ host: options.host, port: options.port, answer })
  let sequence = 0
  return {
    ...listener,
    url: `http://${listener.host}:${listener.port}`,
    fault: (fault) => void (state.fault = fault),
    credit: (texts) => void (state.credit = texts),
    phones: (on) => void (state.on = on),
    reply: (from, text) =>
      push([{ phone_number: from, content: text, sign_name: options.signName, sequence_id: (sequence += 1) }]),
    reports: () => ({ taken: state.taken, refused: state.refused }),
    asked: () => state.asked,
  }
}

interface Refused {
  readonly status: number
  readonly code: string
}

function refusalOf(asked: Parameters, options: AliyunOptions, nonces: Set<string>): Refused | null {
  const { Signature, ...signed } = asked
  if (asked.AccessKeyId !== options.accessKeyId) return { status: 404, code: 'InvalidAccessKeyId.NotFound' }
  if (Signature !== signatureOf(signed, options.secret)) return { status: 400, code: 'SignatureDoesNotMatch' }
  const age = Math.abs(Date.parse(asked.Timestamp ?? '') - options.clock.now())
  if (!(age <= SKEW_MS)) return { status: 400, code: 'InvalidTimeStamp.Expired' }
  const nonce = asked.SignatureNonce ?? ''
  if (nonces.has(nonce)) return { status: 400, code: 'SignatureNonceUsed' }
  nonces.add(nonce)
  return null
}

/** As the provider makes it, written anew so that it can find an error of whoever signs. */
function signatureOf(parameters: Parameters, secret: string): string {
  const encoded = (text: string) =>
    [...Buffer.from(text)]
      .map((byte) => {
        const sign = String.fromCharCode(byte)
        return /[A-Za-z0-9_.~-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
      })
      .join('')
  const query = Object.keys(parameters)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(parameters[name] ?? '')}`)
    .join('&')
  return createHmac('sha1', `${secret}&`)
    .update(`POST&%2F&${encoded(query)}`)
    .digest('base64')
}

function no(Code: string): object {
  return { Code, Message: `${SIMULATED} ${Code}`, RequestId: requestId() }
}

function requestId(): string {
  return randomBytes(16).toString('hex').toUpperCase()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
