import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CLAUSES, lint } from '../../cli/sparkplug/lint.ts'
import { edgesIn } from '../../cli/sparkplug/node-view.ts'
import { reportLines, reportValue } from '../../cli/sparkplug/report.ts'
import type { Heard, Said, TappedMessage, Timeline } from '../../cli/sparkplug/timeline.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { DATA_TYPE, decodePayload, encodePayload, type Metric, type Payload } from '../../platform/sparkplug.ts'
import { nodeDeath, rebirthCommand } from '../../platform/telemetry.ts'

const AT = UtcMs.parse(1_700_000_000_000)
const EDGE = { group: 'county', edge: 'pit' }

type Step = Said & { readonly payload?: Uint8Array }

const message = (topic: string, payload: Payload, qos = 0): TappedMessage => ({
  topic: `spBv1.0/county/${topic}`,
  payload: encodePayload(payload),
  ...{ qos, retain: false },
})
const says = (topic: string, payload: Payload): Step => ({ kind: 'publish', by: 'node', ...message(topic, payload) })

const power = (value: number): Metric => ({ alias: 1, timestamp: AT, value })
const bornPower: Metric = {
  ...{ name: 'power', alias: 1, timestamp: AT, datatype: DATA_TYPE.double, value: 1 },
  properties: { Quality: { type: DATA_TYPE.int32, value: 192 } },
}
const nodeBirth = (bdSeq: number): Payload => ({
  ...{ timestamp: AT, seq: 0 },
  metrics: [
    { name: 'bdSeq', timestamp: AT, datatype: DATA_TYPE.int64, value: bdSeq },
    { name: 'Node Control/Rebirth', timestamp: AT, datatype: DATA_TYPE.boolean, value: false },
  ],
})

/** One connection of a node that keeps every clause: births, data, a request for births, a lost device, a deliberate end. */
function connection(bdSeq: number): Step[] {
  const will = message('NDEATH/pit', nodeDeath(AT, bdSeq), 1)
  const birth = (seq: number) => says('DBIRTH/pit/meter', { timestamp: AT, seq, metrics: [bornPower] })
  const data = (seq: number, value: number) => says('DDATA/pit/meter', { timestamp: AT, seq, metrics: [power(value)] })
  return [
    { kind: 'connect', clientId: 'pit', version: 4, clean: true, sessionExpiryS: 0, will },
    { kind: 'connack', accepted: true },
    {
      kind: 'subscribe',
      filters: [
        { filter: 'spBv1.0/county/NCMD/pit', qos: 1 },
        { filter: 'spBv1.0/county/DCMD/pit/+', qos: 1 },
      ],
    },
    { kind: 'suback' },
    says('NBIRTH/pit', nodeBirth(bdSeq)),
    birth(1),
    data(2, 10 + bdSeq),
    { kind: 'publish', by: 'broker', ...message('NCMD/pit', rebirthCommand(AT)) },
    says('NBIRTH/pit', nodeBirth(bdSeq)),
    birth(1),
    data(2, 20 + bdSeq),
    says('DDEATH/pit/meter', { timestamp: AT, seq: 3, metrics: [] }),
    { kind: 'publish', by: 'node', ...will },
    { kind: 'disconnect', reason: 0 },
    { kind: 'end' },
  ]
}

function timelineOf(connections: readonly (readonly Step[])[]): Timeline {
  const heard: Heard[] = []
  for (const [at, steps] of connections.entries()) {
    for (const said of steps) {
      const index = heard.length + 1
      heard.push({ index, atMs: index * 1_000, connection: at + 1, said })
    }
  }
  return { tap: 'wire', beganAt: AT, heard, lastedMs: 60_000 }
}

const failures = (steps: readonly Step[]) =>
  lint(timelineOf([steps, connection(1)]), EDGE)
    .filter(({ outcome }) => outcome.is === 'failed')
    .map(({ id }) => id)

/** The connection with one step changed; `of` names the first step whose topic has it, or whose kind it is. */
function changed(of: string, change: (step: Step) => readonly Step[]): Step[] {
  const steps = connection(0)
  const at = steps.findIndex((step) => step.kind === of || (step.kind === 'publish' && step.topic.includes(of)))
  return steps.flatMap((step, place) => (place === at ? change(step) : [step]))
}

