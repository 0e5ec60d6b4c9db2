import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import type { CameraTarget } from '../../../core/contract/evidence.ts'

/** One message of a camera's event stream. */
export interface CameraMessage {
  /** The maker's event name in lower case: firmwares differ in their capitals. */
  readonly event: string
  readonly state: 'active' | 'inactive'
  readonly target: CameraTarget
  /** Null when the camera does not say; single cameras often leave it empty. */
  readonly channel: number | null
}

// Values stay text (a channel named 007 is no number) and entities stay as they are: a camera is not trusted to expand them.
const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: true,
})

const Text = z.string().optional().catch(undefined)
const Alert = z.object({
  EventNotificationAlert: z.looseObject({
    eventType: z
      .string()
      .min(1)
      .max(64)
      .transform((name) => name.toLowerCase()),
    eventState: Text,
    channelID: Text,
    dynChannelID: Text,
  }),
})

/**
 * The message an `EventNotificationAlert` says, or null for anything else (other XML, broken XML, JSON).
 * An event without a state counts as active. (ISAPI event stream; docs/devices.md)
 */
export function decodeAlert(body: Uint8Array): CameraMessage | null {
  const parsed = Alert.safeParse(parseXml(new TextDecoder().decode(body)))
  if (!parsed.success) return null
  const alert = parsed.data.EventNotificationAlert
  return {
    event: alert.eventType,
    state: alert.eventState?.toLowerCase() === 'inactive' ? 'inactive' : 'active',
    target: targetOf(alert),
    channel: channelOf(alert.channelID) ?? channelOf(alert.dynChannelID),
  }
}

/** A message that was cut off is no message: the parser would guess its end. */
const WHOLE = /<\/(?:[\w-]+:)?EventNotificationAlert\s*>\s*$/

function parseXml(text: string): unknown {
  if (!WHOLE.test(text)) return null
  try {
    const parsed: unknown = parser.parse(text)
    return parsed
  } catch {
    return null
  }
}

function channelOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : null
}

/** What was seen: a person wins over a vehicle, whichever region it stands in. */
function targetOf(alert: unknown): CameraTarget {
  const named = new Set(detectionTargets(alert))
  if (named.has('human')) return 'human'
  return named.has('vehicle') ? 'vehicle' : 'unknown'
}

/** Every `detectionTarget` in the message: it stands in each region's entry or, in some firmwares, beside them. */
function detectionTargets(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(detectionTargets)
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, child]: [string, unknown]) =>
    name === 'detectionTarget' && typeof child === 'string' ? [child.toLowerCase()] : detectionTargets(child),
  )
}
