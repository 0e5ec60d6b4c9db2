import type { LineSettings } from '../../core/contract/device-profile.ts'
import { Bus } from '../../core/contract/site.ts'
import { type Call, type Option, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { addressOption, choiceOption, wholeOption } from '../option-values.ts'
import { serialNames } from './serial-names.ts'

const say = speaker({
  onePlace: {
    'zh-CN': '应给出 --serial、--tcp、--rtu-over-tcp 之一，给出了 {count} 个',
    en: 'expected one of --serial, --tcp, --rtu-over-tcp, came {count}',
  },
  fileOrPlace: {
    'zh-CN': '应给出 FILE DEVICE（site.yaml 与其中的设备），或 --serial、--tcp、--rtu-over-tcp 之一',
    en: 'expected FILE DEVICE (a site.yaml and a device in it), or one of --serial, --tcp, --rtu-over-tcp',
  },
  badBaud: {
    'zh-CN': '--baud：应为大于 0 的整数，却是 {came}',
    en: '--baud: expected a whole number above 0, came {came}',
  },
})

/** Where a line is, as the command line names it. */
export type LinePlace =
  | { readonly kind: 'rtu'; readonly path: string }
  | { readonly kind: 'tcp' | 'rtu-over-tcp'; readonly host: string; readonly port: number }

/** Options with which a command is given a line that no site file names. */
export const PLACE_OPTIONS = {
  serial: {
    value: 'PATH',
    about: { 'zh-CN': '串口，如 /dev/serial/by-id/…', en: 'serial port, such as /dev/serial/by-id/…' },
  },
  tcp: { value: 'HOST:PORT', about: { 'zh-CN': 'Modbus TCP 设备或网关', en: 'Modbus TCP device or gateway' } },
  'rtu-over-tcp': {
    value: 'HOST:PORT',
    about: { 'zh-CN': '透传串口服务器（RTU over TCP）', en: 'serial server that passes RTU bytes through' },
  },
  baud: { value: 'N', about: { 'zh-CN': '波特率', en: 'baud rate' } },
  parity: { value: 'none|even|odd', about: { 'zh-CN': '校验', en: 'parity' } },
} as const satisfies Readonly<Record<string, Option>>

/** The place the options name, or null when they name none. Throws UsageError. */
export function placeOption(call: Call): LinePlace | null {
  const path = call.option('serial')
  const tcp = addressOption(call, 'tcp')
  const rtu = addressOption(call, 'rtu-over-tcp')
  const places: readonly LinePlace[] = [
    ...(path === null ? [] : [{ kind: 'rtu', path } as const]),
    ...(tcp === null ? [] : [{ kind: 'tcp', ...tcp } as const]),
    ...(rtu === null ? [] : [{ kind: 'rtu-over-tcp', ...rtu } as const]),
  ]
  if (places.length > 1) throw new UsageError(say(call.language, 'onePlace', { count: places.length }))
  return places[0] ?? null
}

/** What a command says that needs a place and was given none, with the serial ports there are. */
export async function noPlace(call: Call, key: 'onePlace' | 'fileOrPlace' = 'onePlace'): Promise<UsageError> {
  return new UsageError([say(call.language, key, { count: 0 }), ...(await serialNames(call.language))].join('\n'))
}

/** The line settings the options name; absent ones are null. Throws UsageError. */
export function settingsOption(call: Call): { baud: number | null; parity: LineSettings['parity'] | null } {
  const baud = wholeOption(call, 'baud')
  if (baud !== null && baud <= 0) throw new UsageError(say(call.language, 'badBaud', { came: baud }))
  return { baud, parity: choiceOption(call, 'parity', ['none', 'even', 'odd']) }
}

/** The bus at a place, with the settings given. */
export function busAt(place: LinePlace, line: LineSettings, timeout: string): Bus {
  const common = { id: 'line', timeout }
  switch (place.kind) {
    case 'tcp':
      return Bus.parse({ ...common, ...place })
    case 'rtu-over-tcp':
      return Bus.parse({ ...common, ...place, baud: line.baud })
    case 'rtu':
      return Bus.parse({ ...common, ...place, ...line })
  }
}
