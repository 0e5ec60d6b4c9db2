import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import {
  eventLine,
  formatRecording,
  headerOf,
  joinRecordings,
  parseRecording,
  type Recording,
  type RecordedEvent,
} from '../../../core/decode/bus-recording.ts'
import { isHouseError } from '../../../core/kit/errors.ts'

const BUS = Bus.parse({
  id: 'line-1',
  kind: 'rtu',
  path: '/dev/ttyUSB0',
  baud: 9_600,
  parity: 'even',
  timeout: '500ms',
})
const HEADER = headerOf(BUS, UtcMs.parse(1_735_689_600_000))
const TEXT = [
  'pitwatch-bus-recording 1 {"bus":"line-1","kind":"rtu","line":{"baud":9600,"parity":"even","stopBits":1},"timeoutMs":500,"startedAt":1735689600000}',
  '0 opened',
  '1200 out 0104003400023005',
  '32050 in 0104044640E6662552',
  '60000 lost',
  '',
].join('\n')

const events = fc
  .array(
    fc.record({
      kind: fc.constantFrom('out', 'in', 'opened', 'lost'),
      afterUs: fc.integer({ min: 0, max: 10_000_000 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    }),
  )
  .map((drafts): RecordedEvent[] => {
    let atUs = 0
    return drafts.map(({ kind, afterUs, bytes }) => {
      atUs += afterUs
      return { kind, atUs, bytes: kind === 'out' || kind === 'in' ? bytes : new Uint8Array() }
    })
  })

describe('a bus recording', () => {
  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(events, (recorded) => {
        const recording: Recording = { header: HEADER, events: recorded }
        expect(parseRecording(formatRecording(recording), 'a.rec')).toEqual(recording)
      }),
    )
  })

  it('looks as the document says', () => {
    const { header, events: recorded } = parseRecording(TEXT, 'a.rec')
    expect(header).toEqual(HEADER)
    expect(recorded.map(({ kind, atUs, bytes }) => [kind, atUs, bytes.length])).toEqual([
      ['opened', 0, 0],
      ['out', 1_200, 8],
      ['in', 32_050, 9],
      ['lost', 60_000, 0],
    ])
    expect(formatRecording({ header, events: recorded })).toBe(TEXT)
  })

  it('may end in the middle of a line, wherever that is', () => {
    const whole = parseRecording(TEXT, 'a.rec').events
    for (let end = TEXT.indexOf('\n') + 1; end <= TEXT.length; end++) {
      const left = parseRecording(TEXT.slice(0, end), 'a.rec').events
      expect(left).toEqual(whole.slice(0, left.length))
      expect(left.length).toBe(TEXT.slice(0, end).split('\n').length - 2)
    }
  })

  it('names the line of a fault', () => {
    const fault = (text: string) => {
      try {
        parseRecording(text, 'a.rec')
        return null
      } catch (error) {
        return isHouseError(error, 'config/invalid') ? error.message : error
      }
    }
    expect(fault(TEXT.replace('32050 in 01', '32050 in 0X'))).toMatch(/^a\.rec:4: expected µs, out\|in\|opened\|lost/)
    expect(fault(TEXT.replace('32050', '1199'))).toBe('a.rec:4: expected a time from 1200 µs on, came 1199')
    expect(fault(TEXT.replace('60000 lost', '60000 lost 01'))).toMatch(/^a\.rec:5: /)
    expect(fault(TEXT.replace('1200 out 0104003400023005', '1200 out'))).toMatch(/^a\.rec:3: /)
    expect(fault(TEXT.replace('recording 1', 'recording 2'))).toBe('a.rec:1: expected format 1, came 2')
    expect(fault(TEXT.replace('"timeoutMs":500', '"timeoutMs":"soon"'))).toMatch(/^a\.rec:1: .*timeoutMs/)
    expect(fault('')).toMatch(/^a\.rec:1: /)
    expect(fault('0 opened\n')).toMatch(/^a\.rec:1: expected "pitwatch-bus-recording 1"/)
  })

  it('never breaks on anything else than a HouseError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (noise, behind) => {
        try {
          parseRecording(behind ? TEXT + noise + '\n' : noise, 'a.rec')
        } catch (error) {
          expect(isHouseError(error, 'config/invalid')).toBe(true)
        }
      }),
    )
  })

  it('follows an older one at the time it was made, also when the wall clock was set back', () => {
    const older = parseRecording(TEXT, 'a.rec')
    const newer = (startedAt: number) => ({ ...older, header: { ...HEADER, startedAt: UtcMs.parse(startedAt) } })
    const times = (recording: Recording) => joinRecordings(older, recording).events.map(({ atUs }) => atUs)
    expect(times(newer(HEADER.startedAt + 100)).slice(4)).toEqual([100_000, 101_200, 132_050, 160_000])
    expect(times(newer(HEADER.startedAt - 5_000)).slice(4)).toEqual([60_000, 61_200, 92_050, 120_000])
  })

  it('writes an event without bytes as its kind alone', () => {
    expect(eventLine({ kind: 'lost', atUs: 7, bytes: new Uint8Array() })).toBe('7 lost\n')
  })
})
