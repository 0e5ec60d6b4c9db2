import { resolve } from 'node:path'
import type { Dlt645Profile, LineSettings, ModbusProfile } from '../../core/contract/device-profile.ts'
import { seededChance } from '../../sim/chance.ts'
import { dlt645Station } from '../../sim/dlt645/meter.ts'
import { plausibleValues } from '../../sim/models/plausible.ts'
import { serveBus } from '../../sim/modbus/bus.ts'
import { evenOdds, hostile, type Hostile } from '../../sim/modbus/hostile.ts'
import { hostileLine } from '../../sim/modbus/hostile-line.ts'
import { imageOf } from '../../sim/modbus/image.ts'
import { openPacedLine } from '../../sim/modbus/paced-line.ts'
import type { Station } from '../../sim/modbus/pdu.ts'
import { rtuStation } from '../../sim/modbus/rtu-station.ts'
import type { LineStation } from '../../sim/modbus/virtual-line.ts'
import { openPtyPair } from '../../sim/pty.ts'
import { systemClock } from '../../platform/clock.ts'
import { boxed } from '../columns.ts'
import { type Call, type Option, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { choiceOption, durationOption, portOption, wholeOption } from '../option-values.ts'
import { allProfiles } from '../../platform/site/profiles.ts'

/** What lateness is measured by: the time a site gives a device when it says nothing else. */
const TIMEOUT_MS = 1_000
const TELL_EVERY_MS = 5_000
const KINDS = ['rtu', 'rtu-over-tcp', 'tcp'] as const

const say = speaker({
  badDevice: {
    'zh-CN': '--bus-of：应为 厂家/型号@地址，却是 {came}',
    en: '--bus-of: expected vendor/model@unit, came {came}',
  },
  noProfile: {
    'zh-CN': '--bus-of：没有总线设备型号 {came}；见 docs/devices.md',
    en: '--bus-of: there is no bus device {came}; see docs/devices.md',
  },
  badUnit: {
    'zh-CN': '--bus-of {device}：地址应为 1–247（DL/T 645 为 12 位数字），且不得重复',
    en: '--bus-of {device}: expected a unit from 1 to 247 (12 digits for DL/T 645) that no other device has',
  },
  needsSerial: {
    'zh-CN': '--bus-of：{what} 需要 --serial PATH',
    en: '--bus-of: {what} needs --serial PATH',
  },
  noSerial: { 'zh-CN': '--serial 只用于 --kind rtu', en: '--serial goes with --kind rtu only' },
  badShare: { 'zh-CN': '--hostile：应为 0 到 1，却是 {came}', en: '--hostile: expected 0 to 1, came {came}' },
  simulated: {
    'zh-CN': '模拟总线：没有真实设备，数值均为虚构',
    en: 'SIMULATED bus: no real device, every value is made up',
  },
  at: { 'zh-CN': '{where}，{line}，响应 {latency} ms', en: '{where}, {line}, devices answer in {latency} ms' },
  wire: { 'zh-CN': '{baud} 波特，校验 {parity}', en: '{baud} baud, parity {parity}' },
  socket: { 'zh-CN': '不限速', en: 'no pacing' },
  unit: { 'zh-CN': '地址', en: 'unit' },
  hostile: {
    'zh-CN': '{share} % 的应答故意出错：迟到、重复、截断、错址、噪声、旧应答、异常、不应答、断开连接、连接假死',
    en: '{share} % of answers are wrong on purpose: late, doubled, cut, misaddressed, noisy, stale, refused, silent, hung up, half-open',
  },
  ends: { 'zh-CN': 'Ctrl-C 结束', en: 'Ctrl-C ends it' },
  told: {
    'zh-CN': '请求 {requests}，故障 {faults}，写入 0（模拟设备不接受写入）',
    en: '{requests} requests, {faults} faults; nothing can be written to these devices',
  },
})

/** Options that serve one bus of chosen devices in place of the county. */
export const BUS_OF_OPTIONS: Readonly<Record<string, Option>> = {
  'bus-of': {
    value: 'LIST',
    about: {
      'zh-CN': '只模拟一条总线，如 eastron/sdm630@1,acrel/adl400@2（DL/T 645 电表写 12 位地址）',
      en: 'instead of the county, one bus of these devices, such as eastron/sdm630@1,acrel/adl400@2',
    },
  },
  kind: {
    value: KINDS.join('|'),
    about: {
      'zh-CN': '总线种类（有 --serial 时默认 rtu，否则 rtu-over-tcp）',
      en: 'kind of bus (rtu with --serial, else rtu-over-tcp)',
    },
  },
  serial: {
    value: 'PATH',
    about: {
      'zh-CN': '在此路径开一个串口，按波特率收发（需 socat）',
      en: 'open a serial port at this path, paced at the baud rate (needs socat)',
    },
  },
  port: { value: 'N', about: { 'zh-CN': 'TCP 端口（默认任选）', en: 'TCP port (any free one when absent)' } },
  baud: { value: 'N', about: { 'zh-CN': '波特率（默认 9600）', en: 'baud rate (default 9600)' } },
  parity: { value: 'none|even|odd', about: { 'zh-CN': '校验（默认 none）', en: 'parity (default none)' } },
  latency: {
    value: 'DURATION',
    about: { 'zh-CN': '设备响应时间（默认 20ms）', en: 'how long devices think (default 20ms)' },
  },
  hostile: {
    value: 'SHARE',
    about: {
      'zh-CN': '故意出错的应答所占比例，0 到 1',
      en: 'share of answers that are wrong on purpose, 0 to 1',
    },
  },
}

interface Wanted {
  readonly name: string
  /** Unit id, or the 12 digits of a DL/T 645 meter. */
  readonly address: string
  readonly profile: ModbusProfile | Dlt645Profile
}

interface Plan {
  readonly wanted: readonly Wanted[]
  readonly kind: (typeof KINDS)[number]
  readonly path: string | null
  readonly settings: LineSettings
  readonly latencyMs: number
  readonly share: number
  readonly seed: number
}

/** Serves the bus that `--bus-of` asks for until the program is to end. Throws UsageError, `link/down`. */
export async function serveBusOf(call: Call, list: string): Promise<number> {
  const plan = planOf(call, list)
  const foe =
    plan.share === 0
      ? null
      : hostile({ chance: seededChance(plan.seed), odds: evenOdds(plan.share, plan.kind), timeoutMs: TIMEOUT_MS })
  return plan.kind === 'rtu' ? serveWire(call, plan, foe) : serveSocket(call, plan, foe)
}

async function serveWire(call: Call, plan: Plan, foe: Hostile | null): Promise<number> {
  const { path, settings, latencyMs, seed } = plan
  if (path === null) throw new UsageError(say(call.language, 'needsSerial', { what: '--kind rtu' }))
  const stations = plan.wanted.map(({ profile, address }): LineStation => {
    if (profile.driver === 'modbus') return rtuStation(stationOf(profile, Number(address), seed), settings, latencyMs)
    const values = plausibleValues(profile, seed + Number(address.slice(-4)))
    const meter = dlt645Station({ address, profile, values: () => values, clock: () => call.clock.now() })
    return { settings, latencyMs, answer: (bytes) => meter.answer(bytes) }
  })
  await using pair = await openPtyPair(path)
  const disturb = foe === null ? {} : { disturb: hostileLine(foe, systemClock) }
  await using line = openPacedLine({ path: pair.devicePath, settings, stations, ...disturb })
  announce(call, plan, path)
  await telling(call, () => line.figures().requests, foe)
  return 0
}

async function serveSocket(call: Call, plan: Plan, foe: Hostile | null): Promise<number> {
  const { kind, latencyMs, seed } = plan
  if (kind === 'rtu') return 1
  const stations = plan.wanted.map(({ profile, address }) => {
    if (profile.driver === 'modbus') return stationOf(profile, Number(address), seed)
    throw new UsageError(say(call.language, 'needsSerial', { what: 'DL/T 645' }))
  })
  let requests = 0
  const counted = stations.map((station) => ({
    ...station,
    refusal: () => {
      requests += 1
      return null
    },
  }))
  const place = { host: call.option('host') ?? '127.0.0.1', port: portOption(call, 'port') ?? 0 }
  await using bus = await serveBus({
    ...{ kind, ...place, stations: counted, latencyMs },
    ...(foe === null ? {} : { hostile: foe }),
  })
  announce(call, plan, `${kind} ${bus.host}:${bus.port}`)
  call.tell({ kind: 'ready', facts: { port: bus.port } })
  await telling(call, () => requests, foe)
  return 0
}

function announce(call: Call, plan: Plan, where: string): void {
  const { language } = call
  const { baud, parity } = plan.settings
  const line = plan.kind === 'rtu' ? say(language, 'wire', { baud, parity }) : say(language, 'socket')
  const lines = [
    say(language, 'simulated'),
    say(language, 'at', { where, line, latency: plan.latencyMs }),
    ...plan.wanted.map(({ profile, address }) => {
      return `${say(language, 'unit')} ${address}: ${profile.name[language]} · ${profile.profile}`
    }),
    ...(plan.share > 0 ? [say(language, 'hostile', { share: Math.round(plan.share * 100) })] : []),
    say(language, 'ends'),
  ]
  for (const text of boxed(lines)) call.print(text)
  if (plan.kind === 'rtu') call.tell({ kind: 'ready', facts: { path: where } })
}

/** A line now and then about what has been asked, while something is. */
async function telling(call: Call, requests: () => number, foe: Hostile | null): Promise<void> {
  let told = 0
  while (!call.signal.aborted) {
    await systemClock.sleep(TELL_EVERY_MS, call.signal).catch(() => undefined)
    const now = requests()
    if (now === told) continue
    told = now
    const faults = [...(foe?.counts().values() ?? [])].reduce((sum, count) => sum + count, 0)
    call.print(say(call.language, 'told', { requests: now, faults }))
  }
}

function stationOf(profile: ModbusProfile, unit: number, seed: number): Station {
  const image = imageOf(profile, plausibleValues(profile, seed + unit))
  return { unit, maxRegisters: profile.maxRegisters, loopback: profile.loopback, image: () => image }
}

function planOf(call: Call, list: string): Plan {
  const path = call.option('serial')
  const kind = choiceOption(call, 'kind', KINDS) ?? (path === null ? 'rtu-over-tcp' : 'rtu')
  if (path !== null && kind !== 'rtu') throw new UsageError(say(call.language, 'noSerial'))
  return {
    wanted: wantedOf(call, list),
    kind,
    path: path === null ? null : resolve(path),
    settings: {
      baud: wholeOption(call, 'baud') ?? 9_600,
      parity: choiceOption(call, 'parity', ['none', 'even', 'odd']) ?? 'none',
      stopBits: 1,
    },
    latencyMs: durationOption(call, 'latency') ?? 20,
    share: shareOf(call),
    seed: wholeOption(call, 'seed') ?? 1,
  }
}

function wantedOf(call: Call, list: string): readonly Wanted[] {
  const profiles = allProfiles()
  const taken = new Set<string>()
  return list.split(',').map((device) => {
    const [, name, address] = /^([^@]+)@(\d+)$/.exec(device.trim()) ?? []
    if (name === undefined || address === undefined)
      throw new UsageError(say(call.language, 'badDevice', { came: device }))
    const profile = profiles.get(name)
    if (profile === undefined || profile.driver === 'isapi') {
      throw new UsageError(say(call.language, 'noProfile', { came: name }))
    }
    const isUnit = profile.driver === 'modbus' ? Number(address) >= 1 && Number(address) <= 247 : address.length === 12
    if (!isUnit || taken.has(address)) throw new UsageError(say(call.language, 'badUnit', { device }))
    taken.add(address)
    return { name, address, profile }
  })
}

function shareOf(call: Call): number {
  const text = call.option('hostile')
  if (text === null) return 0
  const share = Number(text)
  if (text !== '' && share >= 0 && share <= 1) return share
  throw new UsageError(say(call.language, 'badShare', { came: text }))
}
