import type { Language } from '../contract/text.ts'
import type { Told } from './wording.ts'

/** One sentence or two, from what an explanation tells. */
export type Message = (told: Told) => string

/** Every explanation a rule or the control room gives. Both tables have every key. */
export const MESSAGE_KEYS = [
  'high-limit.raised',
  'high-limit.cleared',
  'low-limit.raised',
  'low-limit.cleared',
  'low-limit.raised-running',
  'low-limit.cleared-running',
  'low-limit.cleared-stopped',
  'should-be-off.raised',
  'should-be-off.cleared',
  'should-be-off.raised-contact',
  'should-be-off.cleared-contact',
  'rate-of-change.raised-rising',
  'rate-of-change.raised-falling',
  'rate-of-change.cleared-rising',
  'rate-of-change.cleared-falling',
  'stale.raised',
  'stale.raised-never',
  'stale.cleared',
  'presence.raised',
  'presence.cleared',
  'tamper.raised-contact',
  'tamper.raised-counter',
  'tamper.raised-reset',
  'tamper.cleared',
  'tamper.raised-value',
  'tamper.cleared-value',
  'tamper.raised-device',
  'tamper.cleared-device',
  'fault.raised',
  'fault.cleared',
  'fault.raised-store',
  'fault.cleared-store',
  'fault.raised-room',
  'fault.cleared-room',
  'fault.raised-clock',
  'fault.cleared-clock',
  'evidence.added',
  'rule.withdrawn',
  'gateway-silent.raised',
  'gateway-silent.cleared',
] as const
export type MessageKey = (typeof MESSAGE_KEYS)[number]

