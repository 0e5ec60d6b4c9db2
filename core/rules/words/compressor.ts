import { percent, wattsEn, wattsZh } from './power-phrases.ts'
import type { RuleWords } from './words.ts'

export const compressorWords: RuleWords = {
  type: 'compressor',
  name: { 'zh-CN': '疑似空压机', en: 'Air compressor at work' },
  headline: {
    usual: { 'zh-CN': () => '疑似空压机在运行', en: () => 'an air compressor seems to run' },
  },
  'zh-CN': {
    raised: (t) =>
      `疑似空压机在运行：功率在 ${wattsZh(t, 'loaded')}（加载）与 ${wattsZh(t, 'unloaded')}（卸载，${percent(t, 'share')}）之间往复，一小时内 ${t.number('changes') ?? '—'} 次。电暖器断开时降到零，水泵不会这样往复。空压机用于凿岩、破碎，请查看现场。登记为已知设备后不报警。`,
    cleared: (t) =>
      `加载卸载的往复已停止。持续 ${t.duration('activeS')}，加载功率最高 ${wattsZh(t, 'peak')}。请查明是谁在用。`,
  },
  en: {
    raised: (t) =>
      `An air compressor seems to run: power goes to and fro between ${wattsEn(t, 'loaded')} (loaded) and ${wattsEn(t, 'unloaded')} (unloaded, ${percent(t, 'share')}), ${t.number('changes') ?? '—'} times within an hour. A heater falls to nothing when it switches off, and a pump does not go to and fro. Compressors drill and break rock; look on site. Registered as a known load this would be no alarm.`,
    cleared: (t) =>
      `The loading and unloading has stopped. It lasted ${t.duration('activeS')}, highest ${wattsEn(t, 'peak')} loaded. Find out who used it.`,
  },
}
