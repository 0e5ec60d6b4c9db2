import { crc } from './framing.ts'

/** Function codes that change something in a device: 5, 6, 15, 16, write file record, mask write, read-write. (MODBUS Application Protocol V1.1b3 §6) */
const WRITING_FUNCTIONS = new Set([5, 6, 15, 16, 21, 22, 23])

/** Control codes that change something in a meter: clock, write, address, freeze, rate, password, three clearings, relay. (DL/T 645-2007 §7) */
const WRITING_CONTROLS = new Set([0x08, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c])

/** Whether a frame on a line of bytes asks a device to change something, in Modbus RTU or in DL/T 645. */
export function isWrite(frame: Uint8Array): boolean {
  if (frame.length >= 4 && crc(frame) === 0) return WRITING_FUNCTIONS.has(frame[1] ?? 0)
  const start = frame.findIndex((byte) => byte !== 0xfe)
  return frame[start] === 0x68 && frame[start + 7] === 0x68 && WRITING_CONTROLS.has(frame[start + 8] ?? 0)
}
