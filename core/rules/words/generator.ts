import { amountText, type Told } from '../wording.ts'
import { sinceEn, sinceZh } from './phrases.ts'
import { plain, wattsEn, wattsZh } from './power-phrases.ts'
import type { RuleWords } from './words.ts'

function runningZh(t: Told): string {
  return t.number('value') === null ? '运行信号已接通' : `${t.what()} ${t.amount('value')}，限值 ${t.amount('limit')}`
}

function runningEn(t: Told): string {
  return t.number('value') === null
    ? 'its running signal is on'
    : `it turns at ${t.amount('value')}, the limit is ${t.amount('limit')}`
}

export const generatorWords: RuleWords = {
  type: 'generator',
  name: { 'zh-CN': '现场有发电机', en: 'Generator on site' },
  headline: {
    usual: { 'zh-CN': () => '现场有发电机供电', en: () => 'a generator feeds the site' },
    set: { 'zh-CN': () => '发电机组在运行', en: () => 'generating set running' },
  },
  'zh-CN': {
    'raised-frequency': (t) =>
      `频率 ${hertzZh(t, 'value')}，偏离 ${plain(t, 'nominal')} 赫兹超过 ${plain(t, 'limit')} 赫兹，${sinceZh(t)}，同时用电 ${wattsZh(t, 'power')}。电网频率不会这样，说明现场由发电机供电。没有有效作业票。`,
    'raised-unsteady': (t) =>
      `频率不稳：一分钟标准差 ${plain(t, 'sigma')} 赫兹，限值 ${plain(t, 'limit')} 赫兹，${sinceZh(t)}，同时用电 ${wattsZh(t, 'power')}。电网频率不会这样，说明现场由发电机供电。没有有效作业票。`,
    'raised-set': (t) => `发电机组在运行：${runningZh(t)}，${sinceZh(t)}。没有有效作业票。已办作业票则不报警。`,
    'cleared-frequency': (t) =>
      `频率已恢复正常，或已不再用电，现为 ${hertzZh(t, 'value')}。发电机供电持续 ${t.duration('activeS')}。请查明机组去向。`,
    'cleared-set': (t) => `发电机组已停止，或已有作业票。运行持续 ${t.duration('activeS')}。`,
  },
  en: {
    'raised-frequency': (t) =>
      `Frequency ${hertzEn(t, 'value')}, more than ${plain(t, 'limit')} Hz off ${plain(t, 'nominal')} Hz, ${sinceEn(t)}, while ${wattsEn(t, 'power')} is drawn. No grid does that: a generator feeds the site. No permit is in force.`,
    'raised-unsteady': (t) =>
      `The frequency is unsteady: it varies by ${plain(t, 'sigma')} Hz (standard deviation over a minute), the limit is ${plain(t, 'limit')} Hz, ${sinceEn(t)}, while ${wattsEn(t, 'power')} is drawn. No grid does that: a generator feeds the site. No permit is in force.`,
    'raised-set': (t) =>
      `A generating set is running: ${runningEn(t)}, ${sinceEn(t)}. No permit is in force; with one this would be no alarm.`,
    'cleared-frequency': (t) =>
      `The frequency is normal again, or no power is drawn, now ${hertzEn(t, 'value')}. A generator fed the site for ${t.duration('activeS')}. Find out where it went.`,
    'cleared-set': (t) =>
      `The generating set has stopped, or a permit is in force. It ran for ${t.duration('activeS')}.`,
  },
}

function hertzZh(t: Told, name: string): string {
  return `${hertz(t, name)} 赫兹`
}

function hertzEn(t: Told, name: string): string {
  return `${hertz(t, name)} Hz`
}

/** Hundredths matter. */
function hertz(t: Told, name: string): string {
  const value = t.number(name)
  return value === null ? amountText(null, null, 'en') : value.toFixed(2)
}
