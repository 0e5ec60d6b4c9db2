import type { Told } from '../wording.ts'
import { plural } from './phrases.ts'
import type { RuleWords } from './words.ts'

function seenZh(t: Told): string {
  const named = [
    ['persons', '人员'],
    ['vehicles', '车辆'],
    ['others', '未能分辨的活动目标'],
  ] as const
  const seen = named.filter(([name]) => (t.number(name) ?? 0) > 0).map(([name, word]) => `${word} ${t.number(name)} 次`)
  return seen.length === 0 ? '活动目标' : seen.join('、')
}

function seenEn(t: Told): string {
  const named = [
    ['persons', 'a person'],
    ['vehicles', 'a vehicle'],
    ['others', 'something it cannot name'],
  ] as const
  const seen = named
    .filter(([name]) => (t.number(name) ?? 0) > 0)
    .map(([name, word]) => `${word} ${plural(t.number(name) ?? 0, 'time')}`)
  return seen.length === 0 ? 'something moving' : seen.join(' and ')
}

export const cameraEvidenceWords: RuleWords = {
  type: 'camera-evidence',
  name: { 'zh-CN': '摄像机目标累计', en: 'Sights of a camera' },
  headline: {
    usual: { 'zh-CN': () => '有人或车', en: () => 'person or vehicle' },
    stays: { 'zh-CN': () => '车辆停留', en: () => 'vehicle stays' },
  },
  'zh-CN': {
    raised: (t) => `摄像机一小时内发现${seenZh(t)}，最近一次 ${t.clock('since')}。`,
    'raised-stays': (t) => `车辆在镜头内停留已 ${t.duration('stayS')}，不是路过。一小时内发现${seenZh(t)}。`,
    cleared: (t) => `摄像机已 ${t.duration('heldS')}未再发现人或车。`,
  },
  en: {
    raised: (t) => `Within the hour the camera saw ${seenEn(t)}, last at ${t.clock('since')}.`,
    'raised-stays': (t) =>
      `A vehicle has stood in view for ${t.duration('stayS')}: it is not passing by. Within the hour the camera saw ${seenEn(t)}.`,
    cleared: (t) => `The camera has seen nobody for ${t.duration('heldS')}.`,
  },
}
