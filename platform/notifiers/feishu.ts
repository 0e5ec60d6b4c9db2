import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { bytesOf, fitting } from './fitting.ts'
import { type Budget, defineNotifier, type Notifier } from './notifier.ts'
import { baseUrl, type RobotCodes, robotKeys, sayInGroup, secretNeed, tokenNeed } from './robot.ts'
import { neededSecret, secretOf } from './secret-need.ts'

const Params = z
  .object({
    ...robotKeys,
    base: baseUrl('https://open.feishu.cn'),
    secretFile: z.string().min(1).optional(),
    secretEnv: z.string().min(1).optional(),
  })
  .strict()

/** 100 a minute and 5 a second: 5 in any 3 s keep both. */
const BUDGET: Budget = { most: 5, perMs: 3_000, reserved: 2, penaltyMs: 60_000 }

/** A body may have 20 KB. */
const MOST_BYTES = 16_000

const CODES: RobotCodes = {
  throttled: [9499, 11232],
  refused: {
    // Robot gone; signature, sender's address or keyword not as the group wants it.
    account: [19001, 19007, 19021, 19022, 19024],
    text: [19002],
    ...{ address: [], number: [], 'no-credit': [] },
  },
}

/** Newer answers have `code`, older ones `StatusCode`, some both. */
const Answer = z.union([
  z.object({ code: z.number(), msg: z.string().default('') }).transform(({ code, msg }) => ({ code, words: msg })),
  z
    .object({ StatusCode: z.number(), StatusMessage: z.string().default('') })
    .transform(({ StatusCode, StatusMessage }) => ({ code: StatusCode, words: StatusMessage })),
])

/** Signature of a request at `atS` seconds: base64 of HMAC-SHA256 over nothing, with time and secret as the key. */
export function feishuSign(atS: number, secret: string): string {
  return createHmac('sha256', `${atS}\n${secret}`).update('').digest('base64')
}

/** A robot in a Feishu group. The address is the Open ID to call by name there, or `-`. */
export const feishuNotifier: Notifier = defineNotifier({
  kind: 'feishu',
  medium: 'robot',
  params: Params,
  address: z.string().regex(/^(-|ou_[0-9a-z]{8,64})$/, 'expected an Open ID such as ou_…, or - to call nobody by name'),
  budget: () => BUDGET,
  mostBytes: MOST_BYTES,
  secrets: (params) => [tokenNeed(params), secretNeed(params)],
  open: (params, { id, baseFolder, clock }) => {
    const token = neededSecret(tokenNeed(params), id, baseFolder)
    const secret = secretOf(secretNeed(params), id, baseFolder)
    return {
      send: (message, address, signal) => {
        const call = address === '-' ? '' : `<at user_id="${address}"></at> `
        // A name from a configuration must not call the whole group.
        const text = fitting(message, MOST_BYTES - bytesOf(call)).replaceAll(/<(?=\/?at\b)/gi, '‹')
        const atS = Math.floor(clock.now() / 1_000)
        return sayInGroup(
          {
            what: `feishu ${id}`,
            url: `${params.base}/open-apis/bot/v2/hook/${encodeURIComponent(token)}`,
            ...{ secrets: [token, secret ?? ''], withinMs: params.within, penaltyMs: BUDGET.penaltyMs },
            ...{ codes: CODES, answer: Answer },
          },
          {
            ...(secret === null ? {} : { timestamp: String(atS), sign: feishuSign(atS, secret) }),
            ...{ msg_type: 'text', content: { text: `${call}${text}` } },
          },
          signal,
        )
      },
    }
  },
})
