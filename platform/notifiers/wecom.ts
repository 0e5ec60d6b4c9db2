import { z } from 'zod'
import { fitting } from './fitting.ts'
import { domesticNumber, MobileOrNone } from './mobile.ts'
import { type Budget, defineNotifier, type Notifier } from './notifier.ts'
import { baseUrl, type RobotCodes, robotKeys, sayInGroup, tokenNeed } from './robot.ts'
import { neededSecret } from './secret-need.ts'

const Params = z.object({ ...robotKeys, base: baseUrl('https://qyapi.weixin.qq.com') }).strict()

/** 20 a minute to one robot. */
const BUDGET: Budget = { most: 20, perMs: 60_000, reserved: 5, penaltyMs: 60_000 }

/** Of a text; markdown might have twice as much, and calls nobody by name. */
const MOST_BYTES = 2_048

const CODES: RobotCodes = {
  throttled: [45009, 45033],
  refused: {
    // The key is no robot's, or its group is gone.
    account: [93000, 93004, 93008, 40001, 40013, 40014, 60020],
    text: [40008, 40035, 40058, 44004, 45002, 47001],
    ...{ address: [], number: [], 'no-credit': [] },
  },
}

const Answer = z
  .object({ errcode: z.number(), errmsg: z.string().default('') })
  .transform(({ errcode, errmsg }) => ({ code: errcode, words: errmsg }))

/** A robot in a WeCom group; the key in its address is all there is. The address is the mobile number to call by name there, or `-`. */
export const wecomNotifier: Notifier = defineNotifier({
  kind: 'wecom',
  medium: 'robot',
  params: Params,
  address: MobileOrNone,
  budget: () => BUDGET,
  mostBytes: MOST_BYTES,
  secrets: (params) => [tokenNeed(params)],
  open: (params, { id, baseFolder }) => {
    const token = neededSecret(tokenNeed(params), id, baseFolder)
    return {
      send: (message, address, signal) => {
        const mobile = address === '-' ? null : domesticNumber(address)
        return sayInGroup(
          {
            what: `wecom ${id}`,
            url: `${params.base}/cgi-bin/webhook/send?key=${encodeURIComponent(token)}`,
            ...{ secrets: [token], withinMs: params.within, penaltyMs: BUDGET.penaltyMs },
            ...{ codes: CODES, answer: Answer },
          },
          {
            msgtype: 'text',
            text: {
              content: fitting(message, MOST_BYTES),
              ...(mobile === null ? {} : { mentioned_mobile_list: [mobile] }),
            },
          },
          signal,
        )
      },
    }
  },
})
