import { z } from 'zod'
import { Duration } from '../../core/contract/time.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { type Handed, type RefusedWhy, shortened } from './notifier.ts'
import { post, type Posted } from './post.ts'
import type { SecretNeed } from './secret-need.ts'

/** Parameters that robots of group chats have in common. */
export const robotKeys = {
  /** What the address the provider shows ends with; whoever has it can write to the group. */
  tokenFile: z.string().min(1).optional(),
  tokenEnv: z.string().min(1).optional(),
  within: withinLimit('10s'),
}

/** How long a provider may take; shorter than a message may be in hand. */
export function withinLimit(usual: string) {
  return Duration.prefault(usual).refine((ms) => ms >= 100 && ms <= 30_000, {
    error: 'expected a time from 100ms to 30s',
  })
}

/** Where a provider is; a gateway of the county's own, or a test, can stand in its place. */
export function baseUrl(usual: string) {
  return z
    .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .prefault(usual)
}

interface RobotSecrets {
  readonly tokenFile?: string | undefined
  readonly tokenEnv?: string | undefined
  readonly secretFile?: string | undefined
  readonly secretEnv?: string | undefined
}

export function tokenNeed({ tokenFile, tokenEnv }: RobotSecrets): SecretNeed {
  return { key: 'token', file: tokenFile, env: tokenEnv, isNeeded: true }
}

/** The key robots sign with, where the group asks for it. */
export function secretNeed({ secretFile, secretEnv }: RobotSecrets): SecretNeed {
  return { key: 'secret', file: secretFile, env: secretEnv, isNeeded: false }
}

/** What a provider's numbers mean. Those in neither list are worth another try. */
export interface RobotCodes {
  readonly throttled: readonly number[]
  readonly refused: Readonly<Record<RefusedWhy, readonly number[]>>
}

/** A robot and how it is spoken to. */
export interface Robot {
  readonly what: string
  readonly url: string
  readonly secrets: readonly string[]
  readonly withinMs: number
  readonly penaltyMs: number
  readonly codes: RobotCodes
  /** Reads the number and the words out of an answer. */
  readonly answer: z.ZodType<{ readonly code: number; readonly words: string }>
}

/**
 * Says something in the group. The answer's body decides, whatever the status: providers say `too often` inside HTTP 200, and one
 * of them inside 400.
 */
export async function sayInGroup(robot: Robot, body: unknown, signal: AbortSignal): Promise<Handed> {
  const posted = await post(
    {
      ...robot,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    },
    signal,
  )
  const said = robot.answer.safeParse(jsonOf(posted.text)).data
  if (said?.code === 0 && isOk(posted.status)) return { answer: shortened(`${said.code} ${said.words}`) }
  throw robotFault(robot, posted, said)
}

function robotFault(
  { what, codes, penaltyMs }: Robot,
  { status, text, retryAfterMs }: Posted,
  said: { readonly code: number; readonly words: string } | undefined,
): HouseError {
  const came = said === undefined ? `HTTP ${status} ${text}` : `${said.code} ${said.words} (HTTP ${status})`
  const message = shortened(`${what}: expected 0, came ${came}`)
  const facts = { what, status, code: said?.code ?? null }
  if (status === 429 || (said !== undefined && codes.throttled.includes(said.code))) {
    return new HouseError('notify/throttled', message, { ...facts, penaltyMs: retryAfterMs ?? penaltyMs })
  }
  const why = said === undefined ? whyOfStatus(status) : whyOfCode(codes, said.code)
  if (why !== null) return new HouseError('notify/refused', message, { ...facts, why })
  return new HouseError('notify/temporary', message, facts)
}

function whyOfCode({ refused }: RobotCodes, code: number): RefusedWhy | null {
  const why = (['account', 'text', 'address', 'number', 'no-credit'] as const).find((each) =>
    refused[each].includes(code),
  )
  return why ?? null
}

/** A robot that is not there, or not for us; without words of the provider nothing else is for good. */
function whyOfStatus(status: number): RefusedWhy | null {
  return status === 401 || status === 403 || status === 404 ? 'account' : null
}

export function isOk(status: number): boolean {
  return status >= 200 && status < 300
}

/** JSON, or null for what is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
