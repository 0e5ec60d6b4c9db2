import type { DeviceInfo, PointInfo, SiteDetail } from '../../../core/contract/http.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { Bilingual } from '../../../core/contract/text.ts'

/** Things that are drawn in a pit. */
export const SYMBOL_KINDS = [
  'feeder',
  'house',
  'machine',
  'drive',
  'generator',
  'solar',
  'winch',
  'fan',
  'pump',
  'sump',
  'air',
  'gas',
  'climate',
  'vibration',
  'sensor',
  'door',
  'camera',
  'gateway',
] as const
export type SymbolKind = (typeof SYMBOL_KINDS)[number]

/** One thing of the drawing, with the points whose values stand at it, the most telling first. */
export interface PitSymbol {
  readonly id: string
  readonly kind: SymbolKind
  /** The device it is, or the first of them. */
  readonly device: string
  /** null for the gateway, which has no name of its own. */
  readonly title: Bilingual | null
  readonly points: readonly PointRef[]
  /** The point that says whether it runs, where there is one. */
  readonly running: PointRef | null
}

export interface PitSymbols {
  readonly symbols: readonly PitSymbol[]
  /** Points that stand at no symbol. */
  readonly others: readonly PointRef[]
}

/** Values at one symbol. */
export const MOST_VALUES = 3
/** The device a gateway is to itself. */
const GATEWAY = 'gateway'

/** What a point becomes: part of the symbol `key`, the lower its rank the nearer to the top. */
interface Part {
  readonly key: string
  readonly kind: SymbolKind
  readonly rank: number
  readonly title: Bilingual
  readonly tellsRunning?: boolean
}

interface Draft {
  readonly kind: SymbolKind
  readonly device: string
  title: Bilingual
  titleRank: number
  readonly parts: { readonly ref: PointRef; readonly rank: number; readonly tellsRunning: boolean }[]
}

/**
 * What a site's devices and points are drawn as, by quantity, profile and what they are called. Each point is at exactly one symbol or among
 * the others. There is always a gateway.
 */
export function symbolsOf(detail: Pick<SiteDetail, 'devices' | 'points'>): PitSymbols {
  const drafts = new Map<string, Draft>()
  const others: PointRef[] = []
  for (const info of detail.points) {
    const ref = `${info.device}/${info.point}`
    const part = partOf(info, detail)
    if (part === null) others.push(ref)
    else put(drafts, info.device, ref, part)
  }
  const symbols = [...drafts].map(([id, draft]) => finished(id, draft, others))
  const gateway = symbols.find(({ kind }) => kind === 'gateway') ?? bareGateway
  const rest = symbols.filter(({ kind }) => kind !== 'gateway')
  rest.sort((a, b) => SYMBOL_KINDS.indexOf(a.kind) - SYMBOL_KINDS.indexOf(b.kind))
  return { symbols: [...rest, { ...gateway, title: null }], others }
}

const bareGateway: PitSymbol = {
  ...{ id: GATEWAY, kind: 'gateway', device: GATEWAY, title: null, points: [], running: null },
}

function put(drafts: Map<string, Draft>, device: string, ref: PointRef, part: Part): void {
  const { key, kind, title, rank, tellsRunning = false } = part
  const draft = drafts.get(key) ?? { kind, device, title, titleRank: Infinity, parts: [] }
  // A machine is called after its meter, not after its contact.
  if (rank < draft.titleRank) Object.assign(draft, { title, titleRank: rank })
  draft.parts.push({ ref, rank, tellsRunning })
  drafts.set(key, draft)
}

function finished(id: string, { kind, device, title, parts }: Draft, others: PointRef[]): PitSymbol {
  const sorted = parts.toSorted((a, b) => a.rank - b.rank)
  others.push(...sorted.slice(MOST_VALUES).map(({ ref }) => ref))
  const shown = sorted.slice(0, MOST_VALUES)
  const running = shown.find(({ tellsRunning }) => tellsRunning)?.ref ?? null
  return { id, kind, device, title, points: shown.map(({ ref }) => ref), running }
}

/** Electric quantities of a symbol: each once a device, in this order; a running contact comes behind the power. */
const ELECTRIC: readonly Quantity[] = ['power', 'voltage', 'current', 'frequency', 'energy']
const RUNNING_RANK = 0.5

function partOf(info: PointInfo, { devices, points }: Pick<SiteDetail, 'devices' | 'points'>): Part | null {
  const device = devices.find(({ id }) => id === info.device)
  const name = device?.name ?? { 'zh-CN': info.device, en: info.device }
  const own = points.filter((point) => point.device === info.device)
  const has = (quantity: Quantity) => own.some((point) => point.quantity === quantity)
  if (info.device === GATEWAY) return { key: GATEWAY, kind: 'gateway', rank: rankIn(own, info), title: name }
  if (has('stream')) return cameraPart(info, name)
  const machine = machineOf(device, info)
  if (info.quantity === 'running' || (info.quantity === 'contact' && machine !== null && !has('power'))) {
    const kind = machine?.kind ?? 'machine'
    const title = info.name ?? name
    return { key: machine?.key ?? `${info.device}/${info.point}`, kind, rank: RUNNING_RANK, title, tellsRunning: true }
  }
  if (has('power') || (has('voltage') && has('current'))) return electricPart(info, own, { device, machine, name })
  return sensorPart(info, name, own)
}

