import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { BusDevice, type Bus, GatewayConfig } from '../../core/contract/site.ts'
import type { BusProfile } from '../../core/decode/device-points.ts'
import { busDeviceFaults } from '../../platform/site/device-faults.ts'
import { allProfiles } from '../../platform/site/profiles.ts'
import { expectedOneOf, faultReport, invalidConfig, parseYaml, readConfig } from '../../platform/config.ts'
import { type Call, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { wholeOption } from '../option-values.ts'
import { busAt, noPlace, PLACE_OPTIONS, placeOption, settingsOption } from './line-place.ts'

const say = speaker({
  noDevice: { 'zh-CN': '应给出设备编号（{known}）', en: 'expected the id of a device ({known})' },
  noProfile: {
    'zh-CN': '应给出 --profile（型号），或 --table、--address、--count 直接读寄存器',
    en: 'expected --profile, or --table, --address and --count to read registers as they are',
  },
  noUnit: { 'zh-CN': '应给出 --unit（1–247）', en: 'expected --unit (1–247)' },
  noMeter: {
    'zh-CN': '{profile} 是 DL/T 645 型号，应给出 --meter（表上印的 12 位表号）',
    en: '{profile} is a DL/T 645 profile: it needs --meter, the 12 digits printed on the meter',
  },
  badMeter: { 'zh-CN': '--meter：应为 12 位数字，却是 {came}', en: '--meter: expected 12 digits, came {came}' },
  twice: {
    'zh-CN': '给出了 FILE，线路与设备即由它规定：应去掉 {options}',
    en: 'FILE already says where the device is: expected no {options} beside it',
  },
})

/** The part of a site file that reading a device needs; `scan` proposes it, the rest is filled in by hand later. */
const SiteDevices = z.object({
  profiles: GatewayConfig.shape.profiles,
  buses: GatewayConfig.shape.buses,
  devices: GatewayConfig.shape.devices,
})

/** A device to read and the bus it is on. */
export interface ReadTarget {
  readonly bus: Bus
  readonly device: BusDevice
  /** null where none is named, which is enough to read registers as they are. */
  readonly profile: BusProfile | null
}

/** What a command line asks to read: a device of a site file, or one at a place of its own. Throws UsageError, `config/…`. */
export async function targetOf(call: Call, isRaw: boolean): Promise<ReadTarget> {
  return call.operand(0) === '' ? lineTarget(call, isRaw) : siteTarget(call)
}

function siteTarget(call: Call): ReadTarget {
  const doubled = [...Object.keys(PLACE_OPTIONS), 'unit', 'meter', 'profile'].filter(
    (name) => call.option(name) !== null,
  )
  if (doubled.length > 0) {
    throw new UsageError(say(call.language, 'twice', { options: doubled.map((name) => `--${name}`).join(', ') }))
  }
  const path = resolve(call.operand(0))
  const text = readConfig(path)
  const site = parseYaml(text, path, SiteDevices)
  const id = call.operand(1)
  const known = site.devices.map((device) => device.id)
  if (id === '') throw new UsageError(say(call.language, 'noDevice', { known: known.join(', ') }))
  const at = site.devices.findIndex((one) => one.id === id)
  const device = site.devices[at]
  if (device === undefined) throw new UsageError(expectedOneOf('a device', id, known))
  const wrong = (key: string, message: string) =>
    invalidConfig([faultReport(path, text, [{ path: ['devices', at, key], message }])])
  const buses = site.buses.map((bus) => bus.id)
  const bus = site.buses.find((one) => one.id === device.bus)
  if (bus === undefined) throw wrong('bus', expectedOneOf('the id of a bus', device.bus, buses))
  const profiles = allProfiles(site.profiles === undefined ? null : resolve(dirname(path), site.profiles))
  const profile = profiles.get(device.profile)
  if (profile === undefined || profile.driver === 'isapi') {
    throw wrong('profile', expectedOneOf('a profile', device.profile, [...profiles.keys()]))
  }
  const faults = busDeviceFaults(device, profile, bus).map((fault) => ({
    ...fault,
    path: ['devices', at, ...fault.path],
  }))
  if (faults.length > 0) throw invalidConfig([faultReport(path, text, faults)])
  return { bus, device, profile }
}

async function lineTarget(call: Call, isRaw: boolean): Promise<ReadTarget> {
  const place = placeOption(call)
  if (place === null) throw await noPlace(call, 'fileOrPlace')
  const name = call.option('profile')
  if (name === null && !isRaw) throw new UsageError(say(call.language, 'noProfile'))
  const profile = name === null ? null : profileCalled(name)
  const { baud, parity } = settingsOption(call)
  const usual = profile?.link ?? { baud: 9_600, parity: 'none', stopBits: 1 }
  const line = { ...usual, baud: baud ?? usual.baud, parity: parity ?? usual.parity }
  const station = stationOption(call, profile)
  const device = BusDevice.parse({ id: 'device', profile: name ?? 'none', bus: 'line', ...station })
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
    if (meter === null) throw new UsageError(say(call.language, 'noMeter', { profile: profile.profile }))
    return { address: meter }
  }
  if (unit === null || unit < 1 || unit > 247) throw new UsageError(say(call.language, 'noUnit'))
  return { unit }
}
