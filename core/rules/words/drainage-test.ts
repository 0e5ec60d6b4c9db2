import type { Told } from '../wording.ts'
import { demandEn, demandZh, sourceEn, sourceZh } from './law-phrases.ts'
import type { RuleWords } from './words.ts'

export const drainageTestWords: RuleWords = {
  type: 'drainage-test',
  name: { 'zh-CN': '联合排水试验', en: 'Joint drainage test' },
  headline: {
    usual: { 'zh-CN': () => '联合排水试验未合格', en: () => 'joint drainage test not passed' },
    overdue: { 'zh-CN': () => '联合排水试验逾期', en: () => 'joint drainage test overdue' },
  },
  'zh-CN': {
    'raised-failed': (t) =>
      `联合排水试验不合格：${failsZh(t).join('；')}。合格后本报警解除。${demandZh(t)}${sourceZh(t)}`,
    'raised-overdue': (t) =>
      `今年的联合排水试验应在 ${t.number('month') ?? '—'} 月 ${t.number('dayOfMonth') ?? '—'} 日前完成，至今没有合格记录。全部工作和备用水泵须同时运行一次。${sourceZh(t)}`,
    cleared: () => '联合排水试验合格。',
  },
  en: {
    'raised-failed': (t) =>
      `The joint drainage test was not passed: ${failsEn(t).join('; ')}. A passed test ends this alarm.${demandEn(t)}${sourceEn(t)}`,
    'raised-overdue': (t) =>
      `The joint drainage test of this year was due by ${t.number('month') ?? '—'}/${t.number('dayOfMonth') ?? '—'} (month/day) and none was passed. All working and standby pumps must run together once.${sourceEn(t)}`,
    cleared: () => 'The joint drainage test was passed.',
  },
}

function failsZh(t: Told): string[] {
  const fails: string[] = []
  const has = (name: string) => t.number(name) !== null
  if (has('timeS')) fails.push(`同时运行 ${t.duration('timeS')}，应不少于 ${t.duration('timeWantedS')}`)
  if (has('sharePump'))
    fails.push(`${t.number('sharePump') ?? '—'} 号泵只运行了 ${t.number('sharePercent') ?? '—'} % 的时间`)
  if (has('currentPump'))
    fails.push(
      has('currentPercent')
        ? `${t.number('currentPump') ?? '—'} 号泵电流为额定的 ${t.number('currentPercent') ?? '—'} %`
        : `${t.number('currentPump') ?? '—'} 号泵没有电流数据`,
    )
  if (has('levelFailed')) fails.push('水位没有持续下降')
  if (has('flowFailed'))
    fails.push(
      has('flowFound')
        ? `总流量 ${round(t, 'flowFound')} 立方米每小时，应不少于 ${round(t, 'flowWanted')}`
        : '没有流量数据',
    )
  return fails.length === 0 ? ['原因未记录'] : fails
}

function failsEn(t: Told): string[] {
  const fails: string[] = []
  const has = (name: string) => t.number(name) !== null
  if (has('timeS')) fails.push(`together for ${t.duration('timeS')}, at least ${t.duration('timeWantedS')} required`)
  if (has('sharePump'))
    fails.push(`pump ${t.number('sharePump') ?? '—'} ran for only ${t.number('sharePercent') ?? '—'} % of the time`)
  if (has('currentPump'))
    fails.push(
      has('currentPercent')
        ? `pump ${t.number('currentPump') ?? '—'} drew ${t.number('currentPercent') ?? '—'} % of its rated current`
        : `no current of pump ${t.number('currentPump') ?? '—'} is known`,
    )
  if (has('levelFailed')) fails.push('the level did not fall all the time')
  if (has('flowFailed'))
    fails.push(
      has('flowFound')
        ? `${round(t, 'flowFound')} m³/h in all, at least ${round(t, 'flowWanted')} required`
        : 'the flow was not measured',
    )
  return fails.length === 0 ? ['the cause was not recorded'] : fails
}

function round(t: Told, name: string): string {
  const value = t.number(name)
  return value === null ? '—' : String(Math.round(value))
}
