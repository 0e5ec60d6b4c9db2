import type { Clock } from '../../platform/clock.ts'
import { crc, rtuFramed } from './framing.ts'
import type { Hostile } from './hostile.ts'
import type { Disturb } from './virtual-line.ts'

/** A line on which `hostile` deals with what its Modbus devices answer. Other protocols pass as they are. */
export function hostileLine(hostile: Hostile, clock: Clock): Disturb {
  return (frame, answers) => {
    if (frame.length < 4 || crc(frame) !== 0) return answers
    const request = rtuFramed(frame[0] ?? 0, frame.slice(1, -2))
    const now = clock.mono()
    return answers.flatMap((answer) => {
      const { sendings } = hostile.act(request, answer.bytes.slice(1, -2), { now, latencyMs: answer.afterMs })
      return sendings.map((sending) => ({ afterMs: sending.afterMs, bytes: sending.bytes() }))
    })
  }
}
