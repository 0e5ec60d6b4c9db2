import { Alarm, type AlarmState } from '../../../core/contract/alarm.ts'
import { NoticeMessage, type NoticeState } from '../../../core/contract/notice.ts'
import { NIGHT, WINCH_FROM } from './county.ts'
import type { ScriptedPicture } from './picture.ts'

/** A scripted alarm with what matters filled in and the rest plain. */
export function alarmWith(parts: Partial<Record<keyof Alarm, unknown>> & { id: string; site: string }): Alarm {
  const raisedAt = Number(parts.raisedAt ?? NIGHT - 60_000)
  return Alarm.parse({
    number: numberOf(parts.id),
    rule: 'scripted',
    ruleType: 'high-limit',
    point: 'feeder-meter/active-power',
    priority: 'yellow',
    state: 'unacked' satisfies AlarmState,
    raisedAt,
    receivedAt: raisedAt + 900,
    returnedAt: null,
    closedAt: null,
    activations: [{ occurrence: parts.id, from: raisedAt, to: null }],
    explanation: {
      key: 'high-limit.raised',
      values: { quantity: 'power', value: 4_200, limit: 3_000, since: raisedAt, heldS: 30 },
    },
    readings: [],
    evidence: [],
    acknowledgement: null,
    latched: false,
    late: false,
    ruleVersion: null,
    returnRuleVersion: null,
    sampledAt: null,
    storedAt: null,
    suppressions: [],
    held: 0,
    reAlarmAt: null,
    assignee: null,
    findings: [],
    chattering: false,
    quality: 'good',
    ladder: null,
    notes: [],
    notices: [],
    version: 1,
    ...parts,
  })
}

/** A message that belongs to no alarm. */
export function memo(notice: string, rest: Partial<Record<keyof NoticeMessage, unknown>> = {}): NoticeMessage {
  return NoticeMessage.parse({
    ...{ notice, kind: 'memo', to: 'operator', language: 'zh-CN', priority: 'yellow' },
    ...{
      site: { 'zh-CN': '监控中心', en: 'Control room' },
      title: '值班空缺',
      text: '明日夜班无人。',
      short: '夜班无人',
    },
    ...{ alarm: null, number: null, raisedAt: NIGHT, simulated: false, acknowledge: null },
    ...rest,
  })
}

/** A number of its own for each scripted alarm, the same in every run. */
function numberOf(id: string): string {
  const count = Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973, 7)
  return `PW-20260112-${String(count).padStart(4, '0')}`
}

interface ScriptedNotice {
  readonly person: string
  readonly channel: string
  readonly step: number
  readonly queuedAt: number
  readonly acceptedAt: number | null
  readonly state?: NoticeState
  readonly attempts?: number
  readonly answer?: string | null
}

const NAMES: Readonly<Record<string, string>> = { 'chen-gang': '陈岗', 'li-yun': '李云', 'wu-lan': '吴岚' }

function notice(alarm: string, scripted: ScriptedNotice) {
  const { person, channel, step } = scripted
  return {
    id: `${alarm}-${step}-${person}-${channel}`,
    alarm,
    kind: step === 0 ? 'raise' : 'escalation',
    round: 0,
    name: NAMES[person] ?? person,
    state: 'accepted',
    medium: channel === 'mail' ? 'mail' : 'webhook',
    attempts: 1,
    sentAt: scripted.acceptedAt,
    deliveredAt: null,
    seenAt: null,
    bodyHash: null,
    answer: '200 OK',
    byEdge: false,
    ...scripted,
  }
}

