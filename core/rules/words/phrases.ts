import type { Told } from '../wording.ts'

export function sinceZh(t: Told): string {
  return (t.number('heldS') ?? 0) < 1 ? t.clock('since') : `${t.clock('since')} 起已持续 ${t.duration('heldS')}`
}

export function sinceEn(t: Told): string {
  return (t.number('heldS') ?? 0) < 1
    ? `at ${t.clock('since')}`
    : `for ${t.duration('heldS')} since ${t.clock('since')}`
}

const PLACES: Readonly<Record<string, { zh: string; en: string; rule: { zh: string; en: string } }>> = {
  'closed-pit': {
    zh: '已关闭矿井',
    en: 'at a closed pit',
    rule: {
      zh: '该矿已关闭、应停电，不应有任何设备运行。',
      en: 'The pit is closed and its power removed; nothing should be running.',
    },
  },
  'sealed-shaft': {
    zh: '已封闭井口',
    en: 'at a sealed shaft',
    rule: {
      zh: '该井已封闭，此回路不应带电。',
      en: 'The shaft is sealed; this feeder should be dead.',
    },
  },
  other: {
    zh: '停用回路',
    en: 'on a feeder that is out of use',
    rule: {
      zh: '此回路登记为停用，不应带电。',
      en: 'This feeder is registered as out of use; it should be dead.',
    },
  },
}

export function placeOf(t: Told) {
  const kind = t.text('siteKind') ?? 'closed-pit'
  return PLACES[kind] ?? PLACES.other
}

export function placeZh(t: Told): string {
  return placeOf(t)?.zh ?? ''
}

export function placeEn(t: Told): string {
  return placeOf(t)?.en ?? ''
}

export function ruleZh(t: Told): string {
  return placeOf(t)?.rule.zh ?? ''
}

export function ruleEn(t: Told): string {
  return placeOf(t)?.rule.en ?? ''
}

export function usesZh(t: Told): string {
  return t.text('quantity') === 'voltage' ? '仍带电' : '仍在用电'
}

export function usesEn(t: Told): string {
  return t.text('quantity') === 'voltage' ? 'Live voltage' : 'Power in use'
}

export function slopeZh(t: Told, way: string): string {
  return `${perZh(t)}${way} ${t.size('slope')}，限值 ${t.size('limit')}，按最近 ${t.duration('windowS')}计算`
}

export function slopeEn(t: Told): string {
  return `${t.size('slope')} ${perEn(t)}, the limit is ${t.size('limit')}, over the last ${t.duration('windowS')}`
}

export function steadyZh(t: Told): string {
  return `${t.what()}变化已放缓：${perZh(t)} ${t.amount('slope')}，现为 ${t.amount('value')}。过快持续 ${t.duration('activeS')}。`
}

export function steadyEn(t: Told): string {
  return `${t.what()} has steadied: ${t.amount('slope')} ${perEn(t)}, now ${t.amount('value')}. It changed too fast for ${t.duration('activeS')}.`
}

export function perZh(t: Told): string {
  return t.text('per') === 'min' ? '每分钟' : '每小时'
}

export function perEn(t: Told): string {
  return t.text('per') === 'min' ? 'a minute' : 'an hour'
}

const REASONS: Readonly<Record<string, { zh: string; en: string }>> = {
  timeout: { zh: '设备无应答', en: 'the device does not answer' },
  exception: { zh: '设备返回异常码', en: 'the device answers with an exception code' },
  'link-down': { zh: '串口或网络已断开', en: 'the serial port or connection is down' },
  malformed: { zh: '应答报文错误', en: 'the answers are malformed' },
  sentinel: { zh: '设备报告该值不可用', en: 'the device says the value is not available' },
  'not-a-number': { zh: '读数不是有效数值', en: 'the registers hold no number' },
  'out-of-range': { zh: '读数超出量程', en: 'the value is outside what is possible' },
  'open-loop': { zh: '4–20 mA 回路断线', en: 'the 4–20 mA loop is broken' },
  expired: { zh: '数据已过期', en: 'the data is too old' },
  'identity-mismatch': { zh: '该地址上换成了别的设备', en: 'another device answers at this address' },
  'stream-lost': { zh: '摄像机视频流中断', en: 'the camera’s stream is lost' },
}

export function reasonZh(t: Told): string {
  return REASONS[t.text('reason') ?? '']?.zh ?? '没有收到任何读数'
}

export function reasonEn(t: Told): string {
  return REASONS[t.text('reason') ?? '']?.en ?? 'no reading came at all'
}

const TARGETS: Readonly<Record<string, { zh: string; en: string }>> = {
  human: { zh: '人员', en: 'a person' },
  vehicle: { zh: '车辆', en: 'a vehicle' },
}

export function targetZh(t: Told): string {
  return TARGETS[t.text('target') ?? '']?.zh ?? '活动目标'
}

export function targetEn(t: Told): string {
  return TARGETS[t.text('target') ?? '']?.en ?? 'something moving'
}

export function lower(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1)
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
