import { resolve } from 'node:path'
import { BusDevice, type Bus } from '../../core/contract/site.ts'
import type { ModbusTable } from '../../core/contract/device-profile.ts'
import { QUANTITIES } from '../../core/contract/quantity.ts'
import type { BusProfile } from '../../core/decode/device-points.ts'
import { isBitTable, MAX_BITS, MAX_REGISTERS, type ReadRequest } from '../../core/decode/modbus-pdu.ts'
import { openBus } from '../../gateway/link/bus.ts'
import { openEar } from '../../gateway/technician/ear.ts'
import { type LiveDeps, type LiveExchange, type LivePoint, readLive } from '../../gateway/technician/live.ts'
import { unitText } from '../../gateway/technician/unit-text.ts'
import { expectedOneOf } from '../../platform/config.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'
import { type Call, type Command, UsageError } from '../command.ts'
import { busAt, noPlace, PLACE_OPTIONS, placeOption, settingsOption } from '../technician/line-place.ts'
import { speaker } from '../messages.ts'
import { choiceOption, wholeOption } from '../option-values.ts'
import { printExchange, printTable } from '../technician/raw-table.ts'
import { stepText, valueText } from '../technician/steps-text.ts'
import { qualityText } from '../technician/words.ts'
import { allProfiles } from '../../gateway/profiles.ts'
import { textTable } from '../text-table.ts'

const say = speaker({
  noDevice: { 'zh-CN': '应给出设备编号（{known}）', en: 'expected the id of a device ({known})' },
  noProfile: {
    'zh-CN': '应给出 --profile（型号），或 --table、--address、--count 直接读寄存器',
    en: 'expected --profile, or --table, --address and --count to read registers as they are',
  },
  noUnit: {
    'zh-CN': '应给出 --unit（1–247）或 --meter（12 位表号）',
    en: 'expected --unit (1–247), or --meter with 12 digits',
  },
  badCount: {
    'zh-CN': '--address、--count：应在 0–65535 之内，一次最多 {most} 个',
    en: '--address, --count: expected within 0–65535, at most {most} at once',
  },
  badMeter: { 'zh-CN': '--meter：应为 12 位数字，却是 {came}', en: '--meter: expected 12 digits, came {came}' },
  point: { 'zh-CN': '测点', en: 'point' },
  value: { 'zh-CN': '值', en: 'value' },
  unit: { 'zh-CN': '单位', en: 'unit' },
  quality: { 'zh-CN': '质量', en: 'quality' },
  age: { 'zh-CN': '时效', en: 'age' },
  bytes: { 'zh-CN': '原始字节', en: 'raw bytes' },
  at: { 'zh-CN': '{device}，{time} UTC', en: '{device}, {time} UTC' },
  good: { 'zh-CN': '{good}/{all} 个测点良好。', en: '{good} of {all} points good.' },
})

const TABLES = {
  holding: 'holding-register',
  input: 'input-register',
  coil: 'coil',
  discrete: 'discrete-input',
} as const satisfies Record<string, ModbusTable>

