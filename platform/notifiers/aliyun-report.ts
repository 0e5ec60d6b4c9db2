import { z } from 'zod'
import { type Callback, type Heard, type Reported, shortened } from './notifier.ts'
import { jsonOf } from './robot.ts'
import { isSame } from './webhook.ts'

/** What became of a text (SmsReport), and a text somebody sent (SmsUp), as they are pushed. */
const Pushed = z
  .array(
    z.union([
      z
        .object({
          phone_number: z.string(),
          biz_id: z.string(),
          success: z.boolean(),
          err_code: z.string().default(''),
          err_msg: z.string().default(''),
        })
        .transform(({ biz_id: ref, success, err_code: code, err_msg: words }): Heard => ({
          kind: success ? 'delivered' : 'undelivered',
          ...{ ref, answer: shortened(`${code} ${words}`) },
        })),
      z
        .object({ phone_number: z.string(), content: z.string().max(1_000), sequence_id: z.coerce.string() })
        .transform(({ phone_number: from, content: text, sequence_id: n }): Heard => ({
          ...{ kind: 'reply', key: `aliyun/${n}`, from, text, medium: 'sms' },
        })),
    ]),
  )
  .max(1_000)

/** Reads what is pushed to an address that ends with the token; the provider signs nothing itself. */
export function aliyunReports(token: string): (callback: Callback) => Reported {
  return ({ query, body }) => {
    if (!isSame(token, query.token ?? '')) return { is: 'refused', why: 'without the token of this channel' }
    const pushed = Pushed.safeParse(jsonOf(body))
    if (!pushed.success) return { is: 'refused', why: shortened(`not a report: ${z.prettifyError(pushed.error)}`) }
    // It pushes again until it reads code 0.
    return { is: 'heard', what: pushed.data, answer: { code: 0, msg: 'OK' } }
  }
}