/** Another payload, topic or flags for a message of the node. */
function said(step: Step, how: Partial<TappedMessage> & { readonly with?: (payload: Payload) => Payload }): Step[] {
  if (step.kind !== 'publish') throw new TypeError('expected a message')
  const { with: edit, ...flags } = how
  const payload = edit === undefined ? step.payload : encodePayload(edit(decodePayload(step.payload)))
  return [{ ...step, payload, ...flags }]
}
const metrics = (edit: (metric: Metric) => Metric) => (payload: Payload) => ({
  ...payload,
  metrics: payload.metrics.map(edit),
})

const MUTATIONS: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  ['a will at QoS 0', changed('connect', willOf({ qos: 0 })), ['payloads-ndeath-will-message-qos']],
  ['a retained will', changed('connect', willOf({ retain: true })), ['payloads-ndeath-will-message-retain']],
  [
    'no will',
    changed('connect', (step) => [{ ...step, will: null } as Step]),
    ['payloads-ndeath-will-message', 'topics-nbirth-bdseq-matching'],
  ],
  [
    'a session that is kept',
    changed('connect', (step) => [{ ...step, clean: false } as Step]),
    ['principles-persistence-clean-session-311'],
  ],
  [
    'no subscription to commands',
    changed('subscribe', () => []),
    ['message-flow-edge-node-ncmd-subscribe', 'message-flow-device-dcmd-subscribe'],
  ],
  ['a birth before CONNACK', swapped('connack', 'NBIRTH'), ['message-flow-edge-node-birth-publish-connect']],
  [
    'a birth at QoS 1',
    changed('NBIRTH', (step) => said(step, { qos: 1 })),
    ['payloads-nbirth-qos', 'topics-nbirth-mqtt'],
  ],
  [
    'a retained birth',
    changed('DBIRTH', (step) => said(step, { retain: true })),
    ['payloads-dbirth-retain', 'topics-dbirth-mqtt'],
  ],
  [
    'a birth that begins with 5',
    changed('NBIRTH', (step) => said(step, { with: (payload) => ({ ...payload, seq: 5 }) })),
    ['payloads-nbirth-seq', 'topics-dbirth-seq'],
  ],
  [
    'a birth with the bdSeq of another will',
    changed('NBIRTH', (step) => said(step, { with: () => nodeBirth(7) })),
    ['topics-nbirth-bdseq-matching', 'payloads-nbirth-bdseq-repeat'],
  ],
  [
    'no Rebirth metric',
    changed('NBIRTH', (step) =>
      said(step, { with: (payload) => ({ ...payload, metrics: payload.metrics.slice(0, 1) }) }),
    ),
    ['payloads-nbirth-rebirth-req', 'operational-behavior-data-commands-rebirth-name'],
  ],
  [
    'an alias of Rebirth',
    changed('NBIRTH', (step) => said(step, { with: metrics((metric) => ({ ...metric, alias: 9 })) })),
    ['operational-behavior-data-commands-rebirth-name-aliases'],
  ],
  [
    'a birth without datatypes',
    changed('DBIRTH', (step) => said(step, { with: metrics(({ datatype: _gone, ...metric }) => metric) })),
    ['payloads-metric-datatype-req', 'topics-dbirth-metrics'],
  ],
  [
    'an alias given twice',
    changed('DBIRTH', (step) =>
      said(step, { with: (payload) => ({ ...payload, metrics: [bornPower, { ...bornPower, name: 'other' }] }) }),
    ),
    ['payloads-alias-uniqueness'],
  ],
  [
    'a quality that is none',
    changed('DBIRTH', (step) =>
      said(step, {
        with: metrics((metric) => ({ ...metric, properties: { Quality: { type: DATA_TYPE.int32, value: 7 } } })),
      }),
    ),
    ['payloads-propertyset-quality-value-value'],
  ],
  [
    'a quality of another type',
    changed('DBIRTH', (step) =>
      said(step, {
        with: metrics((metric) => ({ ...metric, properties: { Quality: { type: DATA_TYPE.int64, value: 192 } } })),
      }),
    ),
    ['payloads-propertyset-quality-value-type'],
  ],
  [
    'data with names beside aliases',
    changed('DDATA', (step) => said(step, { with: metrics((metric) => ({ ...metric, name: 'power' })) })),
    ['payloads-alias-data-cmd-requirement'],
  ],
  [
    'data without times',
    changed('DDATA', (step) => said(step, { with: metrics(({ timestamp: _gone, ...metric }) => metric) })),
    ['payloads-name-birth-data-requirement'],
  ],
  [
    'data of a metric that was not born',
    changed('DDATA', (step) => said(step, { with: metrics((metric) => ({ ...metric, alias: 44 })) })),
    ['topics-dbirth-metric-reqs'],
  ],
  [
    'values out of the order of their times',
    changed('DDATA', (step) =>
      said(step, { with: (payload) => ({ ...payload, metrics: [power(1), { ...power(2), timestamp: AT - 1 }] }) }),
    ),
    ['operational-behavior-data-publish-dbirth-order'],
  ],
  [
    'a number left out',
    changed('DDATA', (step) => said(step, { with: (payload) => ({ ...payload, seq: 3 }) })),
    ['payloads-ddata-seq-inc', 'payloads-sequence-num-incrementing'],
  ],
  [
    'data without a number',
    changed('DDATA', (step) => said(step, { with: ({ seq: _gone, ...payload }) => payload })),
    ['payloads-ddata-seq', 'payloads-sequence-num-always-included'],
  ],
  [
    'a time of the year 1970',
    changed('DDATA', (step) => said(step, { with: (payload) => ({ ...payload, timestamp: 5_000 }) })),
    ['payloads-ddata-timestamp', 'payloads-timestamp-in-UTC'],
  ],
  [
    'data before the birth',
    swapped('NBIRTH', 'DDATA'),
    ['payloads-ddata-order', 'principles-birth-certificates-order'],
  ],
  [
    'data of a node on a device level',
    changed('DDATA', (step) => said(step, { topic: 'spBv1.0/county/NDATA/pit/meter' })),
    ['topic-structure', 'topics-ndata-topic'],
  ],
  [
    'no births on request',
    requestIgnored(),
    ['operational-behavior-data-commands-rebirth-action-1', 'operational-behavior-data-commands-rebirth-action-2'],
  ],
  ['data of a device that is dead', swapped('DDEATH', 'DDATA'), ['operational-behavior-device-ddeath']],
  [
    'a DISCONNECT without a word',
    withoutDeath(),
    [
      'operational-behavior-edge-node-intentional-disconnect-ndeath',
      'payloads-ndeath-will-message-publisher-disconnect-mqtt311',
    ],
  ],
  [
    'a death with a number',
    changed('NDEATH', (step) => said(step, { with: (payload) => ({ ...payload, seq: 4 }) })),
    ['payloads-ndeath-seq'],
  ],
  [
    'a death with more than bdSeq',
    changed('NDEATH', (step) =>
      said(step, { with: (payload) => ({ ...payload, metrics: [...payload.metrics, power(1)] }) }),
    ),
    ['topics-ndeath-payload'],
  ],
  [
    'a payload that is none',
    changed('DBIRTH', (step) => said(step, { payload: Buffer.from('hello') })),
    ['message-flow-device-birth-publish-dbirth-payload'],
  ],
]