const zh: Readonly<Record<MessageKey, Message>> = {
  'high-limit.raised': (t) => `${t.what()} ${t.amount('value')}，超上限 ${t.amount('limit')}，${sinceZh(t)}。`,
  'high-limit.cleared': (t) =>
    `${t.what()}已回落到 ${t.amount('value')}，低于上限 ${t.amount('limit')}。超限持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。`,
  'low-limit.raised': (t) => `${t.what()} ${t.amount('value')}，低于下限 ${t.amount('limit')}，${sinceZh(t)}。`,
  'low-limit.cleared': (t) =>
    `${t.what()}已回升到 ${t.amount('value')}，高于下限 ${t.amount('limit')}。越限持续 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
  'low-limit.raised-running': (t) =>
    `设备在转但不带负荷：${t.what()}只有 ${t.amount('value')}，运行下限 ${t.amount('limit')}，${sinceZh(t)}。水泵可能抽空，请派人检查。`,
  'low-limit.cleared-running': (t) =>
    `负荷已恢复：${t.what()} ${t.amount('value')}，高于运行下限 ${t.amount('limit')}。空载持续 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
  'low-limit.cleared-stopped': (t) =>
    `设备已停机：${t.what()} ${t.amount('value')}。停机前空载 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
  'should-be-off.raised': (t) =>
    `${placeZh(t)}${usesZh(t)}：${t.what()} ${t.amount('value')}，超过限值 ${t.amount('limit')}，${sinceZh(t)}。${ruleZh(t)}`,
  'should-be-off.cleared': (t) =>
    `${t.text('quantity') === 'voltage' ? '回路已不带电' : '用电已停止'}：${t.what()} ${t.amount('value')}，低于限值 ${t.amount('limit')}。本次持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。请查明是谁在用电。`,
  'should-be-off.raised-contact': (t) => `${placeZh(t)}有设备在运行：运行信号已接通，${sinceZh(t)}。${ruleZh(t)}`,
  'should-be-off.cleared-contact': (t) =>
    `设备已停止运行：运行信号已断开。本次持续 ${t.duration('activeS')}。请查明是谁在用。`,
  'rate-of-change.raised-rising': (t) => `${t.what()}上升过快：${slopeZh(t, '上升')}，现为 ${t.amount('value')}。`,
  'rate-of-change.raised-falling': (t) => `${t.what()}下降过快：${slopeZh(t, '下降')}，现为 ${t.amount('value')}。`,
  'rate-of-change.cleared-rising': (t) => steadyZh(t),
  'rate-of-change.cleared-falling': (t) => steadyZh(t),
  'stale.raised': (t) =>
    `已 ${t.duration('missedS')}没有有效数据：${reasonZh(t)}。最后一次有效值 ${t.amount('value')}（${t.clock('since')}）。此测点目前失去监测。`,
  'stale.raised-never': (t) =>
    `开始监测后 ${t.duration('missedS')}内没有任何有效数据：${reasonZh(t)}。此测点目前失去监测。`,
  'stale.cleared': (t) => `数据已恢复，现为 ${t.amount('value')}。中断 ${t.duration('missedS')}。`,
  'presence.raised': (t) => `摄像机发现${targetZh(t)}，${t.clock('since')}。`,
  'presence.cleared': (t) => `已 ${t.duration('heldS')}未再发现${targetZh(t)}。本次活动持续 ${t.duration('activeS')}。`,
  'tamper.raised-contact': (t) => `防拆触点动作，${t.clock('since')}：表盖或箱门可能被打开。请派人到现场查看。`,
  'tamper.raised-counter': (t) =>
    `开盖计数由 ${t.number('before') ?? '—'} 变为 ${t.number('counter') ?? '—'}，${t.clock('since')}：表盖或箱门被打开过。请派人到现场查看。`,
  'tamper.raised-reset': (t) =>
    `开盖计数由 ${t.number('before') ?? '—'} 退回 ${t.number('counter') ?? '—'}，${t.clock('since')}：可能换过表或被清零。请派人到现场查看。`,
  'tamper.cleared': (t) => `已 ${t.duration('heldS')}没有新的开盖动作。仍须到现场核实。`,
  'tamper.raised-value': (t) =>
    `受监视的值由 ${t.number('before') ?? '—'} 变为 ${t.number('counter') ?? '—'}，${t.clock('since')}：设备可能被打开、断过电或被改动。请派人到现场查看。`,
  'tamper.cleared-value': (t) => `已 ${t.duration('heldS')}没有新的变化。仍须到现场核实。`,
  'tamper.raised-device': (t) =>
    `该地址上换成了别的设备，${t.clock('since')}：原设备可能被更换，其数据不再显示。请派人到现场查看。`,
  'tamper.cleared-device': (t) => `原设备已重新应答 ${t.duration('heldS')}。仍须到现场核实。`,
  'fault.raised': (t) => `设备报故障，${sinceZh(t)}。请派人检查。`,
  'fault.cleared': (t) => `设备不再报故障。本次持续 ${t.duration('activeS')}。`,
  'fault.raised-store': (t) =>
    `网关存储故障，${sinceZh(t)}：磁盘拒绝写入，或损坏的数据文件已被搁置。新数据可能只在内存中，断电即失。请尽快检查磁盘。`,
  'fault.cleared-store': (t) => `网关存储已恢复正常，故障持续 ${t.duration('activeS')}。`,
  'fault.raised-room': (t) =>
    `网关存储已满，${sinceZh(t)}：最早的数据只留每分钟的最小、平均和最大值，或不再保留。请检查通信。`,
  'fault.cleared-room': (t) => `网关存储又有余量，已满状态持续 ${t.duration('activeS')}。`,
  'fault.raised-clock': (t) =>
    `网关不知道准确时间，${sinceZh(t)}：误差不明，或超过一分钟。读数顺序不受影响，但报警时刻不足为凭。请接通监控中心，或在现场为网关对时。`,
  'fault.cleared-clock': (t) => `网关的时间已可靠，此前 ${t.duration('activeS')} 不可靠。`,
  'evidence.added': (t) => `新增现场照片 ${t.number('pictures') ?? 0} 张（${targetZh(t)}）。`,
  'rule.withdrawn': () => '该规则已从网关配置中撤除，报警随之结束。这不表示现场已恢复正常。',
  'gateway-silent.raised': (t) =>
    `网关已 ${t.duration('silentS')}没有消息：可能断电、断网或被破坏。恢复之前，该站点失去监测。`,
  'gateway-silent.cleared': (t) => `网关已恢复通信，中断 ${t.duration('silentS')}。`,
}

const en: Readonly<Record<MessageKey, Message>> = {
  'high-limit.raised': (t) =>
    `${t.what()} ${t.amount('value')}, at or above the limit of ${t.amount('limit')}, ${sinceEn(t)}.`,
  'high-limit.cleared': (t) =>
    `${t.what()} is back to ${t.amount('value')}, below the limit of ${t.amount('limit')}. It was above for ${t.duration('activeS')}, highest ${t.amount('peak')}.`,
  'low-limit.raised': (t) =>
    `${t.what()} ${t.amount('value')}, at or below the limit of ${t.amount('limit')}, ${sinceEn(t)}.`,
  'low-limit.cleared': (t) =>
    `${t.what()} is back to ${t.amount('value')}, above the limit of ${t.amount('limit')}. It was below for ${t.duration('activeS')}, lowest ${t.amount('peak')}.`,
  'low-limit.raised-running': (t) =>
    `Running without load: ${lower(t.what())} only ${t.amount('value')}, at least ${t.amount('limit')} expected while running, ${sinceEn(t)}. A pump may be running dry; send somebody to check.`,
  'low-limit.cleared-running': (t) =>
    `The load is back: ${lower(t.what())} ${t.amount('value')}, above the running limit of ${t.amount('limit')}. It ran without load for ${t.duration('activeS')}, lowest ${t.amount('peak')}.`,
  'low-limit.cleared-stopped': (t) =>
    `The machine has stopped: ${lower(t.what())} ${t.amount('value')}. It ran without load for ${t.duration('activeS')} before, lowest ${t.amount('peak')}.`,
  'should-be-off.raised': (t) =>
    `${usesEn(t)} ${placeEn(t)}: ${lower(t.what())} ${t.amount('value')}, at or above the limit of ${t.amount('limit')}, ${sinceEn(t)}. ${ruleEn(t)}`,
  'should-be-off.cleared': (t) =>
    `${t.text('quantity') === 'voltage' ? 'The voltage is gone' : 'The use of power has stopped'} ${placeEn(t)}: ${lower(t.what())} ${t.amount('value')}, below the limit of ${t.amount('limit')}. It lasted ${t.duration('activeS')}, highest ${t.amount('peak')}. Find out who used it.`,
  'should-be-off.raised-contact': (t) =>
    `A machine is running ${placeEn(t)}: its running signal is on, ${sinceEn(t)}. ${ruleEn(t)}`,
  'should-be-off.cleared-contact': (t) =>
    `The machine ${placeEn(t)} has stopped: its running signal is off. It ran for ${t.duration('activeS')}. Find out who used it.`,
  'rate-of-change.raised-rising': (t) => `${t.what()} rises too fast: ${slopeEn(t)}, now ${t.amount('value')}.`,
  'rate-of-change.raised-falling': (t) => `${t.what()} falls too fast: ${slopeEn(t)}, now ${t.amount('value')}.`,
  'rate-of-change.cleared-rising': (t) => steadyEn(t),
  'rate-of-change.cleared-falling': (t) => steadyEn(t),
  'stale.raised': (t) =>
    `No valid data for ${t.duration('missedS')}: ${reasonEn(t)}. The last valid value was ${t.amount('value')} at ${t.clock('since')}. Nobody is watching this point now.`,
  'stale.raised-never': (t) =>
    `No valid data in the first ${t.duration('missedS')} of watching: ${reasonEn(t)}. Nobody is watching this point now.`,
  'stale.cleared': (t) => `Data is back, now ${t.amount('value')}. It was missing for ${t.duration('missedS')}.`,
  'presence.raised': (t) => `The camera saw ${targetEn(t)} at ${t.clock('since')}.`,
  'presence.cleared': (t) =>
    `The camera has not seen ${targetEn(t)} for ${t.duration('heldS')}. It lasted ${t.duration('activeS')} in all.`,
  'tamper.raised-contact': (t) =>
    `The tamper contact was triggered at ${t.clock('since')}: a meter cover or cabinet may be open. Send somebody to look.`,
  'tamper.raised-counter': (t) =>
    `The cover counter went from ${t.number('before') ?? '—'} to ${t.number('counter') ?? '—'} at ${t.clock('since')}: a cover or cabinet was opened. Send somebody to look.`,
  'tamper.raised-reset': (t) =>
    `The cover counter went back from ${t.number('before') ?? '—'} to ${t.number('counter') ?? '—'} at ${t.clock('since')}: the meter may have been exchanged or reset. Send somebody to look.`,
  'tamper.cleared': (t) => `Nothing more was opened for ${t.duration('heldS')}. It still has to be checked on site.`,
  'tamper.raised-value': (t) =>
    `The watched value went from ${t.number('before') ?? '—'} to ${t.number('counter') ?? '—'} at ${t.clock('since')}: the device may have been opened, switched off or altered. Send somebody to look.`,
  'tamper.cleared-value': (t) =>
    `Nothing more has changed for ${t.duration('heldS')}. It still has to be checked on site.`,
  'tamper.raised-device': (t) =>
    `Another device answers at this address since ${t.clock('since')}: the site’s own may have been exchanged, and its values are not shown. Send somebody to look.`,
  'tamper.cleared-device': (t) =>
    `The site’s own device has answered again for ${t.duration('heldS')}. It still has to be checked on site.`,
  'fault.raised': (t) => `The device reports a fault, ${sinceEn(t)}. Send somebody to check.`,
  'fault.cleared': (t) => `The device no longer reports a fault. It lasted ${t.duration('activeS')}.`,
  'fault.raised-store': (t) =>
    `The gateway's store has a fault, ${sinceEn(t)}: the disk refuses, or a damaged file was set aside. New data may be in memory only and is lost with the power. See to the disk soon.`,
  'fault.cleared-store': (t) => `The gateway's store works again. The fault lasted ${t.duration('activeS')}.`,
  'fault.raised-room': (t) =>
    `The gateway's store is full, ${sinceEn(t)}: of the oldest data only least, mean and most of each minute are kept, or nothing. See to the connection.`,
  'fault.cleared-room': (t) => `The gateway's store has room again. It was full for ${t.duration('activeS')}.`,
  'fault.raised-clock': (t) =>
    `The gateway does not know the time, ${sinceEn(t)}: nobody can say how far it is off, or it may be by more than a minute. The order of readings holds, the times of alarms prove nothing. Connect it, or set its time on site.`,
  'fault.cleared-clock': (t) => `The gateway's time can be relied on again. It could not for ${t.duration('activeS')}.`,
  'evidence.added': (t) => `${plural(t.number('pictures') ?? 0, 'new picture')} (${targetEn(t)}).`,
  'rule.withdrawn': () =>
    'The rule was taken out of the gateway’s configuration, which ends its alarm. It does not mean that the site is back to normal.',
  'gateway-silent.raised': (t) =>
    `The gateway has been silent for ${t.duration('silentS')}: power or network may be cut, or it was damaged. Until it is back, nobody is watching this site.`,
  'gateway-silent.cleared': (t) => `The gateway is back. It was silent for ${t.duration('silentS')}.`,
}

