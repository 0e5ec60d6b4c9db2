import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { KeptTime } from '../../gateway/clock/kept-time.ts'
import { bootId, systemClock } from '../../platform/clock.ts'
import type { Call, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { durationOption } from '../option-values.ts'

const say = speaker({
  badAction: { 'zh-CN': 'clock：应为 show 或 set，却是 {came}', en: 'clock: expected show or set, came {came}' },
  noGateway: {
    'zh-CN': '--gateway：请给出网关的存储目录或其 site.yaml',
    en: "--gateway: name the gateway's store folder or its site.yaml",
  },
  noTime: {
    'zh-CN': 'clock set：请给出时间（如 2026-01-12T10:00:00+08:00），或 --from-this-machine',
    en: 'clock set: give the time, such as 2026-01-12T10:00:00+08:00, or --from-this-machine',
  },
  unknown: {
    'zh-CN': '{folder}：此处的网关还没有记下任何时间。',
    en: '{folder}: the gateway of this folder has kept no time yet.',
  },
  told: {
    'zh-CN': '网关时间：{time}（{worth}），来源：{source}',
    en: "The gateway's time: {time} ({worth}), from {source}",
  },
  machine: {
    'zh-CN': '本机系统时钟：{time}，比网关时间快 {ahead} 秒',
    en: "This machine's own clock: {time}, {ahead} s ahead of it",
  },
  otherBoot: {
    'zh-CN': '这是 {time} 时的记录：网关在本机本次开机后还没有运行过，或目录属于另一台机器。',
    en: 'This is from {time}: the gateway has not run on this machine since it was booted, or the folder is of another one.',
  },
  plusMinus: { 'zh-CN': '误差不超过 {seconds} 秒', en: 'off by {seconds} s at most' },
  nobody: { 'zh-CN': '误差不明', en: 'nobody can say how far off' },
  taken: {
    'zh-CN': '网关已采用：{time}，误差不超过 {seconds} 秒。',
    en: 'The gateway has taken it: {time}, off by {seconds} s at most.',
  },
  left: {
    'zh-CN': '已写入 {folder}，但网关尚未采用。网关必须在本机上运行；若在别的机器上，请从此处执行：{line}',
    en: 'Left in {folder}, but the gateway has not taken it yet. It must run on this machine; for another one, say from here: {line}',
  },
  none: { 'zh-CN': '无人告知', en: 'nobody' },
  placed: { 'zh-CN': '按前后推定', en: 'what came before and after' },
  rtc: { 'zh-CN': '硬件时钟（电池）', en: 'the battery clock' },
  'control-room': { 'zh-CN': '监控中心', en: 'the control room' },
  technician: { 'zh-CN': '技术人员', en: 'a technician' },
  ntp: { 'zh-CN': '本机的网络校时', en: "the machine's own clock, which is kept" },
  gps: { 'zh-CN': '卫星', en: 'GPS' },
})

/** A watch set by hand, and the moment until the key is pressed. */
const WITHIN_MS = 2_000
/** A gateway looks every few seconds. */
const TAKEN_WITHIN_MS = 8_000
/** Nobody knows better than to this before anything is measured, ms per ms. */
const DRIFT = 200e-6

/** Shows what a gateway's time is worth, and sets it where it can hear nobody. */
export const command: Command = {
  name: 'clock',
  summary: {
    'zh-CN': '查看网关的时间及其误差，或在现场为它对时',
    en: "show a gateway's time and what it is worth, or set it on site",
  },
  operands: [
    {
      name: 'ACTION',
      isOptional: true,
      about: { 'zh-CN': 'show 查看（默认），set 对时', en: 'show (default) or set' },
    },
    {
      name: 'TIME',
      isOptional: true,
      about: { 'zh-CN': 'set：现在的时间，带时区', en: 'set: the time now, with its zone' },
    },
  ],
  options: {
    gateway: {
      value: 'PATH',
      about: { 'zh-CN': '网关的存储目录或其 site.yaml', en: "the gateway's store folder or its site.yaml" },
    },
    'from-this-machine': {
      about: { 'zh-CN': 'set：以本机系统时钟为准', en: "set: take this machine's own clock, which you have checked" },
    },
    within: {
      value: 'DURATION',
      about: { 'zh-CN': 'set：所给时间的最大误差（默认 2s）', en: 'set: how far it may be off (default 2s)' },
    },
  },
  run: async (call) => {
    const action = call.operand(0)
    const folder = await folderOf(call)
    if (action === '' || action === 'show') return show(call, folder)
    if (action === 'set') return set(call, folder)
    throw new UsageError(say(call.language, 'badAction', { came: action }))
  },
}

async function folderOf(call: Call): Promise<string> {
  const path = call.option('gateway')
  if (path === null) throw new UsageError(say(call.language, 'noGateway'))
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return resolve(path)
  const { loadGatewayConfig } = await import('../../platform/site/loaded-gateway.ts')
  const { config, baseFolder } = loadGatewayConfig(resolve(path))
  return resolve(baseFolder, config.store)
}

async function show({ language, print }: Call, folder: string): Promise<number> {
  const { readKeptTime } = await import('../../gateway/clock/kept-time.ts')
  const kept = readKeptTime(folder)
  if (kept === null) {
    print(say(language, 'unknown', { folder }))
    return 1
  }
  const isSameBoot = kept.boot === bootId(systemClock)
  const mono = isSameBoot ? systemClock.mono() : kept.mono
  const told = mono + kept.offsetMs
  const worthMs = kept.uncertaintyMs === null ? null : kept.uncertaintyMs + DRIFT * (mono - kept.mono)
  const worth = worthMs === null ? say(language, 'nobody') : say(language, 'plusMinus', { seconds: seconds(worthMs) })
  print(say(language, 'told', { time: timeText(told), worth, source: say(language, kept.source) }))
  if (!isSameBoot) print(say(language, 'otherBoot', { time: timeText(told) }))
  else {
    const own = systemClock.now()
    print(say(language, 'machine', { time: timeText(own), ahead: seconds(own - told) }))
  }
  return 0
}

async function set(call: Call, folder: string): Promise<number> {
  const { language, print, signal } = call
  const uncertaintyMs = durationOption(call, 'within') ?? WITHIN_MS
  const utc = call.has('from-this-machine') ? systemClock.now() : givenTime(call)
  const { leaveNote } = await import('../../gateway/clock/technician-note.ts')
  const { readKeptTime } = await import('../../gateway/clock/kept-time.ts')
  const mono = systemClock.mono()
  leaveNote(folder, { utc, boot: bootId(systemClock), mono, uncertaintyMs })
  const until = mono + TAKEN_WITHIN_MS
  while (systemClock.mono() < until) {
    if (isTaken(readKeptTime(folder), mono)) {
      print(say(language, 'taken', { time: timeText(utc), seconds: seconds(uncertaintyMs) }))
      return 0
    }
    await systemClock.sleep(250, signal)
  }
  const line = 'ssh … npx pitwatch clock set "$(date -u +%FT%TZ)" --gateway …'
  print(say(language, 'left', { folder, line }))
  return 1
}

function isTaken(kept: KeptTime | null, mono: number): boolean {
  return kept?.claims.some((claim) => claim.source === 'technician' && claim.mono === mono) === true
}

/** Without its zone a time is another one everywhere. */
function givenTime(call: Call): number {
  const text = call.operand(1)
  const utc = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (!(utc >= 0)) throw new UsageError(say(call.language, 'noTime'))
  return utc
}

function timeText(utc: number): string {
  return new Date(Math.round(utc)).toISOString()
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(Math.abs(ms) < 10_000 ? 2 : 0)
}
