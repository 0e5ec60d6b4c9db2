import type { ConfigContent, ConfigDetail, ConfigPushed, ConfigReport } from '../../core/contract/config-lane.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { diffHunks, diffLines } from '../../core/kit/line-diff.ts'
import type { ConfigDesk } from '../../dashboard/server/configs/config-desk.ts'
import { systemClock } from '../../platform/clock.ts'
import { type Call, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { durationOption } from '../option-values.ts'
import { textTable } from '../text-table.ts'
import { whoAmI, withConfigs } from './desk.ts'
import { packSite } from './pack.ts'
import { reportWords } from './words.ts'

const WAIT_MS = 180_000
const LOOK_MS = 300

const say = speaker({
  made: {
    'zh-CN': '站点 {site}：版本 {version}，附带 {profiles} 个设备档案。正在等网关答复；Ctrl-C 不影响下发。',
    en: 'Site {site}: version {version}, with {profiles} profiles. Waiting for the gateway; Ctrl-C leaves it on its way.',
  },
  silent: {
    'zh-CN': '网关还没有答复；监控中心运行且网关在线后即会收到。查看：npx pitwatch config list {site}',
    en: 'The gateway has not answered yet; it gets it when the control room runs and it is online. To look: npx pitwatch config list {site}',
  },
  none: { 'zh-CN': '站点 {site} 没有下发过配置。', en: 'Site {site} has not been sent a configuration.' },
  running: {
    'zh-CN': '网关正在运行：版本 {version}（0 = 网关自己的文件）',
    en: 'The gateway runs version {version} (0 = its own file)',
  },
  version: { 'zh-CN': '版本', en: 'version' },
  at: { 'zh-CN': '时间', en: 'time' },
  by: { 'zh-CN': '下发人', en: 'by' },
  state: { 'zh-CN': '状态', en: 'state' },
  copy: { 'zh-CN': '同版本 {version}', en: 'as {version}' },
  same: { 'zh-CN': '版本 {from} 与 {to} 相同。', en: 'Versions {from} and {to} are the same.' },
  badVersion: {
    'zh-CN': '应为版本号，却是“{came}”',
    en: 'expected the number of a version, came "{came}"',
  },
  kept: {
    'zh-CN':
      '设备：{kept} 台未受影响，{restarted} 台重启，{added} 台新增，{removed} 台移除；{measured} 台实测，{late} 台迟于一个周期',
    en: 'devices: {kept} untouched, {restarted} restarted, {added} added, {removed} removed; {measured} measured, {late} later than one period',
  },
})

/** Sends a file, and waits for what its gateway says. Throws `config/…`, UsageError. */
export async function pushFile(call: Call): Promise<number> {
  const { site, content } = packSite(call.operand(1))
  return await withConfigs(call, async (configs) =>
    follow(call, configs, await configs.push(site, content, whoAmI()), content),
  )
}

/** Sends an old version again. Throws `config/…`, UsageError. */
export async function rollBack(call: Call): Promise<number> {
  const site = call.operand(1)
  const version = versionOperand(call, 2)
  if (version === null) throw new UsageError(say(call.language, 'badVersion', { came: '' }))
  return await withConfigs(call, async (configs) => {
    const { content } = await found(configs, site, version)
    return follow(call, configs, await configs.restore(site, version, whoAmI()), content)
  })
}

export async function listVersions(call: Call): Promise<number> {
  const { language } = call
  const site = call.operand(1)
  const { versions, report } = await withConfigs(call, (configs) => configs.list(site))
  if (versions.length === 0) {
    call.print(say(language, 'none', { site }))
    return 0
  }
  const heads = (['version', 'at', 'by', 'state'] as const).map((key) => say(language, key))
  const rows = versions.map(({ version, issuedAt, by, copyOf, report: told }) => [
    copyOf === null ? String(version) : `${version} (${say(language, 'copy', { version: copyOf })})`,
    new Date(issuedAt).toISOString().slice(0, 19).replace('T', ' '),
    by,
    told === null ? '–' : reportWords(told, language),
  ])
  for (const line of textTable(heads, rows)) call.print(line)
  if (report !== null) call.print(say(language, 'running', { version: report.running }))
  return 0
}

export async function showVersion(call: Call): Promise<number> {
  const site = call.operand(1)
  const { content } = await withConfigs(call, async (configs) =>
    found(configs, site, versionOperand(call, 2) ?? (await newest(configs, site))),
  )
  for (const { name, text } of filesOf(content)) {
    call.print(`# ${name}`)
    call.print(text.trimEnd())
  }
  return 0
}

export async function diffVersions(call: Call): Promise<number> {
  const site = call.operand(1)
  const [a, b] = await withConfigs(call, async (configs) => {
    const to = versionOperand(call, 2) ?? (await newest(configs, site))
    const from = versionOperand(call, 3) ?? to - 1
    return [await found(configs, site, from), await found(configs, site, to)] as const
  })
  const lines = diffText(a.content, b.content)
  if (lines.length === 0) call.print(say(call.language, 'same', { from: a.version, to: b.version }))
  for (const line of lines) call.print(line)
  return 0
}

/** The files of two versions side by side, as `diff -u` writes them. */
function diffText(from: ConfigContent, to: ConfigContent): string[] {
  const [before, after] = [filesOf(from), filesOf(to)]
  const names = [...new Set([...before, ...after].map(({ name }) => name))]
  const textOf = (files: typeof before, name: string) => files.find((file) => file.name === name)?.text ?? ''
  return names.flatMap((name) => {
    const hunks = diffHunks(diffLines(textOf(before, name), textOf(after, name)))
    if (hunks.length === 0) return []
    const mark = { same: ' ', removed: '-', added: '+' }
    const lines = hunks.flatMap((hunk) => [
      `@@ -${hunk.from} +${hunk.to} @@`,
      ...hunk.lines.map(({ kind, text }) => `${mark[kind]}${text}`),
    ])
    return [`--- ${name}`, `+++ ${name}`, ...lines]
  })
}

function filesOf({ site, profiles }: ConfigContent): readonly { readonly name: string; readonly text: string }[] {
  return [
    { name: 'site.yaml', text: site },
    ...profiles.map(({ name, yaml }) => ({ name: `${name}.yaml`, text: yaml })),
  ]
}

/** Prints what the gateway says until it has decided; 1 when it does not take the version. */
async function follow(call: Call, configs: ConfigDesk, pushed: ConfigPushed, content: ConfigContent): Promise<number> {
  const { language, signal } = call
  const { site, version } = pushed
  call.print(say(language, 'made', { site, version, profiles: content.profiles.length }))
  const end = systemClock.mono() + (durationOption(call, 'wait') ?? WAIT_MS)
  let last: string | null = null
  while (systemClock.mono() < end && !signal.aborted) {
    const told = (await configs.list(site)).versions.find((one) => one.version === version)?.report ?? null
    if (told !== null && told.state !== last) printReport(call, told)
    last = told?.state ?? null
    if (told !== null && isDecided(told)) return told.state === 'confirmed' ? 0 : 1
    await systemClock.sleep(LOOK_MS, signal).catch(() => undefined)
  }
  call.print(say(language, 'silent', { site }))
  return 0
}

function isDecided({ state }: ConfigReport): boolean {
  return state === 'confirmed' || state === 'refused' || state === 'rolled-back'
}

function printReport(call: Call, told: ConfigReport): void {
  const { language } = call
  call.print(reportWords(told, language))
  for (const fault of told.faults) call.print(`  ${fault}`)
  if (told.deploy === null || told.state !== 'confirmed') return
  const { devices, continuity } = told.deploy
  const { kept, restarted, added, removed } = devices
  const counts = { kept: kept.length, restarted: restarted.length, added: added.length, removed: removed.length }
  call.print(say(language, 'kept', { ...counts, measured: continuity.measured, late: continuity.late.length }))
}

function versionOperand(call: Call, index: number): number | null {
  const text = call.operand(index)
  if (text === '') return null
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new UsageError(say(call.language, 'badVersion', { came: text }))
}

async function newest(configs: ConfigDesk, site: string): Promise<number> {
  const { versions } = await configs.list(site)
  const [first] = versions
  if (first === undefined) throw new HouseError('http/not-found', `there is no configuration of ${site}`, { site })
  return first.version
}

async function found(configs: ConfigDesk, site: string, version: number): Promise<ConfigDetail> {
  const detail = await configs.get(site, version)
  if (detail === null)
    throw new HouseError('http/not-found', `there is no version ${version} of ${site}`, { site, version })
  return detail
}
