import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { controlRoomFilters, SPARKPLUG_TYPES, type Topic, topicOf, topicText } from '../../../core/contract/topics.ts'

const id = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}$/)
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/)
const topic: fc.Arbitrary<Topic> = fc.oneof(
  fc.record({
    kind: fc.constant('sparkplug-node' as const),
    type: fc.constantFrom('NBIRTH' as const, 'NDATA' as const, 'NDEATH' as const, 'NCMD' as const),
    group: id,
    site: id,
  }),
  fc.record({
    kind: fc.constant('sparkplug-device' as const),
    type: fc.constantFrom('DBIRTH' as const, 'DDATA' as const, 'DDEATH' as const, 'DCMD' as const),
    group: id,
    site: id,
    device: id,
  }),
  fc.record({ kind: fc.constantFrom('alarm' as const, 'receipt' as const, 'health' as const), group: id, site: id }),
  fc.record({ kind: fc.constant('command' as const), group: id, site: id, command: id }),
  fc.record({ kind: fc.constant('evidence' as const), group: id, site: id, sha256 }),
)

/** MQTT filter matching by its definition. (MQTT 3.1.1 §4.7) */
function matches(filter: string, text: string): boolean {
  const wanted = filter.split('/')
  const levels = text.split('/')
  return wanted.length === levels.length && wanted.every((level, index) => level === '+' || level === levels[index])
}

describe('topics', () => {
  it('come back from their text as they went in', () => {
    fc.assert(
      fc.property(topic, (one) => {
        expect(topicOf(topicText(one))).toEqual(one)
      }),
    )
  })

  it('have one text: what is read from a text gives that text again', () => {
    const level = fc.oneof(
      id,
      sha256,
      fc.constantFrom(...SPARKPLUG_TYPES, 'spBv1.0', 'pitwatch', 'v1', 'alarm', 'evidence', '+', '#', ''),
    )
    fc.assert(
      fc.property(fc.array(level, { maxLength: 7 }), (levels) => {
        const text = levels.join('/')
        const read = topicOf(text)
        if (read !== null) expect(topicText(read)).toBe(text)
      }),
    )
  })

  it.each([
    ['spBv1.0/county/DDATA/east-pit/feeder-meter', 'sparkplug-device'],
    ['spBv1.0/county/NBIRTH/east-pit', 'sparkplug-node'],
    ['pitwatch/v1/county/east-pit/alarm', 'alarm'],
    [`pitwatch/v1/county/east-pit/evidence/${'0a'.repeat(32)}`, 'evidence'],
  ])('read %s', (text, kind) => {
    expect(topicOf(text)?.kind).toBe(kind)
  })

  it.each([
    'spBv1.0/county/DDATA/east-pit',
    'spBv1.0/county/NDATA/east-pit/feeder-meter',
    'spBv1.0/county/STATE/east-pit',
    'spBv1.0/county/DDATA/east-pit/+',
    'pitwatch/v2/county/east-pit/alarm',
    'pitwatch/v1/county/east-pit/alarm/more',
    'pitwatch/v1/county/East Pit/alarm',
    'pitwatch/v1/county/east-pit/evidence/short',
    '$SYS/broker/uptime',
    '',
  ])('do not read %s as one of ours', (text) => {
    expect(topicOf(text)).toBeNull()
  })

  it('that gateways send are all heard by the control room, and what it sends itself is not', () => {
    const fromControlRoom = new Set(['NCMD', 'DCMD', 'receipt'])
    fc.assert(
      fc.property(topic, fc.boolean(), (one, all) => {
        const filters = controlRoomFilters(all ? '+' : one.group)
        const isHeard = filters.some((filter) => matches(filter, topicText(one)))
        expect(isHeard).toBe(!fromControlRoom.has('type' in one ? one.type : one.kind))
      }),
    )
  })
})
