import { dirname, resolve } from 'node:path'
import { isMap, parseDocument } from 'yaml'
import { PollClass } from '../../core/contract/device-profile.ts'
import type { Language } from '../../core/contract/text.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { readConfig } from '../../platform/config.ts'
import { ASSUMED_LATENCY_MS, BUSY_SHARE, type BusPlan, type PointAge } from '../../gateway/technician/bus-plan.ts'
import type { CalendarGap, LoadedCalendar } from '../../platform/calendar.ts'
import type { Call, Command } from '../command.ts'
import { speaker } from '../messages.ts'
import { textTable } from '../text-table.ts'

const EXIT_FAULT = 2

const say = speaker({
  gateway: {
    'zh-CN': '{path}：网关 {id}：{buses} 条总线，{devices} 台设备，{cameras} 台摄像机，{rules} 条规则。',
    en: '{path}: gateway {id}: {buses} buses, {devices} devices, {cameras} cameras, {rules} rules.',
  },
  control: {
    'zh-CN': '{path}：监控中心 {id}：{persons} 名值班人员，历史 {history}，消息代理 {broker}。',
    en: '{path}: control room {id}: {persons} persons on duty, history {history}, broker {broker}.',
  },
  standard: {
    'zh-CN': '连同自动规则和标准规则共 {armed} 条规则生效；pitwatch rules 说明各类规则。',
    en: '{armed} rules are armed with the automatic and the standard ones; pitwatch rules tells what each type does.',
  },
  calendarMissing: {
    'zh-CN': '警告：日历 {path} 缺 {year} 年：节假日和调休日将按普通日子判断。请补上该年。',
    en: 'warning: calendar {path} lacks {year}: holidays and worked weekends count as days like others. Add the year.',
  },
  calendarUnannounced: {
    'zh-CN': '警告：日历 {path} 的 {year} 年只有法定日期，没有调休安排。请按国务院办公厅通知补全。',
    en: 'warning: calendar {path} has only the dates of the law for {year}. Put in the days of the yearly notice.',
  },
  calendarUnreadable: {
    'zh-CN': '警告：日历不能用，改用随附的日历：{why}',
    en: 'warning: the calendar cannot be used, the shipped one stands in: {why}',
  },
  inOrder: { 'zh-CN': '{path}：正确。', en: '{path}: in order.' },
  refused: { 'zh-CN': '{path}：不能这样运行，见上。', en: '{path}: cannot run like this, see above.' },
  busPlan: {
    'zh-CN':
      '总线 {bus}：占用 {share} %，每轮 {requests} 个请求，命令最迟 {command} ms，所有设备同一周期时最快 {fastest}',
    en: 'Bus {bus}: {share} % in use, {requests} requests a round, a command takes {command} ms at worst, fastest safe every for all: {fastest}',
  },
  noneSafe: { 'zh-CN': '无', en: 'none' },
  assumed: { 'zh-CN': '按每台设备应答延迟 {ms} ms 估算。', en: 'Reckoned with {ms} ms of thinking per device.' },
  busy: {
    'zh-CN': '警告：总线 {bus} 占用 {share} %，超过 {limit} %，重试和命令将变慢。加大 every，或少读测点。',
    en: 'warning: bus {bus} is {share} % in use, more than {limit} %: repeats and commands will be slow. Give devices a longer every, or read fewer points.',
  },
  overloaded: {
    'zh-CN': '总线 {bus}：应不超过 100 %，却需 {share} %。every 至少 {fastest}，或少读测点，或分成两条总线。',
    en: 'bus {bus}: expected at most 100 % of its time, came {share} %. Use every {fastest} or longer, read fewer points, or make two buses of it',
  },
  device: { 'zh-CN': '设备', en: 'device' },
  poll: { 'zh-CN': '轮询级', en: 'class' },
  points: { 'zh-CN': '测点', en: 'points' },
  every: { 'zh-CN': '周期', en: 'every' },
  age: { 'zh-CN': '最旧', en: 'oldest' },
  share: { 'zh-CN': '占用', en: 'share' },
  fast: { 'zh-CN': '快', en: 'fast' },
  slow: { 'zh-CN': '慢', en: 'slow' },
  rare: { 'zh-CN': '极慢', en: 'rare' },
  neither: {
    'zh-CN': '{path}：应为网关配置（含 site）或监控中心配置（含 duty），两者皆非',
    en: '{path}: expected the configuration of a gateway (with site) or of a control room (with duty), came neither',
  },
})

/** Checks a configuration file without any hardware; every fault of it is printed. */
export const command: Command = {
  name: 'check',
  summary: {
    'zh-CN': '检查配置文件（不需要硬件），列出全部错误和总线占用',
    en: 'check a configuration file, without hardware: every fault, and what the buses have to do',
  },
  operands: [{ name: 'FILE', about: { 'zh-CN': 'site.yaml 或 control.yaml', en: 'site.yaml or control.yaml' } }],
  options: {
    points: { about: { 'zh-CN': '逐个列出测点的最旧时间', en: 'list how old each single point gets' } },
  },
  run: async (call) => {
    const given = call.operand(0)
    const path = resolve(given)
    const kind = kindOf(readConfig(path))
    if (kind === 'neither') {
      throw new HouseError('config/invalid', say(call.language, 'neither', { path: given }), { path })
    }
    if (kind === 'control') {
      call.print(say(call.language, kind, { path: given, ...(await controlFacts(path)) }))
      call.print(say(call.language, 'inOrder', { path: given }))
      return 0
    }
    return checkGateway(call, path)
  },
}