/** Shows what a device says now, down to the bytes. */
export const command: Command = {
  name: 'read',
  summary: {
    'zh-CN': '读一台设备的实时值、原始字节和换算步骤（只读）',
    en: "show a device's live values, with raw bytes and every scaling step (reads only)",
  },
  operands: [
    {
      name: 'FILE',
      isOptional: true,
      about: {
        'zh-CN': '站点配置 site.yaml；或用 --serial 等',
        en: 'site.yaml; or name a line with --serial and the like',
      },
    },
    { name: 'DEVICE', isOptional: true, about: { 'zh-CN': '其中的设备编号', en: 'id of a device in it' } },
  ],
  options: {
    ...PLACE_OPTIONS,
    unit: { value: 'N', about: { 'zh-CN': 'Modbus 地址 1–247', en: 'Modbus unit id 1–247' } },
    meter: {
      value: 'DIGITS',
      about: { 'zh-CN': 'DL/T 645 表号，12 位', en: 'address of a DL/T 645 meter, 12 digits' },
    },
    profile: { value: 'NAME', about: { 'zh-CN': '型号，如 eastron/sdm630', en: 'profile, such as eastron/sdm630' } },
    point: { value: 'POINT', about: { 'zh-CN': '只读这个测点', en: 'read this point only' } },
    steps: {
      about: { 'zh-CN': '显示收发字节和每一步换算', en: 'show request and answer bytes and every scaling step' },
    },
    watch: { about: { 'zh-CN': '不断重读，Ctrl-C 结束', en: 'read again and again, Ctrl-C ends it' } },
    table: {
      value: 'holding|input|coil|discrete',
      about: { 'zh-CN': '不用型号，直接读此区', en: 'read this table as it is, without a profile' },
    },
    address: {
      value: 'N',
      about: {
        'zh-CN': '起始地址，从 0 数，如 2074 或 0x081A',
        en: 'first address, counted from 0, such as 2074 or 0x081A',
      },
    },
    count: { value: 'N', about: { 'zh-CN': '个数（默认 10）', en: 'how many (default 10)' } },
  },
  run: async (call) => {
    const table = tableOption(call)
    const target = await targetOf(call, table !== null)
    const ear = openEar()
    const log = openLog('read', process.env.PITWATCH_LOG ?? 'silent')
    const bus = openBus(target.bus, { clock: systemClock, log, tap: ear.tap })
    const deps = { bus, clock: systemClock, ear }
    try {
      if (table !== null) return await printTable(call, rawRequest(call, table, target.device), deps)
      if (target.profile === null) throw new UsageError(say(call.language, 'noProfile'))
      return await printPoints(call, { device: target.device, profile: target.profile }, deps)
    } finally {
      bus.close()
    }
  },
}

interface Target {
  readonly bus: Bus
  readonly device: BusDevice
  readonly profile: BusProfile | null
}

async function targetOf(call: Call, isRaw: boolean): Promise<Target> {
  return call.operand(0) === '' ? lineTarget(call, isRaw) : siteTarget(call)
}

async function siteTarget(call: Call): Promise<Target> {
  const { loadGatewayConfig } = await import('../../gateway/config.ts')
  const { config, profiles } = loadGatewayConfig(resolve(call.operand(0)))
  const id = call.operand(1)
  const known = config.devices.map((device) => device.id)
  if (id === '') throw new UsageError(say(call.language, 'noDevice', { known: known.join(', ') }))
  const device = config.devices.find((one) => one.id === id)
  const bus = config.buses.find((one) => one.id === device?.bus)
  if (device === undefined || bus === undefined) throw new UsageError(expectedOneOf('a device', id, known))
  const profile = profiles.get(device.profile)
  return { bus, device, profile: profile === undefined || profile.driver === 'isapi' ? null : profile }
}

function lineTarget(call: Call, isRaw: boolean): Target {
  const place = placeOption(call)
  if (place === null) throw noPlace(call)
  const name = call.option('profile')
  if (name === null && !isRaw) throw new UsageError(say(call.language, 'noProfile'))
  const profile = name === null ? null : profileCalled(name)
  const { baud, parity } = settingsOption(call)
  const usual = profile?.link ?? { baud: 9_600, parity: 'none', stopBits: 1 }
  const line = { ...usual, baud: baud ?? usual.baud, parity: parity ?? usual.parity }
  const device = BusDevice.parse({
    id: 'device',
    profile: name ?? 'none',
    bus: 'line',
    ...stationOption(call, profile),
  })
  return { bus: busAt(place, line, '1s'), device, profile }
}

function profileCalled(name: string): BusProfile {
  const profiles = allProfiles()
  const profile = profiles.get(name)
  if (profile === undefined || profile.driver === 'isapi') {
    throw new UsageError(expectedOneOf('a profile', name, [...profiles.keys()]))
  }
  return profile
}

