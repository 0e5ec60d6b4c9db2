import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Id } from '../../core/contract/text.ts'
import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Deterrents } from '../deterrent/deterrents.ts'
import type { Sounded } from '../deterrent/interlock.ts'
import { invalid } from './http.ts'
import type { Session } from './sign-in.ts'

export const ArmOrder = z.object({ output: Id }).strict()
export const SoundOrder = z.object({ armed: z.string().max(64), seconds: z.number().int().min(1).max(5) }).strict()

export interface SirenDeps {
  readonly deterrents: Pick<Deterrents, 'outputs' | 'sound' | 'hush'>
  readonly clock: Pick<Clock, 'mono'>
  readonly log: Log
}

/** The second tap must come so soon after the first, ms. */
export const ARMED_MS = 10_000

/** Sounds an output for a moment, so that somebody on site hears whether it does: never by one tap. */
export class SirenDesk {
  readonly #deps: SirenDeps
  #armed: { readonly token: string; readonly output: string; readonly key: string; readonly mono: number } | null = null

  constructor(deps: SirenDeps) {
    this.#deps = deps
  }

  /** The first tap; answers what the second must bring. Throws `http/invalid`. */
  arm({ output }: z.infer<typeof ArmOrder>, { key }: Session): { readonly armed: string; readonly withinMs: number } {
    const { deterrents, clock } = this.#deps
    if (!deterrents.outputs.includes(output))
      throw invalid('output', `expected one of ${deterrents.outputs.join(', ') || 'no outputs at all'}, came ${output}`)
    const token = randomBytes(16).toString('base64url')
    this.#armed = { token, output, key, mono: clock.mono() }
    return { armed: token, withinMs: ARMED_MS }
  }

  /** The second tap, which sounds it. Throws `http/conflict` when it is not that of the first. */
  async sound({ armed, seconds }: z.infer<typeof SoundOrder>, { key, by }: Session): Promise<Sounded> {
    const { deterrents, clock, log } = this.#deps
    const first = this.#armed
    const isIt = first?.token === armed && first.key === key && clock.mono() - first.mono <= ARMED_MS
    if (!isIt) throw new HouseError('http/conflict', 'expected the second tap within 10 s of the first; begin again')
    this.#armed = null
    log.info({ by, output: first.output, seconds }, 'a technician sounds an output')
    const sounded = await deterrents.sound(first.output, seconds)
    const why = sounded.is === 'on' ? null : sounded.why
    log.info({ by, output: first.output, is: sounded.is, why }, 'the output has answered')
    return sounded
  }

  /** It falls silent before its time. Throws `http/invalid`. */
  hush({ output }: z.infer<typeof ArmOrder>, { by }: Session): void {
    const { deterrents, log } = this.#deps
    if (!deterrents.outputs.includes(output)) throw invalid('output', `expected an output, came ${output}`)
    log.info({ by, output }, 'a technician silences an output')
    deterrents.hush(output)
  }
}
