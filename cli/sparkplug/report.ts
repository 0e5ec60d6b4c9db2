import type { Language } from '../../core/contract/text.ts'
import { speaker } from '../messages.ts'
import { textTable } from '../text-table.ts'
import type { Reason } from './clause.ts'
import type { Outcome, Verdict } from './lint.ts'
import type { EdgeName } from './node-view.ts'

/** The verdicts on one node. */
export interface Report extends EdgeName {
  readonly verdicts: readonly Verdict[]
}

const ORDER = ['failed', 'advised', 'not-seen', 'not-applicable', 'passed'] as const satisfies readonly Outcome['is'][]

const say = speaker({
  title: {
    'zh-CN': '边缘节点 {group}/{edge}：Sparkplug 3.0 边缘条款 {clauses} 条',
    en: 'Edge node {group}/{edge}: {clauses} clauses of Sparkplug 3.0 for edge nodes',
  },
  sum: {
    'zh-CN': '符合 {passed}，不符合 {failed}，建议未采纳 {advised}，不适用 {notApplicable}，未见 {notSeen}',
    en: '{passed} passed, {failed} failed, {advised} recommendations not followed, {notApplicable} not applicable, {notSeen} not seen',
  },
  verdict: { 'zh-CN': '结果', en: 'verdict' },
  clause: { 'zh-CN': '条款', en: 'clause' },
  evidence: { 'zh-CN': '依据', en: 'evidence' },
  passed: { 'zh-CN': '符合', en: 'passed' },
  failed: { 'zh-CN': '不符合', en: 'FAILED' },
  advised: { 'zh-CN': '建议未采纳', en: 'advised' },
  'not-applicable': { 'zh-CN': '不适用', en: 'not applicable' },
  'not-seen': { 'zh-CN': '未见', en: 'not seen' },
  cases: { 'zh-CN': '{cases} 处', en: '{cases} cases' },
  broken: { 'zh-CN': '{cases} 处中 {broken} 处，如{first}', en: '{broken} of {cases}, such as {first}' },
  packet: { 'zh-CN': '第 {index} 包 {what}', en: 'packet {index} {what}' },
} as const)

const because = speaker({
  'no-birth': { 'zh-CN': '没有听到它的出生消息', en: 'no birth of it was heard' },
  'no-device': { 'zh-CN': '没有听到设备的出生消息', en: 'no birth of a device was heard' },
  'no-ndata': { 'zh-CN': '它没有发过 NDATA', en: 'it has sent no NDATA' },
  'no-ddata': { 'zh-CN': '它没有发过 DDATA', en: 'it has sent no DDATA' },
  'no-ndeath': { 'zh-CN': '没有听到 NDEATH', en: 'no NDEATH was heard' },
  'no-ddeath': { 'zh-CN': '没有听到 DDEATH', en: 'no DDEATH was heard' },
  'no-device-loss': { 'zh-CN': '没有设备失联', en: 'no device was lost' },
  'no-wire': {
    'zh-CN': '订阅者看不到，需经监听代理（--listen）',
    en: 'a subscriber cannot see it: let the node connect through --listen',
  },
  'no-second-connect': { 'zh-CN': '只连接过一次', en: 'it has connected once only' },
  'no-disconnect': { 'zh-CN': '没有主动断开过', en: 'it has not left of its own will' },
  'no-rebirth-request': { 'zh-CN': '没有要求它重新出生', en: 'nobody has asked it for births' },
  'no-host-configured': { 'zh-CN': '它不等待主站', en: 'it waits for no primary host' },
  'no-host-offline': { 'zh-CN': '主站没有离线过', en: 'its primary host has not been offline' },
  'no-old-state': { 'zh-CN': '没有迟到的 STATE', en: 'no STATE came late' },
  'one-server': { 'zh-CN': '只配置一个服务器', en: 'it has one server only' },
  'other-mqtt-version': { 'zh-CN': '它用另一个 MQTT 版本', en: 'it speaks another version of MQTT' },
  'no-dataset': { 'zh-CN': '它不发 DataSet', en: 'it sends no DataSet' },
  'no-template': { 'zh-CN': '它不发 Template', en: 'it sends no Template' },
  'no-alias': { 'zh-CN': '它不用别名', en: 'it uses no aliases' },
  'no-property': { 'zh-CN': '没有属性', en: 'no metric had properties' },
  'no-quality': { 'zh-CN': '没有质量属性', en: 'no metric had a quality' },
  permission: { 'zh-CN': '只是允许，不作要求', en: 'it permits and demands nothing' },
  'not-decoded': { 'zh-CN': '其内部结构不在检查之列', en: 'the inside of these structures is not looked into' },
} satisfies Record<Reason, { 'zh-CN': string; en: string }>)

/** How many verdicts there are of each kind. */
export function countsOf(verdicts: readonly Verdict[]): Readonly<Record<Outcome['is'], number>> {
  const counts = { passed: 0, failed: 0, advised: 0, 'not-applicable': 0, 'not-seen': 0 }
  for (const { outcome } of verdicts) counts[outcome.is] += 1
  return counts
}

/** The report as lines for a person. */
export function reportLines({ group, edge, verdicts }: Report, language: Language): readonly string[] {
  const counts = countsOf(verdicts)
  const rows = ORDER.flatMap((kind) => verdicts.filter(({ outcome }) => outcome.is === kind)).map(({ id, outcome }) => [
    say(language, outcome.is),
    `tck-id-${id}`,
    evidenceOf(outcome, language),
  ])
  const { passed, failed, advised } = counts
  return [
    say(language, 'title', { group, edge, clauses: verdicts.length }),
    ...textTable([say(language, 'verdict'), say(language, 'clause'), say(language, 'evidence')], rows),
    say(language, 'sum', {
      passed,
      failed,
      advised,
      notApplicable: counts['not-applicable'],
      notSeen: counts['not-seen'],
    }),
  ]
}

/** The report as a value for programs. */
export function reportValue({ group, edge, verdicts }: Report): unknown {
  const clauses = verdicts.map(({ id, level, outcome }) => ({ id: `tck-id-${id}`, level, ...outcome }))
  return { group, edge, counts: countsOf(verdicts), clauses }
}

function evidenceOf(outcome: Outcome, language: Language): string {
  switch (outcome.is) {
    case 'passed':
      return say(language, 'cases', { cases: outcome.cases })
    case 'failed':
    case 'advised': {
      const { cases, broken } = outcome
      const [first = { index: 0, what: '' }] = outcome.faults
      return say(language, 'broken', { cases, broken, first: say(language, 'packet', { ...first }) })
    }
    case 'not-applicable':
    case 'not-seen':
      return because(language, outcome.reason)
  }
}