function stationOption(call: Call, profile: BusProfile | null): { unit: number } | { address: string } {
  const meter = call.option('meter')
  if (meter !== null && !/^\d{12}$/.test(meter)) throw new UsageError(say(call.language, 'badMeter', { came: meter }))
  const unit = wholeOption(call, 'unit')
  if (profile?.driver === 'dlt645') {
    if (meter === null) throw new UsageError(say(call.language, 'noUnit'))
    return { address: meter }
  }
  if (unit === null || unit < 1 || unit > 247) throw new UsageError(say(call.language, 'noUnit'))
  return { unit }
}

function tableOption(call: Call): ModbusTable | null {
  const word = choiceOption(call, 'table', ['holding', 'input', 'coil', 'discrete'])
  return word === null ? null : TABLES[word]
}

function rawRequest(call: Call, table: ModbusTable, { unit = 1 }: BusDevice): ReadRequest {
  const address = addressIn(call)
  const quantity = wholeOption(call, 'count') ?? 10
  const most = isBitTable(table) ? MAX_BITS : MAX_REGISTERS
  if (address < 0 || quantity < 1 || quantity > most || address + quantity > 65_536) {
    throw new UsageError(say(call.language, 'badCount', { most }))
  }
  return { unit, table, address, quantity }
}

/** Makers print register addresses in either base. */
function addressIn(call: Call): number {
  const text = call.option('address') ?? '0'
  return /^0x[0-9a-f]{1,4}$/i.test(text) ? Number(text) : (wholeOption(call, 'address') ?? 0)
}

async function printPoints(
  call: Call,
  what: { readonly device: BusDevice; readonly profile: BusProfile },
  deps: LiveDeps,
): Promise<number> {
  const point = call.option('point')
  const known = what.profile.points.map((one) => one.point)
  if (point !== null && !known.includes(point)) throw new UsageError(expectedOneOf('a point', point, known))
  const points = point === null ? null : [point]
  for (;;) {
    const live: LivePoint[] = []
    for await (const some of readLive(what, { ...deps, points }, call.signal)) live.push(...some)
    if (call.has('watch') && process.stdout.isTTY) process.stdout.write('\u001b[H\u001b[2J')
    printLive(call, what.device, live)
    if (!call.has('watch')) return live.some(({ decoded }) => decoded.quality === 'good') ? 0 : 1
    await systemClock.sleep(what.device.every, call.signal)
  }
}

function printLive(call: Call, device: BusDevice, live: readonly LivePoint[]): void {
  const { language, print } = call
  const now = systemClock.mono()
  const time = new Date(systemClock.now()).toISOString().slice(0, 19).replace('T', ' ')
  print(say(language, 'at', { device: `${device.id} (${device.profile})`, time }))
  const rows = live.map(({ point, quantity, decoded, mono, raw }) => [
    point,
    valueText(decoded.value),
    unitText(QUANTITIES[quantity].unit),
    qualityText(language, decoded.reason),
    `${((now - mono) / 1_000).toFixed(1)} s`,
    raw ?? '',
  ])
  const heads = (['point', 'value', 'unit', 'quality', 'age', 'bytes'] as const).map((key) => say(language, key))
  for (const line of textTable(heads, rows, [1, 4])) print(line)
  const good = live.filter(({ decoded }) => decoded.quality === 'good').length
  print(say(language, 'good', { good, all: live.length }))
  if (call.has('steps')) printSteps(call, live)
  else for (const { exchange } of failures(live)) printExchange(call, exchange)
}

function printSteps(call: Call, live: readonly LivePoint[]): void {
  for (const exchange of new Set(live.map((one) => one.exchange))) {
    call.print('')
    printExchange(call, exchange)
    for (const { point, steps, decoded, raw } of live.filter((one) => one.exchange === exchange)) {
      const told = steps.map((step) => stepText(call.language, step))
      const plain = `${raw ?? ''} → ${valueText(decoded.value)}, ${qualityText(call.language, decoded.reason)}`
      call.print(`  ${point}: ${told.length === 0 ? plain : told.join(' → ')}`)
    }
  }
}

function failures(live: readonly LivePoint[]): readonly LivePoint[] {
  const seen = new Set<LiveExchange>()
  return live.filter(({ exchange }) => {
    if (exchange.error === null || seen.has(exchange)) return false
    seen.add(exchange)
    return true
  })
}