function cameraPart(info: PointInfo, title: Bilingual): Part | null {
  const rank = (['presence', 'stream'] as const).findIndex((quantity) => quantity === info.quantity)
  return rank === -1 ? null : { key: info.device, kind: 'camera', rank, title }
}

interface Machine {
  readonly key: string
  readonly kind: SymbolKind
}

/** What a thing is, by what it is called in English; its number tells two of a kind apart. */
const CALLED: readonly (readonly [SymbolKind, RegExp])[] = [
  ['fan', /\bfan\b|ventilat|blower/],
  ['pump', /\bpump/],
  ['winch', /winch|hoist|haulage/],
  ['machine', /crusher|conveyor|\bbelt\b|compressor/],
]

function machineOf(device: DeviceInfo | undefined, info: PointInfo): Machine | null {
  const said = (...texts: (string | undefined)[]) => texts.join(' ').toLowerCase().replaceAll('-', ' ')
  for (const text of [said(device?.id, device?.name.en), said(info.point, info.name?.en)]) {
    const kind = CALLED.find(([, pattern]) => pattern.test(text))?.[0]
    if (kind !== undefined) return { kind, key: `${kind}-${/\b\d+\b/.exec(text)?.[0] ?? ''}` }
  }
  return null
}

interface Electric {
  readonly device: DeviceInfo | undefined
  readonly machine: Machine | null
  readonly name: Bilingual
}

function electricPart(
  info: PointInfo,
  own: readonly PointInfo[],
  { device, machine, name: title }: Electric,
): Part | null {
  const kind = machine?.kind ?? supplyKind(device)
  const key = machine?.key ?? info.device
  const order = kind === 'generator' || kind === 'solar' ? OF_SUPPLIES : ELECTRIC
  const rank = order.indexOf(info.quantity)
  return rank === -1 || mainOf(own, info.quantity) !== info ? null : { key, kind, rank, title }
}

const OF_SUPPLIES: readonly Quantity[] = ['fill', 'power', 'voltage', 'rotational_speed', 'current']

function supplyKind(device: DeviceInfo | undefined): SymbolKind {
  const said = `${device?.id ?? ''} ${device?.profile ?? ''} ${device?.name.en ?? ''}`.toLowerCase()
  if (/deepsea|comap|deif|generator|genset/.test(said)) return 'generator'
  if (/epever|solar/.test(said)) return 'solar'
  if (/^abb\/|^inovance\/| abb\/| inovance\/|\bdrive\b/.test(said)) return 'drive'
  if (/guard|house|office|dormitory/.test(said)) return 'house'
  return 'feeder'
}

/** Sums, and of voltages the one against neutral: it is read often. */
const MAIN = /^(total-)?active-power$|^(battery-)?voltage$|^voltage-(l1|a)$|^energy-import$/

/** The point of a device that stands for a quantity: the sum, or else the first phase. */
function mainOf(own: readonly PointInfo[], quantity: Quantity): PointInfo | undefined {
  const these = own.filter((point) => point.quantity === quantity)
  return these.find(({ point }) => MAIN.test(point)) ?? these[0]
}

const SENSED: Readonly<Partial<Record<Quantity, SymbolKind>>> = {
  level: 'sump',
  gas: 'gas',
  air_velocity: 'air',
  temperature: 'climate',
  humidity: 'climate',
  vibration_velocity: 'vibration',
  contact: 'door',
  tamper: 'door',
  presence: 'sensor',
  pressure: 'sensor',
  flow: 'sensor',
  fill: 'sensor',
}

/** Kinds whose points each stand for themselves. */
const APART: readonly SymbolKind[] = ['sump', 'gas', 'air']

function sensorPart(info: PointInfo, title: Bilingual, own: readonly PointInfo[]): Part | null {
  const kind = SENSED[info.quantity]
  if (kind === undefined) return null
  const rank = rankIn(own, info)
  if (APART.includes(kind)) {
    // The only point of its device is called what the device is called.
    const called = own.length === 1 ? title : (info.name ?? title)
    return { key: `${info.device}/${info.point}`, kind, rank, title: called }
  }
  // Contacts of a large module are shared out, a few to a symbol.
  const alike = own.filter((point) => SENSED[point.quantity] === kind)
  const group = Math.floor(rankIn(alike, info) / MOST_VALUES)
  return { key: `${info.device}/${kind}-${group}`, kind, rank, title }
}

function rankIn(points: readonly PointInfo[], { device, point }: PointInfo): number {
  return points.findIndex((one) => one.device === device && one.point === point)
}