/** The message tables. zh-CN is the first language of the product. */
export const MESSAGES: Readonly<Record<Language, Readonly<Record<MessageKey, Message>>>> = { 'zh-CN': zh, en }

/** The names of rule types, those of the control room included. */
export const RULE_TYPE_NAMES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  'zh-CN': {
    'high-limit': '超上限',
    'low-limit': '超下限',
    'should-be-off': '停用回路带电',
    'rate-of-change': '变化过快',
    stale: '数据中断',
    presence: '有人或车',
    tamper: '防拆动作',
    fault: '故障',
    'gateway-silent': '网关失联',
  },
  en: {
    'high-limit': 'Above the limit',
    'low-limit': 'Below the limit',
    'should-be-off': 'Power where none should be',
    'rate-of-change': 'Changing too fast',
    stale: 'No data',
    presence: 'Person or vehicle',
    tamper: 'Tampering',
    fault: 'Fault',
    'gateway-silent': 'Gateway silent',
  },
}

function sinceZh(t: Told): string {
  return (t.number('heldS') ?? 0) < 1 ? t.clock('since') : `${t.clock('since')} 起已持续 ${t.duration('heldS')}`
}

function sinceEn(t: Told): string {
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

function placeOf(t: Told) {
  const kind = t.text('siteKind') ?? 'closed-pit'
  return PLACES[kind] ?? PLACES.other
}

function placeZh(t: Told): string {
  return placeOf(t)?.zh ?? ''
}

function placeEn(t: Told): string {
  return placeOf(t)?.en ?? ''
}

function ruleZh(t: Told): string {
  return placeOf(t)?.rule.zh ?? ''
}

function ruleEn(t: Told): string {
  return placeOf(t)?.rule.en ?? ''
}

function usesZh(t: Told): string {
  return t.text('quantity') === 'voltage' ? '仍带电' : '仍在用电'
}

function usesEn(t: Told): string {
  return t.text('quantity') === 'voltage' ? 'Live voltage' : 'Power in use'
}

function slopeZh(t: Told, way: string): string {
  return `${perZh(t)}${way} ${t.size('slope')}，限值 ${t.size('limit')}，按最近 ${t.duration('windowS')}计算`
}

function slopeEn(t: Told): string {
  return `${t.size('slope')} ${perEn(t)}, the limit is ${t.size('limit')}, over the last ${t.duration('windowS')}`
}

function steadyZh(t: Told): string {
  return `${t.what()}变化已放缓：${perZh(t)} ${t.amount('slope')}，现为 ${t.amount('value')}。过快持续 ${t.duration('activeS')}。`
}

function steadyEn(t: Told): string {
  return `${t.what()} has steadied: ${t.amount('slope')} ${perEn(t)}, now ${t.amount('value')}. It changed too fast for ${t.duration('activeS')}.`
}

function perZh(t: Told): string {
  return t.text('per') === 'min' ? '每分钟' : '每小时'
}

function perEn(t: Told): string {
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

function reasonZh(t: Told): string {
  return REASONS[t.text('reason') ?? '']?.zh ?? '没有收到任何读数'
}

function reasonEn(t: Told): string {
  return REASONS[t.text('reason') ?? '']?.en ?? 'no reading came at all'
}

const TARGETS: Readonly<Record<string, { zh: string; en: string }>> = {
  human: { zh: '人员', en: 'a person' },
  vehicle: { zh: '车辆', en: 'a vehicle' },
}

function targetZh(t: Told): string {
  return TARGETS[t.text('target') ?? '']?.zh ?? '活动目标'
}

function targetEn(t: Told): string {
  return TARGETS[t.text('target') ?? '']?.en ?? 'something moving'
}

function lower(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1)
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
