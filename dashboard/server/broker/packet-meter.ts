/** Watches a stream of MQTT control packets and says when one announces more bytes than allowed. */
export interface PacketMeter {
  /** Takes the next bytes; false as soon as a packet is announced that is too large, or its length is malformed. */
  feed(bytes: Uint8Array): boolean
  /** From now on packets up to `most` bytes (without fixed header) are let through. */
  allow(most: number): void
}

/** Weight of the fourth length byte, behind which none may follow. */
const LAST_WEIGHT = 128 ** 3

/**
 * The parser behind the broker collects a packet of up to 256 MB before anybody is asked, so the length is read here,
 * from the fixed header, as it goes by. (MQTT 3.1.1 §2.2.3)
 */
export function openPacketMeter(most: number): PacketMeter {
  let limit = most
  let body = 0
  let length = 0
  let weight = 0 // 0 = the next byte is a packet's first

  const header = (byte: number): boolean => {
    if (weight === 0) {
      length = 0
      weight = 1
      return true
    }
    length += (byte & 0x7f) * weight
    if (length > limit || (weight === LAST_WEIGHT && byte >= 0x80)) return false
    weight *= 128
    if (byte < 0x80) {
      body = length
      weight = 0
    }
    return true
  }

  return {
    feed: (bytes) => {
      let at = 0
      while (at < bytes.length) {
        if (body > 0) {
          const skipped = Math.min(body, bytes.length - at)
          body -= skipped
          at += skipped
          continue
        }
        if (!header(bytes[at++] ?? 0)) return false
      }
      return true
    },
    allow: (next) => {
      limit = next
    },
  }
}
