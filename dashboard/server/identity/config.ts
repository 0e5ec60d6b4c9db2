import { z } from 'zod'
import type { Fault } from '../../../platform/config.ts'

/** Host names and addresses as they may stand in a certificate. */
const HostName = z.string().regex(/^[a-zA-Z0-9]([a-zA-Z0-9.:-]*[a-zA-Z0-9])?$/, 'expected a host name or an address')

/** `identity` of control.yaml: who vouches for gateways and for this control room. Left out, an authority of its own. */
export const IdentityConfig = z
  .object({
    /** How gateways reach this control room: names and addresses in its certificate. The first is told to gateways. */
    names: z.array(HostName).min(1).optional(),
    /** An authority of somebody else, and its key where certificates are to be issued here. */
    caFile: z.string().min(1).optional(),
    caKeyFile: z.string().min(1).optional(),
    /** This control room's own certificate and key, where they are issued elsewhere too. */
    certFile: z.string().min(1).optional(),
    keyFile: z.string().min(1).optional(),
    /** Where gateways find the broker, when it is not where this configuration says. */
    brokerUrl: z.url({ protocol: /^mqtts?$/ }).optional(),
  })
  .strict()
export type IdentityConfig = z.infer<typeof IdentityConfig>

/** What the schema cannot see: files that only make sense together. `needsOwn` = a listener wants a certificate. */
export function identityFaults(config: IdentityConfig, needsOwn: boolean): readonly Fault[] {
  const { caFile, caKeyFile, certFile, keyFile } = config
  const fault = (key: string, message: string): Fault => ({ path: ['identity', key], message })
  return [
    ...(caKeyFile !== undefined && caFile === undefined
      ? [fault('caKeyFile', 'expected caFile beside it, came none')]
      : []),
    ...((certFile === undefined) !== (keyFile === undefined)
      ? [
          fault(
            certFile === undefined ? 'keyFile' : 'certFile',
            'expected certFile and keyFile together, came one of them',
          ),
        ]
      : []),
    ...(certFile !== undefined && caFile === undefined
      ? [fault('certFile', 'expected caFile beside it, came none')]
      : []),
    ...(needsOwn && caFile !== undefined && caKeyFile === undefined && certFile === undefined
      ? [fault('caFile', 'expected certFile and keyFile beside it (or caKeyFile, to issue them here), came neither')]
      : []),
  ]
}
