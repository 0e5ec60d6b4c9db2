import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { NoticeMessage } from '../../core/contract/notice.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { aliyunMeaning } from './aliyun-codes.ts'
import { aliyunReports } from './aliyun-report.ts'
import { aliyunSign, canonicalQuery, type AliyunParameters } from './aliyun-signature.ts'
import { type ChannelDeps, defineNotifier, type Notifier, type OpenChannel, shortened } from './notifier.ts'
import { domesticNumber } from './mobile.ts'
import { PhoneNumber } from './phone-number.ts'
import { post } from './post.ts'
import { baseUrl, isOk, jsonOf, secretNeed, withinLimit } from './robot.ts'
import { neededSecret, secretOf, type SecretNeed } from './secret-need.ts'

/** What of a message a variable of the template can hold. */
const Field = z.enum(['site', 'title', 'short', 'number', 'code', 'time', 'to'])
type Field = z.infer<typeof Field>

const Params = z
  .object({
    base: baseUrl('https://dysmsapi.aliyuncs.com'),
    region: z.string().min(1).default('cn-hangzhou'),
    accessKeyId: z.string().min(1),
    secretFile: z.string().min(1).optional(),
    secretEnv: z.string().min(1).optional(),
    /** The signature and the template that the provider has approved. */
    signName: z.string().min(1),
    templateCode: z.string().min(1),
    /** Variables of the template, and what each is filled with. */
    variables: z.record(z.string(), Field).default({ site: 'site', what: 'title', number: 'number', code: 'code' }),
    /** Stands as `?token=` in the address that delivery reports are pushed to; without it none are taken. */
    reportTokenFile: z.string().min(1).optional(),
    reportTokenEnv: z.string().min(1).optional(),
    within: withinLimit('10s'),
  })
  .strict()
type Params = z.infer<typeof Params>

/** Most characters of one variable. */
const MOST_CHARACTERS = 35

const Answer = z.object({ Code: z.string(), Message: z.string().default(''), BizId: z.string().optional() })
type Answer = z.infer<typeof Answer>

/**
 * SMS through Aliyun or what speaks like it, by an approved template. `OutId` is the notice id. Only `Code` OK is an acceptance; the
 * delivery report that is pushed to us later proves more. The address is a telephone number.
 */
export const aliyunSmsNotifier: Notifier = defineNotifier({
  kind: 'aliyun-sms',
  medium: 'sms',
  params: Params,
  address: PhoneNumber,
  budget: () => ({ most: null, perMs: 60_000, reserved: 0, penaltyMs: 60_000 }),
  mostBytes: 1_000,
  secrets: (params) => [{ ...secretNeed(params), isNeeded: true }, reportNeed(params)],
  open: (params, deps) => {
    const secret = neededSecret(secretNeed(params), deps.id, deps.baseFolder)
    const reportToken = secretOf(reportNeed(params), deps.id, deps.baseFolder)
    return openAliyun(params, secret, { ...deps, reportToken })
  },
})

function reportNeed({ reportTokenFile, reportTokenEnv }: Params): SecretNeed {
  return { key: 'reportToken', file: reportTokenFile, env: reportTokenEnv, isNeeded: false }
}

function openAliyun(
  params: Params,
  secret: string,
  { id, clock, reportToken }: ChannelDeps & { readonly reportToken: string | null },
): OpenChannel {
  const call = async (action: string, asked: AliyunParameters, signal: AbortSignal): Promise<Answer> => {
    const parameters: AliyunParameters = {
      ...{ Action: action, Version: '2017-05-25', Format: 'JSON', RegionId: params.region },
      ...{ AccessKeyId: params.accessKeyId, SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0' },
      ...{ SignatureNonce: randomUUID(), Timestamp: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z') },
      ...asked,
    }
    const Signature = aliyunSign('POST', parameters, secret)
    const posted = await post(
      {
        ...{ what: `aliyun-sms ${id}`, url: `${params.base}/`, withinMs: params.within, secrets: [secret] },
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: canonicalQuery({ ...parameters, Signature }),
      },
      signal,
    )
    const answer = Answer.safeParse(jsonOf(posted.text)).data
    if (answer?.Code === 'OK' && isOk(posted.status)) return answer
    throw aliyunFault(id, posted.status, answer ?? { Code: '', Message: posted.text })
  }
  return {
    send: async (message, address, signal) => {
      const asked = {
        PhoneNumbers: domesticNumber(PhoneNumber.parse(address)),
        ...{ SignName: params.signName, TemplateCode: params.templateCode },
        ...{ TemplateParam: JSON.stringify(variablesOf(params.variables, message)), OutId: message.notice },
      }
      const { Message, BizId } = await call('SendSms', asked, signal)
      const answer = shortened(`OK ${Message} ${BizId ?? ''}`)
      return BizId === undefined ? { answer } : { answer, ref: BizId }
    },
    // Reading the state of the template costs nothing and proves account, key and clock.
    probe: async (signal) => {
      const { Message } = await call('QuerySmsTemplate', { TemplateCode: params.templateCode }, signal)
      return { answer: shortened(`OK ${Message}`) }
    },
    ...(reportToken === null ? {} : { report: aliyunReports(reportToken) }),
  }
}

function aliyunFault(id: string, status: number, { Code, Message }: Answer): HouseError {
  const came = Code === '' ? `HTTP ${status} ${Message}` : `${Code} ${Message} (HTTP ${status})`
  const message = shortened(`aliyun-sms ${id}: expected OK, came ${came}`)
  const facts = { channel: id, status, code: Code }
  const meaning = aliyunMeaning(Code)
  switch (meaning.is) {
    case 'temporary':
      return new HouseError('notify/temporary', message, facts)
    case 'throttled':
      return new HouseError('notify/throttled', message, {
        ...{ ...facts, penaltyMs: meaning.penaltyMs, perAddress: meaning.perAddress },
      })
    case 'refused':
      return new HouseError('notify/refused', message, { ...facts, why: meaning.why })
  }
}

function variablesOf(variables: Readonly<Record<string, Field>>, message: NoticeMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, field]) => [name, variableText(fieldOf(field, message))]),
  )
}

function fieldOf(field: Field, message: NoticeMessage): string {
  const { title, short, number, acknowledge, site, language, raisedAt, to } = message
  switch (field) {
    case 'site':
      return site[language]
    case 'title':
      return title
    case 'short':
      return short
    case 'number':
      return number ?? ''
    case 'code':
      return acknowledge?.code ?? ''
    case 'time':
      return new Intl.DateTimeFormat('sv-SE', { timeStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(raisedAt)
    case 'to':
      return to
  }
}

/** What a variable may hold: no address, no brackets of a signature, never nothing, and not much. */
function variableText(text: string): string {
  const clean = text
    .replaceAll(/https?:\/\/\S+/gi, '')
    .replaceAll(/[\u3010\u3011]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return clean === '' ? '-' : Array.from(clean).slice(0, MOST_CHARACTERS).join('')
}
