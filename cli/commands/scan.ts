import { writeFileSync } from 'node:fs'
import type { DeviceProfile, LineSettings } from '../../core/contract/device-profile.ts'
import type { Language } from '../../core/contract/text.ts'
import type { Reason } from '../../gateway/technician/identify.ts'
import type { FoundUnit, ScanProgress, ScanReport } from '../../gateway/technician/scan.ts'
import type { FoundMeter } from '../../gateway/technician/scan-meters.ts'
import { lineName, linesByLikelihood, type ScanStep, unitsOf } from '../../gateway/technician/scan-plan.ts'
import { LEAST_CONFIDENCE } from '../../gateway/technician/site-proposal.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'
import { type Call, type Command, UsageError } from '../command.ts'
import { mustBeNew } from '../technician/out-file.ts'
import { busAt, type LinePlace, noPlace, PLACE_OPTIONS, placeOption, settingsOption } from '../technician/line-place.ts'
import { speaker } from '../messages.ts'
import { durationOption } from '../option-values.ts'
import { progressOn } from '../progress.ts'
import { allProfiles } from '../../platform/site/profiles.ts'
import { reasonText } from '../technician/words.ts'
import { textTable } from '../text-table.ts'

const DEFAULT_WITHIN_MS = 120_000
/** First signs are waited for so long: on a wire a device thinks 5 to 50 ms, behind a network server it may be more. */
const WIRE_PROBE_MS = 50
const NETWORK_PROBE_MS = 300
const MOST_REASONS = 3
/** What a shell says of a program that Ctrl-C has ended. */
const EXIT_INTERRUPTED = 130
/** A runner-up below this is none. */
const LEAST_SHOWN = 0.005
/** What convinces a person most comes first. */
const TELLING: readonly Reason['kind'][] = [
  ...(['other-model', 'model-register', 'says-itself', 'power-misfits', 'voltages-differ', 'out-of-range'] as const),
  ...(['all-zero', 'power-fits', 'voltages-alike', 'sum-fits', 'frequency', 'in-range', 'answers'] as const),
]

