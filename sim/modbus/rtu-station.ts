import type { LineSettings } from '../../core/contract/device-profile.ts'
import { crc, rtu } from './framing.ts'
import { answerOf, type Station } from './pdu.ts'
import type { LineStation } from './virtual-line.ts'

/** The unit id every station listens to and none answers. (MODBUS over Serial Line V1.02 §2.1) */
const BROADCAST = 0

/** A Modbus RTU device on a line of bytes. A frame that is not whole, or another unit's, is met with silence. */
export function rtuStation(station: Station, settings: LineSettings, latencyMs: number): LineStation {
  return {
    settings,
    latencyMs,
    answer: (frame) => {
      const unit = frame[0] ?? 0
      if (frame.length < 4 || crc(frame) !== 0 || (unit !== station.unit && unit !== BROADCAST)) return null
      const answer = answerOf(station, frame.slice(1, -2))
      return unit === BROADCAST ? null : rtu(unit, answer)
    },
  }
}
