import type { Clock } from '../../platform/clock.ts'
import { CONTROL_MODEM, MAIL, modemName, PHONES, ROBOTS } from '../addresses.ts'
import type { Listener } from '../listen.ts'
import { type ModemOverTcp, serveModemOverTcp } from '../modem/modem-over-tcp.ts'
import { serveMail } from '../providers/mail.ts'
import type { ProviderMessage } from '../providers/message.ts'
import { serveRobots } from '../providers/robots.ts'
import type { SimSite } from '../site.ts'
import type { Arriving } from './inbox.ts'
import { OFFICERS } from './people.ts'
import { type Phones, servePhones } from './server.ts'

/** Number of the control room's own modem. */
export const CONTROL_NUMBER = '+8613900009001'

/** The token of the robot in the officers' chat group; the group exists in this program alone. */
export const ROBOT_TOKEN = 'simulated-group-robot'

/** TP-Status: it is on the phone, and its phone is off. (3GPP TS 23.040 §9.2.3.15) */
const DELIVERED = 0x00
const STILL_TRYING = 0x30
const REPORT_AFTER_MS = 1_500

export interface ExchangeOptions {
  readonly sites: readonly SimSite[]
  readonly clock: Clock
  readonly at: (name: string) => { host: string; port: number }
  /** Starts a listener under its name; it is closed with all others. */
  readonly keep: <L extends Listener>(name: string, listener: Promise<L>) => Promise<L>
}

/** The phones of the county and everything that reaches them: the modem of the control room and those of sites, a chat group, mail. */
export async function openExchange({ sites, clock, at, keep }: ExchangeOptions): Promise<Phones> {
  const modems = new Map<string, ModemOverTcp>()
  const phones = await keep(
    PHONES,
    servePhones({
      ...{ ...at(PHONES), officers: OFFICERS, clock },
      answered: (from, to, text) => {
        const modem = modems.get(to)
        modem?.modem.network.send(from, text)
        return modem !== undefined
      },
    }),
  )
  const openModem = async (name: string, number: string) => {
    const options = {
      clock,
      reportAfterMs: REPORT_AFTER_MS,
      statusOf: (to: string) => (phones.board.isOn(to) ? DELIVERED : STILL_TRYING),
      onText: ({ to, text }: { to: string; text: string }) =>
        phones.board.arrive(to, { app: 'sms', from: number, title: null, text }),
      onCall: (to: string) => {
        phones.board.arrive(to, { app: 'call', from: number, title: null, text: `☎ ${number}` })
        return { is: 'no-answer' } as const
      },
    }
    modems.set(number, await keep(name, serveModemOverTcp(at(name), options)))
  }
  await openModem(CONTROL_MODEM, CONTROL_NUMBER)
  for (const site of sites) {
    if (site.modem !== undefined) await openModem(modemName(site), site.modem.number)
  }
  await openProviders({ clock, at, keep }, (message) => phones.board.arrive(...arrivalOf(message)))
  return phones
}

async function openProviders(
  { clock, at, keep }: Pick<ExchangeOptions, 'clock' | 'at' | 'keep'>,
  onMessage: (message: ProviderMessage) => void,
): Promise<void> {
  const robots = [{ app: 'dingtalk', token: ROBOT_TOKEN }] as const
  await keep(ROBOTS, serveRobots({ ...at(ROBOTS), clock, robots, onMessage }))
  const mail = serveMail({ ...at(MAIL), clock, login: null, onMessage })
  await keep(
    MAIL,
    mail.then((server) => ({ ...server, hangUp: () => undefined })),
  )
}

/** On whose phone a provider's message is shown, and how: a mail has its subject as title. */
function arrivalOf({ app, to, from, text }: ProviderMessage): [string, Arriving] {
  const group = app === 'dingtalk' || app === 'wecom' || app === 'feishu'
  const [subject = '', ...lines] = text.split('\n')
  const isMail = app === 'mail'
  return [
    group ? 'group' : to,
    { app, from, title: isMail ? subject : null, text: isMail ? lines.join('\n').trim() : text },
  ]
}