function willOf(how: Partial<TappedMessage>) {
  return (step: Step): Step[] =>
    step.kind === 'connect' && step.will !== null ? [{ ...step, will: { ...step.will, ...how } }] : [step]
}

/** The first step that is named second is said before the first that is named first. */
function swapped(first: string, second: string): Step[] {
  const steps = connection(0)
  const place = (of: string) =>
    steps.findLastIndex(
      (step) => step.kind === of || (step.kind === 'publish' && step.topic.includes(of) && step.by === 'node'),
    )
  const from =
    first === 'DDEATH'
      ? place(second)
      : steps.findIndex((step) => step.kind === 'publish' && step.topic.includes(second))
  const [moved] = steps.splice(from, 1)
  const to = steps.findIndex((step) => step.kind === first || (step.kind === 'publish' && step.topic.includes(first)))
  if (moved !== undefined) steps.splice(first === 'DDEATH' ? to + 1 : to, 0, moved)
  return steps
}

function requestIgnored(): Step[] {
  const steps = connection(0)
  const asked = steps.findIndex((step) => step.kind === 'publish' && step.by === 'broker')
  return [...steps.slice(0, asked + 1), ...Array.from({ length: 12 }, () => steps[6]!), ...steps.slice(-3)]
}

function withoutDeath(): Step[] {
  return connection(0).filter((step) => step.kind !== 'publish' || !step.topic.includes('NDEATH'))
}

