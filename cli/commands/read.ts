import type { ModbusTable } from '../../core/contract/device-profile.ts'
import type { BusDevice } from '../../core/contract/site.ts'
import { isBitTable, MAX_BITS, MAX_REGISTERS, type ReadRequest } from '../../core/decode/modbus-pdu.ts'
import { openBus } from '../../gateway/link/bus.ts'
import { openEar } from '../../gateway/technician/ear.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'
import { type Call, type Command, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { choiceOption, wholeOption } from '../option-values.ts'
import { PLACE_OPTIONS } from '../technician/line-place.ts'
import { printPoints } from '../technician/live-text.ts'
import { printTable } from '../technician/raw-table.ts'
import { targetOf } from '../technician/read-target.ts'

const say = speaker({
  noProfile: {
    'zh-CN': '应给出 --profile（型号），或 --table、--address、--count 直接读寄存器',
    en: 'expected --profile, or --table, --address and --count to read registers as they are',
  },
  badCount: {
    'zh-CN': '--address、--count：应在 0–65535 之内，一次最多 {most} 个',
    en: '--address, --count: expected within 0–65535, at most {most} at once',
  },
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
