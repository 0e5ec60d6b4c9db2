import type { SiteModem } from '../../core/contract/site.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Modem, ModemOwner, ModemSettings } from '../../platform/modem/modem.ts'
import { openModem } from '../../platform/modem/open-modem.ts'
import { readSecret } from '../../platform/secrets.ts'
import { portConnect } from '../../platform/serial/port-connect.ts'

/** Opens a modem for its owner. */
export type OpenSiteModem = (owner: ModemOwner, awaiting: ModemSettings['awaiting']) => Modem

/** How the modem of a site is opened; null where it has none. Throws `config/unreadable` for a PIN that is not there. */
export function siteModem(
  config: SiteModem | undefined,
  { baseFolder, clock, log }: { readonly baseFolder: string; readonly clock: Clock; readonly log: Log },
): OpenSiteModem | null {
  if (config === undefined) return null
  const { path, baud, pinFile, pinEnv } = config
  const pin = readSecret({ passwordFile: pinFile, passwordEnv: pinEnv }, 'PIN of the SIM', { baseFolder })
  const common = { connect: portConnect(path, baud), clock, log: log.child({ part: 'modem' }) }
  return (owner, awaiting) => openModem({ ...common, owner, settings: { pin, awaiting } })
}
