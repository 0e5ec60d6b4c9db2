import { sinceZh, sinceEn } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const faultWords: RuleWords = {
  type: 'fault',
  name: { 'zh-CN': '故障', en: 'Fault' },
  'zh-CN': {
    raised: (t) => `设备报故障，${sinceZh(t)}。请派人检查。`,
    cleared: (t) => `设备不再报故障。本次持续 ${t.duration('activeS')}。`,
    'raised-store': (t) =>
      `网关存储故障，${sinceZh(t)}：磁盘拒绝写入，或损坏的数据文件已被搁置。新数据可能只在内存中，断电即失。请尽快检查磁盘。`,
    'cleared-store': (t) => `网关存储已恢复正常，故障持续 ${t.duration('activeS')}。`,
    'raised-room': (t) =>
      `网关存储已满，${sinceZh(t)}：最早的数据只留每分钟的最小、平均和最大值，或不再保留。请检查通信。`,
    'cleared-room': (t) => `网关存储又有余量，已满状态持续 ${t.duration('activeS')}。`,
    'raised-clock': (t) =>
      `网关不知道准确时间，${sinceZh(t)}：误差不明，或超过一分钟。读数顺序不受影响，但报警时刻不足为凭。请接通监控中心，或在现场为网关对时。`,
    'cleared-clock': (t) => `网关的时间已可靠，此前 ${t.duration('activeS')} 不可靠。`,
  },
  en: {
    raised: (t) => `The device reports a fault, ${sinceEn(t)}. Send somebody to check.`,
    cleared: (t) => `The device no longer reports a fault. It lasted ${t.duration('activeS')}.`,
    'raised-store': (t) =>
      `The gateway's store has a fault, ${sinceEn(t)}: the disk refuses, or a damaged file was set aside. New data may be in memory only and is lost with the power. See to the disk soon.`,
    'cleared-store': (t) => `The gateway's store works again. The fault lasted ${t.duration('activeS')}.`,
    'raised-room': (t) =>
      `The gateway's store is full, ${sinceEn(t)}: of the oldest data only least, mean and most of each minute are kept, or nothing. See to the connection.`,
    'cleared-room': (t) => `The gateway's store has room again. It was full for ${t.duration('activeS')}.`,
    'raised-clock': (t) =>
      `The gateway does not know the time, ${sinceEn(t)}: nobody can say how far it is off, or it may be by more than a minute. The order of readings holds, the times of alarms prove nothing. Connect it, or set its time on site.`,
    'cleared-clock': (t) => `The gateway's time can be relied on again. It could not for ${t.duration('activeS')}.`,
  },
}
