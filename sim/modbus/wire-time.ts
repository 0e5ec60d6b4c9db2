/** Bits of a character on an RTU line: start, eight data bits, parity or a second stop bit, stop. (MODBUS over Serial Line V1.02 §2.5.1) */
const CHARACTER_BITS = 11
/** Above this the silence is a fixed time. (MODBUS over Serial Line V1.02 §2.5.1.1) */
const FAST_BAUD = 19_200
const FAST_SILENCE_MS = 1.75

/** Time that `bytes` take on a line, in ms. */
export function bytesMs(bytes: number, baud: number): number {
  return (bytes * CHARACTER_BITS * 1_000) / baud
}

/** t3.5, the silence that ends a frame, in ms. (MODBUS over Serial Line V1.02 §2.5.1.1) */
export function silenceMs(baud: number): number {
  return baud > FAST_BAUD ? FAST_SILENCE_MS : bytesMs(3.5, baud)
}
