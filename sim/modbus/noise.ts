import type { Chance } from '../../platform/clock.ts'

const MOST_NOISE_BYTES = 8
/** Errors of up to three bits, and bursts of up to 16, are what a CRC-16 finds without exception. */
const MOST_SINGLE_BITS = 3
const BURST_BITS = 16
/** Bytes of a Modbus/TCP message in which a flip is always seen: the protocol id. Nothing guards the others. */
const PROTOCOL_ID = { start: 2, bytes: 2 }

/** 1–8 bytes out of nowhere. */
export function noiseBytes(chance: Chance): Uint8Array {
  return Uint8Array.from({ length: 1 + Math.floor(chance() * MOST_NOISE_BYTES) }, () => Math.floor(chance() * 256))
}

/** The frame without its end; at least one byte is left and one is missing. */
export function without(frame: Uint8Array, chance: Chance): Uint8Array {
  return frame.slice(0, 1 + Math.floor(chance() * (frame.length - 1)))
}

/** The frame with 1–3 bits or one burst of at most 16 flipped, where the framing can see it. */
export function flipped(frame: Uint8Array, isTcp: boolean, chance: Chance): Uint8Array {
  const spoiled = frame.slice()
  const first = isTcp ? PROTOCOL_ID.start * 8 : 0
  const bits = (isTcp ? PROTOCOL_ID.bytes : frame.length) * 8
  const flip = (bit: number) => {
    const at = (first + bit) >> 3
    // Least significant bit first: as it stands on the wire, a burst is a burst only in that order.
    spoiled[at] = (spoiled[at] ?? 0) ^ (1 << (bit & 7))
  }
  if (chance() < 0.5) {
    const wanted = 1 + Math.floor(chance() * MOST_SINGLE_BITS)
    const flips = new Set<number>()
    while (flips.size < wanted) flips.add(Math.floor(chance() * bits))
    for (const bit of flips) flip(bit)
  } else {
    const start = Math.floor(chance() * (bits - BURST_BITS + 1))
    flip(start)
    for (let bit = 1; bit < BURST_BITS; bit++) if (chance() < 0.5) flip(start + bit)
  }
  return spoiled
}
