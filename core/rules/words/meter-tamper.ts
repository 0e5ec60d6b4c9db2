import { plain, wattsEn, wattsZh } from './power-phrases.ts'
import { sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const meterTamperWords: RuleWords = {
  type: 'meter-tamper',
  name: { 'zh-CN': '电表计量被动', en: 'Meter tampered with' },
  headline: {
    usual: { 'zh-CN': () => '电表计量异常', en: () => 'the meter tells what cannot be' },
  },
  'zh-CN': {
    'raised-phase': (t) =>
      `一相电流几乎为零（${plain(t, 'measure')} 安），其余各相正在用电，且各相电压正常，${sinceZh(t)}。该相电流可能被短接或绕过，少计电量。请查表箱和互感器。`,
    'raised-factor': (t) =>
      `功率因数变号，现为 ${plain(t, 'measure')}，与一贯方向相反，${sinceZh(t)}。互感器可能被反接。请查表箱。`,
    'raised-product': (t) =>
      `电表功率与电压、电流、功率因数之积不符，相差 ${wattsZh(t, 'measure')}，${sinceZh(t)}。电表可能被改动或接线有误。请查表。`,
    'raised-feeders': (t) =>
      `总表比 ${t.number('count') ?? '—'} 个分路之和多 ${wattsZh(t, 'measure')}，${sinceZh(t)}。有一路用电没有登记，可能私接。请沿母线查找。`,
    'raised-reverse': (t) =>
      `功率为负：${wattsZh(t, 'measure')}，${sinceZh(t)}。本站没有登记发电，互感器可能被反接，或有发电机并网。请查表箱。`,
    'raised-ratio': (t) =>
      `变比由 ${plain(t, 'before')} 改为 ${plain(t, 'counter')}，${t.clock('since')}。变比只有计量人员可以改，改小即少计电量。请核实是谁改的。`,
    'raised-register': (t) =>
      `电量读数倒退：由 ${plain(t, 'before')} 变为 ${plain(t, 'counter')} 千瓦时，${t.clock('since')}。电量只增不减，电表可能被清零或更换。请查表。`,
    'cleared-phase': (t) => `各相电流已恢复，异常持续 ${t.duration('activeS')}。仍须查表箱。`,
    'cleared-factor': (t) => `功率因数方向已恢复，异常持续 ${t.duration('activeS')}。仍须查表箱。`,
    'cleared-product': (t) => `功率与电压、电流已相符，异常持续 ${t.duration('activeS')}。仍须查表。`,
    'cleared-feeders': (t) => `总表与分路之和已相符，异常持续 ${t.duration('activeS')}。仍须查明用电去向。`,
    'cleared-reverse': (t) => `功率已转为正，异常持续 ${t.duration('activeS')}。仍须查表箱。`,
    'cleared-ratio': (t) => `已 ${t.duration('heldS')}没有再改变比。仍须核实。`,
    'cleared-register': (t) => `已 ${t.duration('heldS')}没有再倒退。仍须查表。`,
  },
  en: {
    'raised-phase': (t) =>
      `One phase carries almost nothing (${plain(t, 'measure')} A) while the others are in use and all voltages are there, ${sinceEn(t)}. Its current may be led past the meter, so that less is counted. Check the meter box and its transformers.`,
    'raised-factor': (t) =>
      `The power factor has changed its sign, now ${plain(t, 'measure')}, against what it always was, ${sinceEn(t)}. A current transformer may have been turned round. Check the meter box.`,
    'raised-product': (t) =>
      `The meter’s power is not what voltage, current and power factor make: they differ by ${wattsEn(t, 'measure')}, ${sinceEn(t)}. The meter may have been altered or is wired wrongly. Check it.`,
    'raised-feeders': (t) =>
      `The whole draws ${wattsEn(t, 'measure')} more than its ${t.number('count') ?? '—'} feeders together, ${sinceEn(t)}. Something is connected that is not registered. Follow the bus bar.`,
    'raised-reverse': (t) =>
      `Power flows backwards: ${wattsEn(t, 'measure')}, ${sinceEn(t)}. No source is registered here; a current transformer may have been turned round, or a generator is connected. Check the meter box.`,
    'raised-ratio': (t) =>
      `The transformer ratio was changed from ${plain(t, 'before')} to ${plain(t, 'counter')} at ${t.clock('since')}. Only the metering people may do that, and a smaller one counts less. Find out who did it.`,
    'raised-register': (t) =>
      `The energy register went back from ${plain(t, 'before')} to ${plain(t, 'counter')} kWh at ${t.clock('since')}. It only ever grows: the meter may have been reset or exchanged. Check it.`,
    'cleared-phase': (t) =>
      `All phases carry current as they should; it was otherwise for ${t.duration('activeS')}. The meter box still has to be checked.`,
    'cleared-factor': (t) =>
      `The power factor has its usual sign again; it was otherwise for ${t.duration('activeS')}. The meter box still has to be checked.`,
    'cleared-product': (t) =>
      `Power, voltage and current agree again; they did not for ${t.duration('activeS')}. The meter still has to be checked.`,
    'cleared-feeders': (t) =>
      `The whole and its feeders agree again; they did not for ${t.duration('activeS')}. Find out where the power went.`,
    'cleared-reverse': (t) =>
      `Power flows forwards again; it was otherwise for ${t.duration('activeS')}. The meter box still has to be checked.`,
    'cleared-ratio': (t) => `The ratio was not changed again for ${t.duration('heldS')}. It still has to be explained.`,
    'cleared-register': (t) =>
      `The register has not gone back again for ${t.duration('heldS')}. The meter still has to be checked.`,
  },
}
