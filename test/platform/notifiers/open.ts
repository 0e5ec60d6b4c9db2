import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { ChannelDeps, OpenChannel } from '../../../platform/notifiers/notifier.ts'
import { NOTIFIERS } from '../../../platform/notifiers/registry.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { MESSAGE } from './message.ts'

/** A folder with the secrets channels name, gone after the test. */
export function secretFolder(secrets: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'pitwatch-channel-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, secret] of Object.entries(secrets)) writeFileSync(join(folder, name), `${secret}\n`)
  return folder
}

/** A channel of a kind, its secrets in files of their names. */
export function openKind(
  kind: string,
  params: object,
  { secrets = {}, ...deps }: Partial<ChannelDeps> & { readonly secrets?: Readonly<Record<string, string>> } = {},
): OpenChannel {
  const folder = secretFolder(secrets)
  const notifier = NOTIFIERS.get(kind)!
  const faults = notifier.check(params, folder)
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  return notifier.open(params, { id: kind, baseFolder: folder, folder, clock: systemClock, log: quietLog(), ...deps })
}

/** What sending came to: `taken`, or the code of the error. */
export async function sent(
  channel: OpenChannel,
  address: string,
  { message = MESSAGE, signal = new AbortController().signal }: { message?: NoticeMessage; signal?: AbortSignal } = {},
): Promise<{ readonly code: string; readonly facts: Readonly<Record<string, unknown>>; readonly text: string }> {
  try {
    const handed = await channel.send(message, address, signal)
    return { code: 'taken', facts: { ...handed }, text: handed.answer }
  } catch (error) {
    if (!(error instanceof HouseError)) throw error
    return {
      code: error.code,
      facts: error.facts,
      text: `${error.message} ${JSON.stringify(error.facts)} ${String(error.cause)}`,
    }
  }
}

/** Faults that only a time limit ends. */
const ENDED_BY_TIME = ['timeout', 'half-open', 'slow-loris']

/** A short limit where the test waits for it, a long one where a slow machine must not make a failure. */
export function limitFor(fault: string): { readonly within: string } {
  return { within: ENDED_BY_TIME.includes(fault) ? '300ms' : '10s' }
}
