import type { Told } from '../wording.ts'
import type { RuleWords } from './words.ts'

const GAPS: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  nobody: { zh: '无人值班', en: 'nobody is on duty' },
  'fallback-only': { zh: '只有备用人员', en: 'only the fallback persons are left' },
  'double-booked': { zh: '同一人重复排班', en: 'one person is booked twice' },
  unverified: { zh: '值班人员的联系方式未经验证', en: 'a person on duty has no proven contact' },
  'calendar-not-announced': { zh: '该年度节假日安排尚未导入', en: 'the holidays of that year are not known yet' },
}

function gapZh(t: Told): string {
  return GAPS[t.text('kind') ?? '']?.zh ?? '排班有空缺'
}

function gapEn(t: Told): string {
  return GAPS[t.text('kind') ?? '']?.en ?? 'the roster has a gap'
}

function after(text: string | null, before: string): string {
  return text === null ? '' : `${before}${text}`
}

/** What the control room says of its own troubles, and what to do about each. A key is the rule's id. */
export const controlRoomWords: RuleWords = {
  type: 'control-room',
  name: { 'zh-CN': '值班室自身', en: 'Control room itself' },
  headline: {
    usual: { 'zh-CN': () => '值班室异常', en: () => 'trouble in the control room' },
    gap: { 'zh-CN': () => '值班有空缺', en: () => 'gap in the roster' },
    absent: { 'zh-CN': () => '带班领导未到岗', en: () => 'leader on duty is absent' },
    duty: { 'zh-CN': () => '无人值班', en: () => 'nobody on duty' },
    down: { 'zh-CN': () => '通知通道中断', en: () => 'notification channel down' },
    back: { 'zh-CN': () => '系统时钟被拨回', en: () => 'clock set back' },
    broken: { 'zh-CN': () => '台账校验失败', en: () => 'ledger is broken' },
    silent: { 'zh-CN': () => '看守程序失联', en: () => 'watchman is silent' },
    alarm: { 'zh-CN': () => '看守程序报警', en: () => 'watchman raised an alarm' },
    unproven: { 'zh-CN': () => '联系方式未验证', en: () => 'contact not proven' },
    missing: { 'zh-CN': () => '交接班未完成', en: () => 'shift not handed over' },
    unfilled: { 'zh-CN': () => '数据空缺未补齐', en: () => 'gap never filled' },
  },
  'zh-CN': {
    'duty-gap': (t) =>
      `${t.text('roleZh') ?? '某岗位'}自 ${t.text('day') ?? ''} ${t.clock('from')} 起至 ${t.clock('to')} ${gapZh(t)}${after(t.text('persons'), '：')}。请在值班页补排人员。`,
    'leader-absent': (t) =>
      `${t.text('roleZh') ?? '带班领导'}未到岗${after(t.text('persons'), '：')}，该班 ${t.clock('since')} 开始。请联系本人签到或安排替班。`,
    'handover-missing': (t) =>
      `${t.text('day') ?? ''} ${t.text('shiftZh') ?? '上一班'}没有完成交接班：下一班已于 ${t.clock('since')} 开始，双方尚未签字。请在交接班页补签。`,
    'nobody-on-duty': (t) => `${t.text('roleZh') ?? '某岗位'}现在无人可叫，报警已转下一级。请立即补排人员。`,
    'channel-down': (t) =>
      `通知通道中断${after(t.text('channels'), '：')}（${t.number('down') ?? 0}/${t.number('of') ?? 0}）。请检查网络、账户余额和调制解调器；在此期间改走其他通道。`,
    'clock-back': (t) => `系统时钟被拨回 ${t.duration('setBackS')}。计时按原时间继续；请检查对时并查明是谁改动。`,
    'chain-broken': (t) =>
      `台账第 ${t.number('n') ?? '—'} 条起校验不符，记录可能被改动。请勿再改动数据库，先备份，再运行离线校验并上报。`,
    'watchman-silent': (t) =>
      `看守程序自 ${t.clock('since')} 起没有应答：值班室出故障时将无人呼叫。请重启看守程序并检查其电源。`,
    'watchman-alarm': () => '看守程序发现报警没有送达，已直接呼叫值班人员。请检查通知通道和通知程序。',
    'contact-unproven': (t) =>
      `值班人员的联系方式未经验证${after(t.text('persons'), '：')}。请在值班页发送验证码并确认。`,
    'gap-unfilled': (t) => `站点数据空缺一直没有补齐，自 ${t.clock('from')} 起。请检查该站网关的存储和网络。`,
    flood: (t) =>
      `报警过多：10 分钟内 ${t.number('count') ?? '多'} 起。红色报警照常逐条呼叫，其余合并。请先处理红色报警。`,
    over: () => '已恢复正常。',
  },
  en: {
    'duty-gap': (t) =>
      `From ${t.text('day') ?? ''} ${t.clock('from')} to ${t.clock('to')}, ${t.text('role') ?? 'a role'}: ${gapEn(t)}${after(t.text('persons'), ' – ')}. Fill the gap on the duty page.`,
    'leader-absent': (t) =>
      `Not checked in on site: ${t.text('role') ?? 'the leader on duty'}${after(t.text('persons'), ' – ')}; the shift began at ${t.clock('since')}. Call the person, or enter somebody else.`,
    'handover-missing': (t) =>
      `The ${t.text('shift') ?? 'shift'} shift of ${t.text('day') ?? ''} was not handed over: the next one began at ${t.clock('since')} and both crews have not signed. Sign it on the hand-over page.`,
    'nobody-on-duty': (t) =>
      `There is nobody to call as ${t.text('role') ?? 'that role'}; alarms go on to the next step. Enter somebody at once.`,
    'channel-down': (t) =>
      `Messages do not go out${after(t.text('channels'), ' over ')} (${t.number('down') ?? 0} of ${t.number('of') ?? 0} channels). Look at network, credit and modem; other channels are used meanwhile.`,
    'clock-back': (t) =>
      `The clock was set back by ${t.duration('setBackS')}. Timers go on from where they were; look at the time service and find out who did it.`,
    'chain-broken': (t) =>
      `From entry ${t.number('n') ?? '—'} on the ledger does not verify: it may have been changed. Leave the database as it is, copy it, run the offline check, and report it.`,
    'watchman-silent': (t) =>
      `The watchman has not answered since ${t.clock('since')}: nobody would call if the control room failed. Start it again and look at its power.`,
    'watchman-alarm': () =>
      'The watchman found alarms that reached nobody and called the duty officers itself. Look at the channels and at the dispatcher.',
    'contact-unproven': (t) =>
      `A way to reach somebody on duty is not proven${after(t.text('persons'), ' – ')}. Send a code on the duty page and have it typed back.`,
    'gap-unfilled': (t) =>
      `Readings of a site from ${t.clock('from')} on were never filled in. Look at the store and the network of its gateway.`,
    flood: (t) =>
      `Too many alarms: ${t.number('count') ?? 'many'} in 10 minutes. Red ones are called one by one as ever, the rest together. See to the red ones first.`,
    over: () => 'It is over.',
  },
}
