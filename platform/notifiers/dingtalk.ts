import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { fitting } from './fitting.ts'
import { domesticNumber, MobileOrNone } from './mobile.ts'
import { type Budget, defineNotifier, type Notifier } from './notifier.ts'
import { baseUrl, type RobotCodes, robotKeys, sayInGroup, secretNeed, tokenNeed } from './robot.ts'
import { neededSecret, secretOf } from './secret-need.ts'

const Params = z
  .object({
    ...robotKeys,
    base: baseUrl('https://oapi.dingtalk.com'),
    secretFile: z.string().min(1).optional(),
    secretEnv: z.string().min(1).optional(),
  })
  .strict()

/** 20 a minute to one robot; one more, and it is deaf for 10 minutes. */
const BUDGET: Budget = { most: 20, perMs: 60_000, reserved: 5, penaltyMs: 600_000 }

/** A body may have 20,000 bytes. */
const MOST_BYTES = 16_000

const CODES: RobotCodes = {
  throttled: [130101, 410100],
  refused: {
    // Signature, keyword or sender's address not as the group wants it; robot or group gone.
    account: [310000, 300001, 300005, 400013, 400101, 400102, 400106, 404],
    text: [40035, 400105, 430101, 430102, 430103, 430104],
    ...{ address: [], number: [], 'no-credit': [] },
  },
}

const Answer = z
  .object({ errcode: z.number(), errmsg: z.string().default('') })
  .transform(({ errcode, errmsg }) => ({ code: errcode, words: errmsg }))

/** Signature of a request at `at` ms: base64 of HMAC-SHA256 over time and secret, with the secret as the key. */
export function dingtalkSign(at: number, secret: string): string {
  return createHmac('sha256', secret).update(`${at}\n${secret}`).digest('base64')
}

/** A robot in a DingTalk group. The address is the mobile number to call by name there, or `-`. */
export const dingtalkNotifier: Notifier = defineNotifier({
  kind: 'dingtalk',
  medium: 'robot',
  params: Params,
  address: MobileOrNone,
  budget: () => BUDGET,
  mostBytes: MOST_BYTES,
  secrets: (params) => [tokenNeed(params), secretNeed(params)],
  open: (params, { id, baseFolder, clock }) => {
    const token = neededSecret(tokenNeed(params), id, baseFolder)
    const secret = secretOf(secretNeed(params), id, baseFolder)
    return {
      send: (message, address, signal) => {
        const mobile = address === '-' ? null : domesticNumber(address)
        const at = clock.now()
        const query = new URLSearchParams({ access_token: token })
        if (secret !== null) {
          query.set('timestamp', String(at))
          query.set('sign', dingtalkSign(at, secret))
        }
        return sayInGroup(
          {
            ...{ what: `dingtalk ${id}`, url: `${params.base}/robot/send?${query.toString()}`, codes: CODES },
            ...{ secrets: [token, secret ?? ''], withinMs: params.within, penaltyMs: BUDGET.penaltyMs },
            answer: Answer,
          },
          {
            msgtype: 'text',
            text: { content: fitting(message, MOST_BYTES) },
            at: { atMobiles: mobile === null ? [] : [mobile], isAtAll: false },
          },
          signal,
        )
      },
    }
  },
})