/** The alarms of the scripted night. `pictures` are the hashes of the camera's pictures. */
export function nightAlarms(pictures: readonly ScriptedPicture[]): Alarm[] {
  const raised = WINCH_FROM + 12_000
  const id = 'east-gully.feeder-dead.mk9d2x'
  const reading = { device: 'feeder-meter', point: 'active-power', quality: 'good', reason: null }
  return [
    alarmWith({
      id,
      site: 'east-gully',
      rule: 'feeder-dead',
      ruleType: 'should-be-off',
      priority: 'red',
      raisedAt: raised,
      explanation: {
        key: 'should-be-off.raised',
        values: {
          quantity: 'power',
          value: 32_600,
          limit: 1_000,
          since: WINCH_FROM,
          heldS: 12,
          siteKind: 'closed-pit',
        },
      },
      readings: [0, 1, 2].map((index) => ({
        ...reading,
        value: 11_240 + index * 10_600,
        at: raised - 4_000 + index * 2_000,
        mono: index,
        validUntil: raised + index * 2_000,
      })),
      activations: [{ occurrence: id, from: raised, to: null }],
      evidence: pictures.map(({ sha256, bytes }, index) => ({
        kind: 'picture',
        sha256,
        mediaType: 'image/png',
        bytes,
        device: 'yard-camera',
        target: 'human',
        event: 'fielddetection',
        at: WINCH_FROM + 71_000 + index * 46_000,
      })),
      notices: [
        notice(id, {
          person: 'chen-gang',
          channel: 'phone',
          step: 0,
          queuedAt: raised + 1_200,
          acceptedAt: raised + 2_900,
        }),
        notice(id, {
          person: 'chen-gang',
          channel: 'mail',
          step: 0,
          queuedAt: raised + 1_200,
          acceptedAt: null,
          state: 'failed',
          attempts: 3,
          answer: '451 4.3.0 mailbox busy',
        }),
        notice(id, {
          person: 'li-yun',
          channel: 'phone',
          step: 1,
          queuedAt: raised + 121_400,
          acceptedAt: raised + 122_000,
        }),
        notice(id, {
          person: 'wu-lan',
          channel: 'phone',
          step: 2,
          state: 'queued',
          attempts: 0,
          answer: null,
          queuedAt: raised + 241_400,
          acceptedAt: null,
        }),
      ],
      notes: [{ at: raised + 190_000, by: 'operator', text: '已电话联系东沟看护点，无人接听。' }],
    }),
    alarmWith({
      id: 'pine-slope.gateway-silent.mk9d9a',
      site: 'pine-slope',
      rule: 'gateway-silent',
      ruleType: 'gateway-silent',
      point: 'gateway/online',
      priority: 'orange',
      raisedAt: NIGHT - 164_000,
      explanation: { key: 'gateway-silent.raised', values: { silentS: 30 } },
    }),
    alarmWith({
      id: 'stone-ridge.cover.mk9d31',
      site: 'stone-ridge',
      rule: 'cover',
      ruleType: 'tamper',
      point: 'contacts/seal',
      priority: 'orange',
      state: 'returned',
      raisedAt: NIGHT - 3_720_000,
      returnedAt: NIGHT - 3_480_000,
      activations: [
        { occurrence: 'stone-ridge.cover.mk9d31', from: NIGHT - 3_720_000, to: NIGHT - 3_600_000 },
        { occurrence: 'stone-ridge.cover.mk9d55', from: NIGHT - 3_540_000, to: NIGHT - 3_480_000 },
      ],
      explanation: { key: 'tamper.raised-contact', values: { since: NIGHT - 3_720_000 } },
    }),
    alarmWith({
      id: 'willow-bend.level-high.mk9c7t',
      site: 'willow-bend',
      rule: 'level-high',
      ruleType: 'high-limit',
      point: 'sump/level',
      priority: 'yellow',
      state: 'acked',
      raisedAt: NIGHT - 8_100_000,
      explanation: {
        key: 'high-limit.raised',
        values: { quantity: 'level', value: 3.24, limit: 3.2, since: NIGHT - 8_100_000, heldS: 60 },
      },
      acknowledgement: { at: NIGHT - 7_900_000, by: 'operator', note: '2 号泵已投运', via: 'desk' },
    }),
    alarmWith({
      id: 'north-flat.pump-stale.mk9c11',
      site: 'north-flat',
      rule: 'pump-stale',
      ruleType: 'stale',
      point: 'pump-2/active-power',
      priority: 'blue',
      raisedAt: NIGHT - 620_000,
      explanation: {
        key: 'stale.raised',
        values: { quantity: 'power', missedS: 60, reason: 'timeout', value: 7_300, since: NIGHT - 680_000 },
      },
    }),
  ]
}

/** An alarm of the day before, closed. */
export function closedAlarm(): Alarm {
  const raisedAt = NIGHT - 93_600_000
  return alarmWith({
    id: 'white-cliff.feeder.mk8a02',
    site: 'white-cliff',
    rule: 'feeder',
    state: 'closed',
    raisedAt,
    returnedAt: raisedAt + 640_000,
    closedAt: raisedAt + 700_000,
    activations: [{ occurrence: 'white-cliff.feeder.mk8a02', from: raisedAt, to: raisedAt + 640_000 }],
    acknowledgement: { at: raisedAt + 700_000, by: 'operator', note: '计划内检修，已有工作票', via: 'phone' },
    version: 4,
  })
}
