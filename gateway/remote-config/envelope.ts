import { type ConfigReason, SiteConfig } from '../../core/contract/config-lane.ts'
import type { GatewayConfig } from '../../core/contract/site.ts'
import { messageOf } from '../../core/kit/errors.ts'
import { hashOfContent, signedPart } from '../../platform/site-config.ts'

/** Whether the control room has signed this, by the authority the gateway was enrolled with. */
export type VerifyConfig = (signed: object, signature: string) => boolean

/** What an envelope is held against. */
export interface Expected {
  readonly siteId: string
  readonly accepts: GatewayConfig['remoteConfig']
  /** null where the gateway has no identity. */
  readonly verify: VerifyConfig | null
}

/** What came: a configuration from the control room, or why it is none. */
export type Opened =
  | { readonly kind: 'genuine'; readonly config: SiteConfig }
  | {
      readonly kind: 'refused'
      readonly config: SiteConfig | null
      readonly reason: ConfigReason
      readonly fault: string
    }

/** Larger ones are refused unread, in bytes. */
const MOST_BYTES = 4 << 20

/** Opens what came on the lane `config`. What is in it is not looked at yet. */
export function openEnvelope(payload: Uint8Array, { siteId, accepts, verify }: Expected): Opened {
  const config = parsed(payload)
  if (typeof config === 'string') return { kind: 'refused', config: null, reason: 'malformed', fault: config }
  const refuse = (reason: ConfigReason, fault: string): Opened => ({ kind: 'refused', config, reason, fault })
  if (accepts === 'off') return refuse('off', "remoteConfig is off in this gateway's own file")
  if (config.siteId !== siteId)
    return refuse('other-site', `expected a configuration of ${siteId}, came one of ${config.siteId}`)
  if (hashOfContent(config) !== config.sha256) return refuse('malformed', 'expected a text that fits its hash')
  if (verify === null) {
    if (accepts === 'unsigned') return { kind: 'genuine', config }
    return refuse(
      'signature',
      'expected a gateway that was enrolled (pitwatch enrol), or remoteConfig: unsigned in its file',
    )
  }
  if (config.signature === null) return refuse('signature', 'expected a signature of the control room, came none')
  if (!isSigned(config, config.signature, verify))
    return refuse('signature', 'expected a signature of the control room, came another')
  return { kind: 'genuine', config }
}

/** The configuration, or what is wrong with it. */
function parsed(payload: Uint8Array): SiteConfig | string {
  if (payload.length > MOST_BYTES) return `expected at most ${MOST_BYTES} bytes, came ${payload.length}`
  try {
    return SiteConfig.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
  } catch (error) {
    return messageOf(error).slice(0, 1_000)
  }
}

function isSigned(config: SiteConfig, signature: string, verify: VerifyConfig): boolean {
  try {
    return verify(signedPart(config), signature)
  } catch {
    // What cannot even be checked is no signature.
    return false
  }
}
