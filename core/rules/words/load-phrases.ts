import type { Told } from '../wording.ts'
import { plural } from './phrases.ts'

/** Up to what this hour is normal, and how long that was learned. */
export function normalZh(t: Told): string {
  const days = t.number('days')
  return `该时段正常上限 ${t.amount('normal')}${days === null ? '' : `（已学习 ${days} 天）`}`
}

export function normalEn(t: Told): string {
  const days = t.number('days')
  return `this hour is normal up to ${t.amount('normal')}${days === null ? '' : ` (learned over ${plural(days, 'day')})`}`
}

/** What is known to run. */
export function runsZh(t: Told): string {
  const running = t.number('running') ?? 0
  if (running === 0) return '已登记设备（水泵等）均未运行。'
  return `已登记设备 ${running} 台在运行，共 ${t.amount('runningW')}，已扣除。`
}

export function runsEn(t: Told): string {
  const running = t.number('running') ?? 0
  if (running === 0) return 'No known load (such as the pump) runs. '
  return `${plural(running, 'known load')} ${running === 1 ? 'runs' : 'run'} with ${t.amount('runningW')}, which is left out. `
}

/** How often something started of late. */
export function startsZh(t: Told): string {
  const starts = t.number('starts') ?? 0
  return starts < 2 ? '' : `25 分钟内已启动 ${starts} 次。`
}

export function startsEn(t: Told): string {
  const starts = t.number('starts') ?? 0
  return starts < 2 ? '' : `Something has started ${starts} times within 25 minutes. `
}
