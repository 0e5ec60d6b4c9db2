import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { listenHttp, type Listener } from '../listen.ts'
import { answerJson, bodyOf, misbehave, type ProviderFault } from './faults.ts'
import { type OnMessage, SIMULATED } from './message.ts'
import { slidingWindow } from './window.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DINGTALK_MUTE_MS = 600_000

export type RobotApp = 'dingtalk' | 'wecom' | 'feishu'

/** One robot in one group. */
export interface SimulatedRobot {
  readonly app: RobotApp
  readonly token: string
  /** Where the group asks for signatures; WeCom knows none. */
  readonly secret?: string
}

export interface RobotsOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly clock: Clock
  readonly robots: readonly SimulatedRobot[]
  readonly onMessage?: OnMessage
}

/** A server that behaves like the three providers of group robots. */
export interface Robots extends Listener {
  readonly url: string
  fault(app: RobotApp, fault: ProviderFault): void
  /** Requests that came for a robot, whatever became of them. */
  asked(app: RobotApp): number
}

/** What a robot says: status and body. */
interface Said {
  readonly status: number
  readonly body: unknown
  /** What reached the group. */
  readonly text?: string
}

const Text = z.looseObject({ msgtype: z.literal('text'), text: z.looseObject({ content: z.string().min(1) }) })
const FeishuText = z.looseObject({
  ...{ msg_type: z.literal('text'), content: z.object({ text: z.string().min(1) }) },
  ...{ timestamp: z.string().optional(), sign: z.string().optional() },
})

/** Serves robots as DingTalk, WeCom and Feishu do: their paths, signatures, limits, mutes and errors inside 200 and 400. */
export async function serveRobots(options: RobotsOptions): Promise<Robots> {
  const { clock } = options
  const faults = new Map<RobotApp, ProviderFault>()
  const asked = new Map<RobotApp, number>()
  const apps: Readonly<Record<RobotApp, (request: Asked) => Said>> = {
    dingtalk: dingtalk(clock),
    wecom: wecom(clock),
    feishu: feishu(clock),
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://robots.example')
    const robot = options.robots.find((each) => isFor(each, url))
    const app = appOf(url)
    const body = await bodyOf(request)
    if (app === null || request.method !== 'POST') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(`${SIMULATED}: no such page`)
      return
    }
    asked.set(app, (asked.get(app) ?? 0) + 1)
    const fault = faults.get(app) ?? 'none'
    if (!misbehave(fault, response)) return
    const { status, body: said, text } = apps[app]({ robot, url, body: parsed(body), fault })
    if (text !== undefined) options.onMessage?.({ app, to: robot?.token ?? '', from: SIMULATED, text, at: clock.now() })
    answerJson(response, status, said)
  }
  const listener = await listenHttp({ host: options.host, port: options.port, answer })
  return {
    ...listener,
    url: `http://${listener.host}:${listener.port}`,
    fault: (app, fault) => void faults.set(app, fault),
    asked: (app) => asked.get(app) ?? 0,
  }
}

interface Asked {
  readonly robot: SimulatedRobot | undefined
  readonly url: URL
  readonly body: unknown
  readonly fault: ProviderFault
}

function appOf({ pathname }: URL): RobotApp | null {
  if (pathname === '/robot/send') return 'dingtalk'
  if (pathname === '/cgi-bin/webhook/send') return 'wecom'
  return pathname.startsWith('/open-apis/bot/v2/hook/') ? 'feishu' : null
}

function isFor({ app, token }: SimulatedRobot, url: URL): boolean {
  if (app !== appOf(url)) return false
  if (app === 'dingtalk') return url.searchParams.get('access_token') === token
  return app === 'wecom' ? url.searchParams.get('key') === token : url.pathname.endsWith(`/hook/${token}`)
}