describe('the conformance lint', () => {
  it('finds nothing wrong with a node that keeps every clause', () => {
    expect(failures(connection(0))).toEqual([])
  })

  it.each(MUTATIONS)('sees %s', (_what, steps, broken) => {
    expect(failures(steps)).toEqual(expect.arrayContaining([...broken]))
  })

  it('sees a bdSeq that does not count', () => {
    const verdicts = lint(timelineOf([connection(0), connection(2)]), EDGE)
    const verdict = verdicts.find(({ id }) => id === 'topics-nbirth-bdseq-increment')
    expect(verdict?.outcome).toMatchObject({ is: 'failed', faults: [{ what: 'bdSeq 2 after 0' }] })
  })

  it('names the packet that shows a fault', () => {
    const verdicts = lint(timelineOf([changed('NBIRTH', (step) => said(step, { qos: 1 }))]), EDGE)
    const verdict = verdicts.find(({ id }) => id === 'payloads-nbirth-qos')
    expect(verdict?.outcome).toMatchObject({ is: 'failed', cases: 2, broken: 1, faults: [{ index: 5, what: 'QoS 1' }] })
  })

  it('says of a subscriber that it cannot see the wire, and judges what it can', () => {
    const verdicts = lint({ ...timelineOf([connection(0)]), tap: 'subscriber' }, EDGE)
    const of = (id: string) => verdicts.find((verdict) => verdict.id === id)?.outcome
    expect(of('payloads-ndeath-will-message')).toEqual({ is: 'not-seen', reason: 'no-wire' })
    expect(of('payloads-nbirth-qos')).toEqual({ is: 'not-seen', reason: 'no-wire' })
    expect(of('payloads-nbirth-seq')).toMatchObject({ is: 'passed' })
    expect(verdicts.filter(({ outcome }) => outcome.is === 'failed')).toEqual([])
  })

  it('has a verdict on every clause whatever was heard, and never throws', () => {
    const steps = connection(0)
    const anyStep = fc.oneof(
      fc.constantFrom(...steps),
      fc.record({
        ...{ kind: fc.constant('publish' as const), by: fc.constantFrom('node' as const, 'broker' as const) },
        topic: fc.constantFrom(
          'spBv1.0/county/NBIRTH/pit',
          'spBv1.0/county/DDATA/pit/meter',
          'spBv1.0/STATE/x',
          'spBv1.0/a',
          '',
        ),
        ...{ payload: fc.uint8Array({ maxLength: 40 }), qos: fc.nat(2), retain: fc.boolean() },
      }),
    )
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (some) => {
        const timeline = timelineOf([some, some.slice(3)])
        for (const edge of [EDGE, ...edgesIn(timeline)]) expect(lint(timeline, edge)).toHaveLength(CLAUSES.length)
      }),
    )
  })

  it('reports in Chinese, in English and as a value', () => {
    const report = { ...EDGE, verdicts: lint(timelineOf([changed('NBIRTH', (step) => said(step, { qos: 1 }))]), EDGE) }
    expect(reportLines(report, 'en').join('\n')).toMatch(
      /FAILED +tck-id-payloads-nbirth-qos +1 of 2, such as packet 5 QoS 1/,
    )
    expect(reportLines(report, 'zh-CN').join('\n')).toMatch(/tck-id-payloads-nbirth-qos +2 处中 1 处/)
    expect(reportValue(report)).toMatchObject({ group: 'county', edge: 'pit', counts: { failed: 3 } })
  })
})