const say = speaker({
  badUnits: {
    'zh-CN': '--units：应为 1–247 的列表，如 1-32,100，却是 {came}',
    en: '--units: expected a list within 1–247 such as 1-32,100, came {came}',
  },
  start: {
    'zh-CN': '扫描 {place}，时限 {within} s，只读不写。Ctrl-C 结束。',
    en: 'Scanning {place} for at most {within} s. Nothing is written to any device. Ctrl-C ends it.',
  },
  progress: { 'zh-CN': '{line} 地址 {unit}，已找到 {found}', en: '{line} unit {unit}, found {found}' },
  meters: { 'zh-CN': 'DL/T 645 电表', en: 'DL/T 645 meters' },
  'nothing-rtu': {
    'zh-CN': '没有设备应答。请检查：A/B 是否接反，设备是否上电，终端电阻，另一主站是否占用总线。',
    en: 'Nothing answered. Look at: A and B swapped, power, termination, another master on the line.',
  },
  'nothing-tcp': {
    'zh-CN':
      '连接成功，但没有设备应答。请检查：主机和端口是否正确，地址（--units）是否包括设备的，端口是否为透传（则用 --rtu-over-tcp）。',
    en: "The connection stands, but nothing answered. Look at: host and port, whether --units has the device's unit, whether the port passes RTU bytes through (then --rtu-over-tcp).",
  },
  'nothing-rtu-over-tcp': {
    'zh-CN':
      '连接成功，但没有设备应答。请检查：串口服务器的波特率和校验，A/B 是否接反，设备是否上电，端口是否为 Modbus TCP（则用 --tcp）。',
    en: 'The connection stands, but nothing answered. Look at: baud rate and parity set in the serial server, A and B swapped, power, whether the port speaks Modbus TCP (then --tcp).',
  },
  alsoAt: { 'zh-CN': '地址 {unit} 在 {lines} 下也应答', en: 'Unit {unit} also answers at {lines}' },
  noSettings: {
    'zh-CN': '在多种线路设置下都应答：此端口不区分波特率（如虚拟串口），表中列出的设置不一定是设备的。',
    en: "Devices answer on several settings: this port takes any baud rate (a virtual one, for example), so the setting shown need not be the device's.",
  },
  lost: { 'zh-CN': '连接中断 {count} 次，已重连或放弃。', en: 'The connection was lost {count} times on the way.' },
  cut: { 'zh-CN': '扫描被中止；以下是到此为止找到的。', en: 'Ended early. This is what was found until then.' },
  line: { 'zh-CN': '线路', en: 'line' },
  unit: { 'zh-CN': '地址', en: 'unit' },
  model: { 'zh-CN': '型号', en: 'model' },
  sure: { 'zh-CN': '把握', en: 'sure' },
  next: { 'zh-CN': '其次', en: 'runner-up' },
  serial: { 'zh-CN': '序列号', en: 'serial' },
  unknown: { 'zh-CN': '未识别', en: 'not recognised' },
  why: { 'zh-CN': '依据（地址 {unit}）：{reasons}', en: 'Why (unit {unit}): {reasons}' },
  unsure: { 'zh-CN': '最接近 {profile}', en: 'nearest is {profile}' },
  meterWhy: { 'zh-CN': '给出 {given} 个数据项，拒绝 {refused} 个', en: 'gave {given} data items, refused {refused}' },
  garbled: {
    'zh-CN': '{line} 地址 {unit}：有应答但无法读懂。可能两台设备地址相同，或线路受干扰。',
    en: '{line} unit {unit}: something answers, but not readably. Two devices with one unit id, or a disturbed line.',
  },
  crowded: {
    'zh-CN': '{line}：多块 DL/T 645 电表同时应答，未能全部分清。请逐块接线，或按表上地址填写。',
    en: '{line}: several DL/T 645 meters answer at once and were not all told apart. Connect them one by one, or enter the printed addresses.',
  },
  untried: { 'zh-CN': '未试：{steps}', en: 'Not tried: {steps}' },
  untriedUnits: { 'zh-CN': '{line} 的 {count} 个地址', en: '{count} units at {line}' },
  more: { 'zh-CN': '用 --within 给更多时间。', en: 'Give it more time with --within.' },
  summary: {
    'zh-CN': '{found} 台设备应答，识别 {known} 台，用时 {seconds} s。',
    en: '{found} devices answered, {known} recognised, in {seconds} s.',
  },
  wrote: {
    'zh-CN': '已写入 {path}。补全空白处，再运行：npx pitwatch check {path}',
    en: 'Wrote {path}. Fill in what is empty, then run: npx pitwatch check {path}',
  },
})

/** Finds out what is on an unlabelled bus. */
export const command: Command = {
  name: 'scan',
  summary: {
    'zh-CN': '扫描未知总线：试波特率、校验、地址，识别设备（只读）',
    en: 'find out what is on an unlabelled bus: settings, units, models (reads only)',
  },
  operands: [],
  options: {
    ...PLACE_OPTIONS,
    within: { value: 'TIME', about: { 'zh-CN': '总时限，如 120s（默认）', en: 'time for the whole, default 120s' } },
    units: { value: 'LIST', about: { 'zh-CN': '要试的地址，默认 1-247', en: 'units to try, default 1-247' } },
    profiles: { value: 'DIR', about: { 'zh-CN': '自有设备型号目录', en: 'folder with device profiles of your own' } },
    out: { value: 'FILE', about: { 'zh-CN': '把建议的 site.yaml 写到这里', en: 'write the proposed site.yaml here' } },
  },
  run: async (call) => {
    const place = placeOption(call)
    if (place === null) throw await noPlace(call)
    const units = unitsOption(call)
    const out = call.option('out')
    if (out !== null) mustBeNew(call.language, [out])
    const profiles = profilesOption(call)
    const lines = linesOption(call, place, profiles)
    const withinMs = durationOption(call, 'within') ?? DEFAULT_WITHIN_MS
    call.print(say(call.language, 'start', { place: placeText(place), within: withinMs / 1_000 }))
    const report = await scanned(call, { place, profiles, lines, units, withinMs })
    if (call.signal.aborted) call.print(say(call.language, 'cut'))
    printReport(call, report, place)
    if (out !== null && report.units.length + report.meters.length > 0) await propose(call, { report, place, out })
    if (call.signal.aborted) return EXIT_INTERRUPTED
    return report.units.length + report.meters.length > 0 ? 0 : 1
  },
}

