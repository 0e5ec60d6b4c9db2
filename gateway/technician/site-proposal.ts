import { stringify } from 'yaml'
import type { LineSettings, ModbusProfile } from '../../core/contract/device-profile.ts'
import type { Bilingual } from '../../core/contract/text.ts'
import { needsSpan } from '../../core/decode/point.ts'
import type { ScanReport } from './scan.ts'
import { lineName } from './scan-plan.ts'

/** How the scanned line is reached. */
export type Place =
  | { readonly kind: 'rtu'; readonly path: string }
  | { readonly kind: 'tcp' | 'rtu-over-tcp'; readonly host: string; readonly port: number }

/** Below this a device is proposed as unknown: a wrong map would show wrong values. */
export const LEAST_CONFIDENCE = 0.6

interface Proposed {
  readonly line: LineSettings
  readonly profile: string | null
  readonly entry: Readonly<Record<string, unknown>>
}

const WORDS = {
  head: {
    'zh-CN': '由 pitwatch scan 生成。补全空白处后运行：pitwatch check site.yaml',
    en: 'Written by pitwatch scan. Fill in what is empty, then run: pitwatch check site.yaml',
  },
  group: { 'zh-CN': '县（组）编号，小写字母', en: 'the county or group, lower-case letters' },
  site: {
    'zh-CN': '站点：编号、名称、类型、区域、示意图位置 0–100',
    en: 'the site: id, names, kind, area, place on the map 0–100',
  },
  kinds: {
    'zh-CN': 'closed-pit、sealed-shaft、dewatering-pit、licensed-mine、open-pit、monitoring-tower 之一',
    en: 'one of closed-pit, sealed-shaft, dewatering-pit, licensed-mine, open-pit, monitoring-tower',
  },
  uplink: { 'zh-CN': '消息代理地址，如 mqtt://host:1883', en: 'the broker, such as mqtt://host:1883' },
  other: {
    'zh-CN': '以下设备的线路设置不同。先改设备的波特率和校验，或另接一条总线，再去掉 #',
    en: 'These devices have other line settings. Change theirs, or give them a bus of their own, then take the # away',
  },
  unknown: {
    'zh-CN': '未识别的设备，选好 profile 后去掉 #',
    en: 'Devices not recognised: choose a profile, then take the # away',
  },
  spans: {
    'zh-CN': '接了什么、量程多大，填在 to',
    en: 'what is wired to it, and what the ends of its range mean: fill in to',
  },
} as const satisfies Record<string, Bilingual>

/**
 * A `site.yaml` for what a scan found. What only people know is left empty, so that `pitwatch check` names each of it with its
 * line. The line setting most devices have becomes the bus; devices on others, and unknown ones, are there as comments.
 */
export function siteProposal(report: ScanReport, place: Place): string {
  const proposed = proposedDevices(report)
  const line = mainLine(proposed)
  const isActive = (one: Proposed) => one.profile !== null && (line === null || sameLine(one.line, line))
  const active = proposed.filter(isActive)
  const other = proposed.filter((one) => one.profile !== null && !isActive(one))
  const unknown = proposed.filter((one) => one.profile === null)
  return [
    comment(WORDS.head),
    `group: # ${both(WORDS.group)}`,
    comment(WORDS.site),
    'site:',
    '  id:',
    '  name: { zh-CN: , en: }',
    `  kind: # ${both(WORDS.kinds)}`,
    '  area: { zh-CN: , en: }',
    '  place: { x: , y: }',
    'store: store',
    comment(WORDS.uplink),
    'uplink: { url: }',
    yaml({ buses: line === null ? [] : [busEntry(place, line)] }),
    active.some(({ entry }) => 'spans' in entry) ? comment(WORDS.spans) : null,
    yaml({ devices: active.map(({ entry }) => entry) }),
    ...(other.length === 0 ? [] : [comment(WORDS.other), ...other.map((one) => commentedEntry(one, place))]),
    ...(unknown.length === 0 ? [] : [comment(WORDS.unknown), ...unknown.map((one) => commentedEntry(one, place))]),
    '',
  ]
    .filter((part) => part !== null)
    .join('\n')
}

function proposedDevices({ units, meters }: ScanReport): Proposed[] {
  const taken = new Set<string>()
  const unique = (wanted: string) => {
    let id = wanted
    for (let count = 2; taken.has(id); count += 1) id = `${wanted}-${count}`
    taken.add(id)
    return id
  }
  const modbus = units.map(({ line, unit, candidates: [best], serial }): Proposed => {
    const profile = best !== undefined && best.confidence >= LEAST_CONFIDENCE ? best.profile : null
    const id = unique(`${profile === null ? 'unknown' : modelOf(profile.profile)}-${unit}`)
    const known = { ...(serial === null ? {} : { serial }), ...(profile === null ? {} : wiring(profile)) }
    return {
      line,
      profile: profile?.profile ?? null,
      entry: { id, profile: profile?.profile ?? '', bus: 'line-1', unit, ...known },
    }
  })
  const dlt645 = meters.map(({ line, address, candidates: [best] }): Proposed => {
    const profile = best !== undefined && best.confidence >= LEAST_CONFIDENCE ? best.profile.profile : null
    const id = unique(`meter-${address.slice(-6)}`)
    return { line, profile, entry: { id, profile: profile ?? '', bus: 'line-1', address } }
  })
  return [...modbus, ...dlt645]
}

/** Points that only the site can explain are proposed with the ends of their range and an empty meaning. */
function wiring(profile: ModbusProfile): Readonly<Record<string, unknown>> {
  const unclear = profile.points.filter(needsSpan)
  if (unclear.length === 0) return {}
  const clear = profile.points.filter((point) => !needsSpan(point)).map(({ point }) => point)
  if (clear.length > 0) return { points: clear }
  return { spans: Object.fromEntries(unclear.map(({ point, range }) => [point, { from: range, to: null }])) }
}

function mainLine(proposed: readonly Proposed[]): LineSettings | null {
  const counts = new Map<string, { line: LineSettings; count: number }>()
  for (const { line, profile } of proposed) {
    const entry = counts.get(lineName(line)) ?? { line, count: 0 }
    // A known device counts more than any number of unknown ones.
    entry.count += profile === null ? 0.001 : 1
    counts.set(lineName(line), entry)
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.line ?? null
}

function busEntry(place: Place, line: LineSettings): Readonly<Record<string, unknown>> {
  switch (place.kind) {
    case 'tcp':
      return { id: 'line-1', ...place }
    case 'rtu-over-tcp':
      return { id: 'line-1', ...place, baud: line.baud }
    case 'rtu':
      return { id: 'line-1', ...place, ...line }
  }
}

function commentedEntry({ line, entry }: Proposed, place: Place): string {
  const text = stringify([entry], { lineWidth: 0 }).trimEnd()
  // Behind a network server the settings are its own, and not known here.
  const heads = place.kind === 'rtu' ? [`# ${lineName(line)}`] : []
  return [...heads, ...text.split('\n').map((row) => `#  ${row}`)].join('\n')
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, nullStr: '' }).trimEnd()
}

function comment(text: Bilingual): string {
  return `# ${text['zh-CN']}\n# ${text.en}`
}

function both(text: Bilingual): string {
  return `${text['zh-CN']} / ${text.en}`
}

function modelOf(profile: string): string {
  return profile.split('/')[1] ?? profile
}

function sameLine(a: LineSettings, b: LineSettings): boolean {
  return lineName(a) === lineName(b)
}