/** 20 a minute; one more and it is deaf for 10 minutes. Everything is said with 200. */
function dingtalk(clock: Clock): (asked: Asked) => Said {
  const window = slidingWindow(20, MINUTE_MS)
  const mutedUntil = new Map<string, number>()
  const said = (errcode: number, errmsg: string): Said => ({ status: 200, body: { errcode, errmsg } })
  return ({ robot, url, body, fault }) => {
    const now = clock.now()
    if (robot === undefined) return said(300001, 'token is not exist')
    if (robot.secret !== undefined && !isSignedForDingtalk(robot.secret, url, now)) {
      return said(310000, 'sign not match, more: [https://ding-doc.example]')
    }
    if (fault === 'error-200') return said(-1, 'system busy')
    const isMuted = (mutedUntil.get(robot.token) ?? 0) > now
    if (fault === 'throttle' || isMuted || !window.take(robot.token, now)) {
      if (!isMuted) mutedUntil.set(robot.token, now + DINGTALK_MUTE_MS)
      return said(130101, 'send too fast, exceed 20 times per minute')
    }
    const text = Text.safeParse(body).data?.text.content
    return text === undefined ? said(40035, 'invalid parameter') : { ...said(0, 'ok'), text }
  }
}

function isSignedForDingtalk(secret: string, url: URL, now: number): boolean {
  const at = url.searchParams.get('timestamp') ?? ''
  const expected = createHmac('sha256', secret).update(`${at}\n${secret}`).digest('base64')
  return Math.abs(Number(at) - now) <= HOUR_MS && url.searchParams.get('sign') === expected
}

/** 20 a minute, 2,048 bytes a text; the key is all there is. */
function wecom(clock: Clock): (asked: Asked) => Said {
  const window = slidingWindow(20, MINUTE_MS)
  const said = (errcode: number, errmsg: string): Said => ({ status: 200, body: { errcode, errmsg } })
  return ({ robot, body, fault }) => {
    if (robot === undefined) return said(93000, 'invalid webhook url, hint: [0000]')
    if (fault === 'error-200') return said(-1, 'system busy')
    if (fault === 'throttle' || !window.take(robot.token, clock.now())) {
      return said(45009, 'api freq out of limit, hint: [0000]')
    }
    const text = Text.safeParse(body).data?.text.content
    if (text === undefined) return said(40008, 'invalid message type')
    if (Buffer.byteLength(text) > 2_048) return said(45002, 'content size out of limit')
    return { ...said(0, 'ok'), text }
  }
}

/** 100 a minute and 5 a second; says `too many` with 400 and with 200, by turns. */
function feishu(clock: Clock): (asked: Asked) => Said {
  const minute = slidingWindow(100, MINUTE_MS)
  const second = slidingWindow(5, 1_000)
  let refusals = 0
  const said = (code: number, msg: string, status = 200): Said => ({ status, body: { code, msg, data: {} } })
  return ({ robot, body, fault }) => {
    const now = clock.now()
    if (robot === undefined) return said(19001, 'param invalid: incoming webhook access token invalid')
    const asked = FeishuText.safeParse(body).data
    if (asked === undefined) return said(19002, 'params error, msg_type need')
    if (robot.secret !== undefined && !isSignedForFeishu(robot.secret, asked, now)) {
      return said(19021, 'sign match fail or timestamp is not within one hour from current time')
    }
    if (fault === 'error-200') return said(1500, 'internal error')
    if (fault === 'throttle' || !minute.hasRoom(robot.token, now) || !second.take(robot.token, now)) {
      refusals += 1
      return refusals % 2 === 1 ? said(9499, 'too many request', 400) : said(11232, 'frequency limited psm', 200)
    }
    minute.take(robot.token, now)
    const success = { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }
    return { status: 200, body: success, text: asked.content.text }
  }
}

function isSignedForFeishu(secret: string, { timestamp = '', sign }: z.infer<typeof FeishuText>, now: number): boolean {
  const expected = createHmac('sha256', `${timestamp}\n${secret}`).digest('base64')
  return Math.abs(Number(timestamp) * 1_000 - now) <= HOUR_MS && sign === expected
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}