interface Wanted {
  readonly place: LinePlace
  readonly profiles: readonly DeviceProfile[]
  readonly lines: readonly LineSettings[]
  readonly units: readonly number[]
  readonly withinMs: number
}

async function scanned(call: Call, { place, ...wanted }: Wanted): Promise<ScanReport> {
  const { openBus } = await import('../../gateway/link/bus.ts')
  const { scanLine } = await import('../../gateway/technician/scan.ts')
  const log = openLog('scan', process.env.PITWATCH_LOG ?? 'silent')
  const progress = progressOn(process.stderr, systemClock)
  const probeMs = place.kind === 'rtu' ? WIRE_PROBE_MS : NETWORK_PROBE_MS
  const onProgress = (now: ScanProgress) => {
    const unit = now.unit ?? say(call.language, 'meters')
    const text = say(call.language, 'progress', { line: lineText(place, now.line), unit, found: now.found })
    progress.update(now.spentMs / now.withinMs, text)
  }
  const open = (line: LineSettings) => openBus(busAt(place, line, `${probeMs}ms`), { clock: systemClock, log })
  try {
    return await scanLine(
      { ...wanted, isRemote: place.kind !== 'rtu', probeMs, open, clock: systemClock, onProgress },
      call.signal,
    )
  } finally {
    progress.clear()
  }
}

function printReport(call: Call, report: ScanReport, place: LinePlace): void {
  const { language, print } = call
  const line = (one: LineSettings) => lineText(place, one)
  const all = [...report.units, ...report.meters]
  if (all.length === 0 && !call.signal.aborted) print(say(language, `nothing-${place.kind}`))
  if (all.length > 0) {
    const heads = (['line', 'unit', 'model', 'sure', 'next', 'serial'] as const).map((key) => say(language, key))
    print('')
    const rows = all.map((one) => [place.kind === 'rtu' ? lineName(one.line) : '—', ...rowOf(language, one)])
    for (const row of textTable(heads, rows, [3])) print(row)
    print('')
    for (const one of report.units) printWhy(call, one)
    for (const one of report.meters) printMeterWhy(call, one)
    for (const one of all) printAlsoAt(call, one)
    if (all.some(({ alsoAt }) => alsoAt.length > 0)) print(say(language, 'noSettings'))
  }
  for (const one of report.garbled) print(say(language, 'garbled', { line: line(one.line), unit: one.unit }))
  for (const one of report.crowded) print(say(language, 'crowded', { line: line(one) }))
  if (report.losses > 0) print(say(language, 'lost', { count: report.losses }))
  if (report.untried.length > 0) {
    const steps = report.untried.map((step) => stepText(call, place, step)).join('; ')
    print(`${say(language, 'untried', { steps })}. ${say(language, 'more')}`)
  }
  const seconds = (report.spentMs / 1_000).toFixed(1)
  print(say(language, 'summary', { found: all.length, known: all.filter(isKnown).length, seconds }))
}

function isKnown({ candidates: [best] }: FoundUnit | FoundMeter): boolean {
  return best !== undefined && best.confidence >= LEAST_CONFIDENCE
}

