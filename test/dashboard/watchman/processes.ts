import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rosterText } from './roster-text.ts'
import { type StartedProcess, startProcess, testFolder } from '../../support/processes.ts'
import { serveModem, type ServedModem } from '../../../sim/modem/serve-modem.ts'
import type { PhoneText } from '../../../sim/modem/network.ts'
import { systemClock } from '../../../platform/clock.ts'
import { openPtyPair } from '../../../sim/pty.ts'
import { serialConnect } from '../../../platform/serial/serial-channel.ts'

/** Two minutes of the county pass in two seconds. */
export const SPEED = 60

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** A county with a simulated modem and buzzer, its configuration, and programs that are started and killed. */
export interface Place extends AsyncDisposable {
  readonly store: string
  readonly config: string
  readonly modem: ServedModem
  /** Texts that came to phones. */
  readonly phones: PhoneText[]
  /** What the relay board was told, as hex. */
  relay(): string
  /** The clock every program here goes by. */
  readonly environment: Readonly<Record<string, string>>
  watchman(): Promise<StartedProcess>
  controlSide(): Promise<StartedProcess>
}

export async function openPlace(onCall?: () => { is: 'answered'; afterMs: number; keys?: string }): Promise<Place> {
  const folder = await testFolder()
  const store = join(folder.path, 'store')
  mkdirSync(store, { mode: 0o700 })
  const config = join(folder.path, 'control.yaml')
  const paths = { modem: join(folder.path, 'modem'), buzzer: join(folder.path, 'buzzer') }
  writeFileSync(config, rosterText(paths))
  const phones: PhoneText[] = []
  const onText = (text: PhoneText) => void phones.push(text)
  const modem = await serveModem({
    ...{ path: paths.modem, clock: systemClock, onText, bootMs: 50 },
    ...(onCall === undefined ? {} : { onCall }),
  })
  const pair = await openPtyPair(paths.buzzer)
  let heard = ''
  const received = (bytes: Uint8Array) => void (heard += Buffer.from(bytes).toString('hex'))
  const settings = { path: pair.devicePath, baud: 9_600, parity: 'none', stopBits: 1 } as const
  const board = await serialConnect(settings)({ received, lost: () => undefined }, new AbortController().signal)
  const started: StartedProcess[] = []
  const now = Date.now()
  const environment = { PITWATCH_CLOCK: `${now}:${now}:${SPEED}`, PITWATCH_LANG: 'en', LANG: 'en_US.UTF-8' }
  const start = async (program: string, args: readonly string[], ready: RegExp) => {
    const child = await startProcess(process.execPath, [join(ROOT, program), ...args], {
      ready,
      environment,
      folder: ROOT,
    })
    started.push(child)
    return child
  }
  return {
    ...{ store, config, modem, phones, environment },
    relay: () => heard,
    watchman: () => start('cli/main.ts', ['watchman', config, '--lang', 'en'], /The watchman is running/),
    controlSide: () => start('test/dashboard/watchman/control-side.ts', [store], /on the line/),
    [Symbol.asyncDispose]: async () => {
      for (const child of started) await child.stop('SIGKILL')
      board.close()
      await pair[Symbol.asyncDispose]()
      await modem[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
