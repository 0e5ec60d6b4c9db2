import { Alarm, AlarmTransition } from '../../core/contract/alarm.ts'
import { SiteDetail, SiteSummary } from '../../core/contract/http.ts'

const RAISED_AT = Date.now() - 3_600_000
const OCCURRENCE = `east-pit.power-at-night.${RAISED_AT.toString(36)}`

/** A fictional site. */
export function aSite(): SiteSummary {
  return SiteSummary.parse({
    site: {
      id: 'east-pit',
      name: { 'zh-CN': '东坑', en: 'East pit' },
      kind: 'closed-pit',
      area: { 'zh-CN': '样例乡', en: 'Sample township' },
      place: { x: 10, y: 10 },
      simulated: true,
    },
    online: true,
    lastHeardAt: RAISED_AT,
    openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 },
    worstUnacked: null,
    points: 1,
    notGood: 0,
    freshUntil: null,
    headline: null,
  })
}

/** Its only point. */
export function aSiteDetail(latest: { value: number; at: number; validUntil: number } | null = null): SiteDetail {
  return SiteDetail.parse({
    summary: aSite(),
    devices: [{ id: 'feeder', name: { 'zh-CN': '馈线', en: 'Feeder' }, profile: 'sample/meter', online: true }],
    points: [
      {
        device: 'feeder',
        point: 'power',
        name: null,
        quantity: 'power',
        unit: 'W',
        range: null,
        latest: latest === null ? null : { ...latest, quality: 'good', reason: null },
      },
    ],
    limits: [],
  })
}

/** What the edge says when power comes on there. */
export function aTransition(): AlarmTransition {
  return AlarmTransition.parse({
    occurrence: OCCURRENCE,
    n: 1,
    kind: 'raise',
    site: 'east-pit',
    rule: 'power-at-night',
    ruleType: 'should-be-off',
    point: 'feeder/power',
    priority: 'red',
    at: RAISED_AT,
    explanation: { key: 'should-be-off.raised', values: { value: 1_500 } },
    readings: [],
    evidence: [],
  })
}

/** The alarm of that transition after a person has acknowledged it and it has returned. */
export function aClearedAlarm(): Alarm {
  const { site, rule, ruleType, point, priority, explanation } = aTransition()
  return Alarm.parse({
    id: OCCURRENCE,
    site,
    rule,
    ruleType,
    point,
    priority,
    state: 'closed',
    raisedAt: RAISED_AT,
    receivedAt: RAISED_AT + 100,
    returnedAt: RAISED_AT + 60_000,
    closedAt: RAISED_AT + 60_000,
    activations: [{ occurrence: OCCURRENCE, from: RAISED_AT, to: RAISED_AT + 60_000 }],
    explanation,
    readings: [],
    evidence: [],
    acknowledgement: { at: RAISED_AT + 30_000, by: 'officer', note: 'checked', via: 'phone' },
    ...{ number: 'PW-20260112-0007', latched: false, late: false, ruleVersion: null, returnRuleVersion: null },
    ...{ sampledAt: null, storedAt: null, suppressions: [], held: 0, reAlarmAt: null, assignee: null, findings: [] },
    ...{ chattering: false, quality: 'good', ladder: null },
    notes: [],
    notices: [],
    version: 4,
  })
}