/** All of a device's row but its line. */
function rowOf(language: Language, found: FoundUnit | FoundMeter): readonly string[] {
  const [best, next] = found.candidates
  const name = (one: typeof best) =>
    one === undefined || one.confidence < LEAST_SHOWN ? '' : `${one.profile.profile} ${percent(one.confidence)}`
  const address = addressOf(found)
  if (best === undefined || !isKnown(found)) return [address, say(language, 'unknown'), '', name(best), '']
  const serial = found.kind === 'unit' ? (found.serial ?? '') : ''
  return [address, best.profile.profile, percent(best.confidence), name(next), serial]
}

function addressOf(found: FoundUnit | FoundMeter): string {
  return found.kind === 'unit' ? String(found.unit) : found.address
}

function printMeterWhy({ language, print }: Call, { address, candidates: [best] }: FoundMeter): void {
  if (best === undefined) return
  const { given, refused } = best
  print(say(language, 'why', { unit: address, reasons: say(language, 'meterWhy', { given, refused }) }))
}

function printAlsoAt({ language, print }: Call, found: FoundUnit | FoundMeter): void {
  if (found.alsoAt.length === 0) return
  const lines = [...new Set(found.alsoAt.map(lineName))].join(', ')
  print(say(language, 'alsoAt', { unit: addressOf(found), lines }))
}

function printWhy({ language, print }: Call, found: FoundUnit): void {
  const [best] = found.candidates
  if (best === undefined) return
  const telling = best.reasons.toSorted((a, b) => weightOf(a) - weightOf(b))
  const reasons = telling.slice(0, isKnown(found) ? MOST_REASONS : undefined).map((one) => reasonText(language, one))
  const nearest = isKnown(found) ? [] : [say(language, 'unsure', { profile: best.profile.profile })]
  print(say(language, 'why', { unit: found.unit, reasons: [...nearest, ...reasons].join('; ') }))
}

function weightOf({ kind }: Reason): number {
  const place = TELLING.indexOf(kind)
  return place < 0 ? TELLING.length : place
}

function stepText({ language }: Call, place: LinePlace, step: ScanStep): string {
  const line = lineText(place, step.line)
  if (step.kind === 'meters') return `${line} ${say(language, 'meters')}`
  return say(language, 'untriedUnits', { line, count: step.units.length })
}

/** The settings of a line, or the server that alone knows them. */
function lineText(place: LinePlace, line: LineSettings): string {
  return place.kind === 'rtu' ? lineName(line) : `${place.host}:${place.port}`
}

async function propose(
  call: Call,
  { report, place, out }: { readonly report: ScanReport; readonly place: LinePlace; readonly out: string },
): Promise<void> {
  const { siteProposal } = await import('../../gateway/technician/site-proposal.ts')
  writeFileSync(out, siteProposal(report, place), { flag: 'wx' })
  call.print(say(call.language, 'wrote', { path: out }))
}

function unitsOption(call: Call): readonly number[] {
  const came = call.option('units') ?? '1-247'
  const units = unitsOf(came)
  if (units === null) throw new UsageError(say(call.language, 'badUnits', { came }))
  return units
}

function profilesOption(call: Call): readonly DeviceProfile[] {
  return [...allProfiles(call.option('profiles')).values()]
}

/** The settings to try: one only where a serial server on the other side has been given its own. */
function linesOption(call: Call, place: LinePlace, profiles: readonly DeviceProfile[]): readonly LineSettings[] {
  const { baud, parity } = settingsOption(call)
  if (place.kind !== 'rtu') return [{ baud: baud ?? 9_600, parity: parity ?? 'none', stopBits: 1 }]
  const fits = (line: LineSettings) =>
    (baud === null || line.baud === baud) && (parity === null || line.parity === parity)
  const lines = linesByLikelihood(profiles).filter(fits)
  if (lines.length > 0) return lines
  return [{ baud: baud ?? 9_600, parity: parity ?? 'none', stopBits: 1 }]
}

function placeText(place: LinePlace): string {
  return place.kind === 'rtu' ? place.path : `${place.kind} ${place.host}:${place.port}`
}

function percent(share: number): string {
  return `${Math.min(99, Math.round(100 * share))} %`
}
