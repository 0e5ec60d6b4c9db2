import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { BrokerAccess, GatewayConfig } from '../../core/contract/site.ts'
import { Id } from '../../core/contract/text.ts'
import { parseYaml, readConfig } from '../../platform/config.ts'
import type { Call } from '../command.ts'
import { say } from './texts.ts'

/** What of site.yaml enrolling needs; the rest may still be unfinished. */
const Place = z.object({
  group: Id,
  site: z.object({ id: Id }),
  store: GatewayConfig.shape.store,
  uplink: BrokerAccess,
})

/** Exchanges a token for this gateway's identity. */
export async function enrolGateway(call: Call, token: string, file: string): Promise<number> {
  const { enrol } = await import('../../gateway/identity/enrol.ts')
  const { openIdentityFolder } = await import('../../gateway/identity/folder.ts')
  const { identityFolder } = await import('../../gateway/identity/uplink-identity.ts')
  const path = resolve(file)
  const { group, site, store, uplink } = parseYaml(readConfig(path), file, Place)
  const folder = openIdentityFolder(identityFolder(uplink, { baseFolder: dirname(path), store }))
  const { signal, language, print } = call
  const done = await enrol(token, folder, { place: { site: site.id, group }, signal })
  const until = new Date(done.notAfter).toISOString().slice(0, 10)
  print(say(language, 'enrolled', { site: done.site, group: done.group, folder: folder.path, until }))
  print(say(language, 'authority', { authority: done.authority }))
  const fits = done.broker === uplink.url && uplink.user === undefined
  const next = fits ? 'nextFits' : done.broker === null ? 'nextUnknown' : 'nextUrl'
  print(say(language, next, { file, broker: done.broker ?? '' }))
  return 0
}