/** A file that is no YAML at all counts as a gateway's, whose report then says so with its line. */
function kindOf(text: string): 'gateway' | 'control' | 'neither' {
  const document = parseDocument(text)
  if (document.errors.length > 0) return 'gateway'
  if (['site', 'devices', 'buses', 'cameras', 'rules', 'uplink'].some((key) => document.has(key))) return 'gateway'
  return ['duty', 'http', 'broker', 'history'].some((key) => has(document.contents, key)) ? 'control' : 'neither'
}

async function checkGateway(call: Call, path: string): Promise<number> {
  const { loadGatewayConfig } = await import('../../platform/site/loaded-gateway.ts')
  const { sitePlans } = await import('../../gateway/technician/site-plans.ts')
  const loaded = loadGatewayConfig(path)
  const { config, profiles } = loaded
  const plans = sitePlans(config, profiles)
  call.print(
    say(call.language, 'gateway', {
      path: call.operand(0),
      id: config.site.id,
      buses: config.buses.length,
      devices: config.devices.length,
      cameras: config.cameras.length,
      rules: config.rules.length,
    }),
  )
  call.print(say(call.language, 'standard', { armed: loaded.plan.rules.length }))
  await warnOfCalendar(call, loaded.calendar)
  for (const plan of plans) printPlan(call, plan)
  if (plans.length > 0) call.print(say(call.language, 'assumed', { ms: ASSUMED_LATENCY_MS }))
  const { judgeIdentity } = await import('../enrol/check.ts')
  const isKnown = judgeIdentity(call, config, dirname(path))
  const isRefused = plans.map((plan) => judged(call, plan)).includes(false) || !isKnown
  if (isRefused) call.complain(say(call.language, 'refused', { path: call.operand(0) }))
  else call.print(say(call.language, 'inOrder', { path: call.operand(0) }))
  return isRefused ? EXIT_FAULT : 0
}

/** What the calendar lacks is no reason to refuse a file: a gateway watches all the same. */
async function warnOfCalendar({ language, complain, clock }: Call, calendar: LoadedCalendar): Promise<void> {
  const { calendarGaps } = await import('../../platform/calendar.ts')
  for (const gap of calendarGaps(calendar, clock.now())) complain(gapText(language, gap))
}

function gapText(language: Language, gap: CalendarGap): string {
  switch (gap.is) {
    case 'unreadable':
      return say(language, 'calendarUnreadable', { why: gap.why })
    case 'missing':
      return say(language, 'calendarMissing', { path: gap.path, year: gap.year })
    case 'unannounced':
      return say(language, 'calendarUnannounced', { path: gap.path, year: gap.year })
  }
}

function printPlan(call: Call, plan: BusPlan): void {
  const { language, print } = call
  print('')
  print(
    say(language, 'busPlan', {
      bus: plan.bus,
      share: percent(plan.utilisation),
      requests: plan.requestsPerRound,
      command: plan.worstCommandMs,
      fastest: fastestText(language, plan),
    }),
  )
  if (plan.points.length === 0) return
  const heads = (['device', 'share', 'poll', 'points', 'every', 'age'] as const).map((key) => say(language, key))
  const rows = plan.devices.flatMap(({ device, utilisation }) =>
    grouped(plan.points, { device, isEach: call.has('points') }).map(({ poll, points, periodMs, worstAgeMs }, row) => [
      device,
      // It is the whole device's, so it stands once.
      row === 0 ? `${percent(utilisation)} %` : '',
      say(language, poll),
      points,
      durationText(periodMs),
      durationText(worstAgeMs),
    ]),
  )
  for (const line of textTable(heads, rows, [1, 4, 5])) print(line)
}

/** Says what is wrong with a bus's load; false when it cannot be done at all. */
function judged({ language, complain }: Call, plan: BusPlan): boolean {
  const { bus, utilisation } = plan
  const values = { bus, share: percent(utilisation), limit: 100 * BUSY_SHARE, fastest: fastestText(language, plan) }
  if (utilisation > 1) complain(say(language, 'overloaded', values))
  else if (utilisation > BUSY_SHARE) complain(say(language, 'busy', values))
  return utilisation <= 1
}

/** Points of one device and class are equally old at worst, so they share a row unless each is asked for. */
function grouped(
  points: readonly PointAge[],
  { device, isEach }: { readonly device: string; readonly isEach: boolean },
): readonly (Omit<PointAge, 'point'> & { readonly points: string })[] {
  const own = points.filter((point) => point.device === device)
  if (isEach) return own.map((point) => ({ ...point, points: point.point }))
  return PollClass.options.flatMap((poll) => {
    const here = own.filter((point) => point.poll === poll)
    const [first] = here
    return first === undefined ? [] : [{ ...first, points: String(here.length) }]
  })
}

function fastestText(language: Language, { fastestEveryMs }: BusPlan): string {
  return fastestEveryMs === null ? say(language, 'noneSafe') : durationText(fastestEveryMs)
}

function percent(share: number): string {
  return (100 * share).toFixed(share < 0.1 ? 1 : 0)
}

function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`
}

async function controlFacts(path: string): Promise<Readonly<Record<string, string | number>>> {
  const { loadControlConfig } = await import('../../dashboard/server/config.ts')
  const config = loadControlConfig(path)
  return {
    id: config.group,
    persons: config.duty.persons.length,
    history: config.history.kind,
    broker: config.broker.kind,
  }
}

function has(contents: unknown, key: string): boolean {
  return isMap(contents) && contents.has(key)
}
