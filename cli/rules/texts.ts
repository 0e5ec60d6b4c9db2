import type { CheckItem, EvidenceGroup } from '../../core/contract/activity.ts'
import type { Bilingual } from '../../core/contract/text.ts'
import { speaker } from '../messages.ts'

/** Sentences of `pitwatch rules`. */
export const say = speaker({
  unknownType: {
    'zh-CN': '没有规则类型“{came}”。可用：{known}。',
    en: 'There is no type of rule "{came}". There are: {known}.',
  },
  type: { 'zh-CN': '类型', en: 'type' },
  name: { 'zh-CN': '名称', en: 'name' },
  check: { 'zh-CN': '八查', en: 'check' },
  group: { 'zh-CN': '证据', en: 'evidence' },
  watches: { 'zh-CN': '看什么', en: 'watches' },
  more: {
    'zh-CN': '某一类型的全部参数：npx pitwatch rules 类型；表单所需的 JSON Schema：--json。',
    en: 'All parameters of one: npx pitwatch rules TYPE. The JSON Schema for a form: --json.',
  },
  servesLine: { 'zh-CN': '八查：{item}', en: 'Of the eight checks: {item}' },
  groupLine: {
    'zh-CN': '站点有 activity 时作为“{group}”证据，否则单独报警。',
    en: 'Evidence of {group} where the site has activity; an alarm of its own elsewhere.',
  },
  alarmLine: { 'zh-CN': '总是单独报警。', en: 'Always raises an alarm of its own.' },
  loadLine: { 'zh-CN': '测点须为 load.meter。', en: 'Its point is load.meter.' },
  quantitiesLine: { 'zh-CN': '测点：{quantities}', en: 'Its point measures: {quantities}' },
  anything: { 'zh-CN': '任意', en: 'anything' },
  parameter: { 'zh-CN': '参数', en: 'parameter' },
  default: { 'zh-CN': '缺省', en: 'default' },
  unit: { 'zh-CN': '单位', en: 'unit' },
  meaning: { 'zh-CN': '含义', en: 'meaning' },
  required: { 'zh-CN': '必填', en: 'required' },
  own: { 'zh-CN': '测点单位', en: 'of the point' },
  ownPer: { 'zh-CN': '测点单位/per', en: 'of the point, a per' },
  time: { 'zh-CN': '时长', en: 'time' },
  long: { 'zh-CN': '（见 --json）', en: '(see --json)' },
})

/** The eight checks in a few words; 0 stands for none of them. */
export const CHECKS: Readonly<Record<CheckItem, Bilingual>> = {
  0: { 'zh-CN': '守护监测自身', en: 'guards the watching itself' },
  1: { 'zh-CN': '一查用电', en: '1 use of power' },
  2: { 'zh-CN': '二查煤炭去向', en: '2 where coal goes' },
  3: { 'zh-CN': '三查露头', en: '3 outcrops' },
  4: { 'zh-CN': '四查偏远道路车辆', en: '4 lorries on remote roads' },
  5: { 'zh-CN': '五查圈占场地', en: '5 occupied ground' },
  6: { 'zh-CN': '六查井口', en: '6 shafts and entries' },
  7: { 'zh-CN': '七查遮挡暗口', en: '7 hidden mouths' },
  8: { 'zh-CN': '八查陌生人员', en: '8 strangers' },
}

/** What a signal is evidence of. */
export const GROUPS: Readonly<Record<EvidenceGroup, Bilingual>> = {
  power: { 'zh-CN': '用电', en: 'power' },
  pump: { 'zh-CN': '排水', en: 'pumping' },
  camera: { 'zh-CN': '摄像', en: 'cameras' },
  comms: { 'zh-CN': '通信', en: 'communication' },
  entry: { 'zh-CN': '进出', en: 'entry' },
  air: { 'zh-CN': '风与振动', en: 'air and ground' },
}
