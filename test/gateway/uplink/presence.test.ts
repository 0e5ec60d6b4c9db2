import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReasonCode } from '../../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { Attendance } from '../../../gateway/uplink/attendance.ts'
import { HOST_UNKNOWN, hostHeard } from '../../../gateway/uplink/host-watch.ts'
import { readHostState } from '../../../platform/host-state.ts'
import { powerAt } from './county.ts'

const bad = (reason: ReasonCode) => ({ ...powerAt(0, 0), value: null, quality: 'bad' as const, reason })
const at = (ms: number) => MonoMs.parse(ms)

describe('the attendance of devices', () => {
  it('takes one for gone that was not heard for long, and for back with the first answer of any kind', () => {
    const attendance = new Attendance(60_000)
    expect(attendance.isGone('meter', at(1e9))).toBe(false)
    attendance.note('meter', [bad('timeout')], at(1_000))
    attendance.note('meter', [bad('link-down'), bad('timeout')], at(50_000))
    attendance.note('meter', [], at(55_000))
    expect(attendance.isGone('meter', at(60_999))).toBe(false)
    expect(attendance.isGone('meter', at(61_000))).toBe(true)
    expect(attendance.isGone('pump', at(61_000))).toBe(false)
    attendance.note('meter', [bad('timeout'), bad('exception')], at(70_000))
    expect(attendance.isGone('meter', at(1e9))).toBe(false)
  })
})

describe('what is known of the primary host', () => {
  it('never goes back to an older word [tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp] [tck-id-operational-behavior-edge-node-termination-host-offline-timestamp]', () => {
    const state = fc.record({ online: fc.boolean(), timestamp: fc.nat(50).map((ms) => UtcMs.parse(ms)) })
    fc.assert(
      fc.property(fc.array(state, { minLength: 1 }), (states) => {
        const known = states.reduce(hostHeard, HOST_UNKNOWN)
        const newest = Math.max(...states.map(({ timestamp }) => timestamp))
        expect(known.timestamp).toBe(newest)
        expect(known.isOnline).toBe(states.findLast(({ timestamp }) => timestamp === newest)?.online)
      }),
    )
  })

  it('is read from JSON with online and timestamp, and nothing else [tck-id-host-topic-phid-birth-payload]', () => {
    const read = (text: string) => readHostState(Buffer.from(text))
    expect(read('{"online":true,"timestamp":5,"more":1}')).toEqual({ online: true, timestamp: 5 })
    for (const text of [
      '',
      'ONLINE',
      '{"online":1,"timestamp":5}',
      '{"online":true}',
      '{"online":true,"timestamp":-1}',
    ])
      expect(() => read(text)).toThrow(/STATE/)
  })
})
