import type { AtPort } from './at-port.ts'
import type { ModemHealth } from './modem.ts'
import { ask, line } from './set-up.ts'
import { AT_TIMES } from './times.ts'

/** What one look at a modem shows. */
export interface Look extends Pick<ModemHealth, 'operator' | 'signalDbm' | 'storage'> {
  readonly isRegistered: boolean
  readonly hasSim: boolean
  /** How it tells of messages; another answer than at first says that it began anew. */
  readonly telling: string
}

/** Registration at home, roaming, and both for SMS only. (3GPP TS 27.007 §7.2) */
const REGISTERED = new Set(['1', '5', '6', '7'])

/** Whether the modem is in a network, old or new. Throws as `AtPort.ask` does. */
export async function isRegistered(port: AtPort): Promise<boolean> {
  for (const kind of ['CREG', 'CEREG']) {
    const state = /^\+CE?REG: *(?:\d+ *, *)?(\d+)/.exec(await line(port, `AT+${kind}?`, `+${kind}:`))?.[1]
    if (state !== undefined && REGISTERED.has(state)) return true
  }
  return false
}

/** Looks at a modem. Throws as `AtPort.ask` does. */
export async function look(port: AtPort): Promise<Look> {
  const sim = await ask(port, 'AT+CPIN?', { answer: '+CPIN:' })
  const hasSim = sim.is === 'ok' && sim.lines.some((said) => said.endsWith('READY'))
  const registered = await isRegistered(port)
  const strength = Number(/^\+CSQ: *(\d+)/.exec(await line(port, 'AT+CSQ', '+CSQ:'))?.[1] ?? UNKNOWN_STRENGTH)
  const named = await ask(port, 'AT+COPS?', { answer: '+COPS:', withinMs: AT_TIMES.slowCommandMs })
  const operator = named.is === 'ok' ? (/"([^"]+)"/.exec(named.lines[0] ?? '')?.[1] ?? null) : null
  const telling = await line(port, 'AT+CNMI?', '+CNMI:')
  return {
    ...{ hasSim, isRegistered: registered, operator, telling },
    signalDbm: strength <= MOST_STRENGTH ? -113 + 2 * strength : null,
    storage: storageIn(await line(port, 'AT+CPMS?', '+CPMS:')),
  }
}

/** (3GPP TS 27.007 §8.5) */
const MOST_STRENGTH = 31
const UNKNOWN_STRENGTH = 99

/** The third memory is the one new messages go to. */
function storageIn(said: string): ModemHealth['storage'] {
  const third = [...said.matchAll(/"\w+" *, *(\d+) *, *(\d+)/g)][2]
  return third === undefined ? null : { used: Number(third[1]), total: Number(third[2]) }
}
