import type { Told } from '../wording.ts'
import type { RuleWords } from './words.ts'

export const pumpPhysicsWords: RuleWords = {
  type: 'pump-physics',
  name: { 'zh-CN': '水泵异常', en: 'Pump and water do not agree' },
  headline: {
    usual: { 'zh-CN': () => '水泵与水位不符', en: () => 'pump and water do not agree' },
    falling: { 'zh-CN': () => '水泵未开而水位下降', en: () => 'water falls while the pump rests' },
    busy: { 'zh-CN': () => '水泵运行过多', en: () => 'pump runs too much' },
    hours: { 'zh-CN': () => '水泵运行过多', en: () => 'pump runs too much' },
  },
  'zh-CN': {
    'raised-dry': (t) =>
      `水泵已运行 ${t.duration('windowS')}，水位没有下降（变化 ${metres(t, 'moved')} 米）。可能抽空、管路漏水或来水增大；也可能有人接在水泵回路上用电。`,
    'raised-falling': (t) =>
      `水泵没有运行，水位却在 ${t.duration('windowS')}内下降 ${metres(t, 'moved')} 米。可能有人另外抽水，或水流入了采空区。请派人查看。`,
    'raised-busy': (t) =>
      `水泵最近 6 小时有 ${percent(t, 'percent')} 的时间在运行，正常不超过 ${percent(t, 'most')}。若近日下过大雨属正常；否则可能有人排水复采，或借水泵回路用电。`,
    'raised-hours': (t) =>
      `水泵今日已运行 ${t.duration('hoursS')}，近一月每日通常 ${t.duration('usualS')}。若近日下过大雨属正常；否则可能有人排水复采。`,
    'raised-day': (t) => `昨日平均水位比前一日低 ${metres(t, 'fell')} 米。没有排水计划时，可能有人在抽老窑水准备复采。`,
    cleared: (t) => `水泵与水位已恢复正常 ${t.duration('heldS')}。异常持续 ${t.duration('activeS')}。`,
  },
  en: {
    'raised-dry': (t) =>
      `The pump has run for ${t.duration('windowS')} and the level has not fallen (it moved ${metres(t, 'moved')} m). It may run dry, the pipe may leak, more water may come; or somebody draws power from the pump's feeder.`,
    'raised-falling': (t) =>
      `The pump rests, and yet the level fell by ${metres(t, 'moved')} m in ${t.duration('windowS')}. Somebody may be pumping by other means, or the water drains into old workings. Send somebody to look.`,
    'raised-busy': (t) =>
      `The pump ran for ${percent(t, 'percent')} of the last 6 hours; up to ${percent(t, 'most')} is normal. After heavy rain that is lawful; otherwise somebody may be draining the workings, or drawing power from the pump's feeder.`,
    'raised-hours': (t) =>
      `The pump has run for ${t.duration('hoursS')} today; ${t.duration('usualS')} a day is usual in this month. After heavy rain that is lawful; otherwise somebody may be draining the workings.`,
    'raised-day': (t) =>
      `Yesterday's mean level was ${metres(t, 'fell')} m below that of the day before. Unless drainage was planned, somebody may be draining the workings to mine again.`,
    cleared: (t) =>
      `Pump and water have agreed again for ${t.duration('heldS')}. They did not for ${t.duration('activeS')}.`,
  },
}

function metres(t: Told, name: string): string {
  const value = t.number(name)
  return value === null ? '—' : String(Math.abs(Number(value.toFixed(2))))
}

function percent(t: Told, name: string): string {
  return `${t.number(name) ?? '—'} %`
}
