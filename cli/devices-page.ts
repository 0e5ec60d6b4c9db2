import type {
  CameraProfile,
  DeviceProfile,
  Dlt645Profile,
  ModbusPoint,
  ModbusProfile,
} from '../core/contract/device-profile.ts'
import { type DriverQuality, QUALITY_RULES, type RuleState, Tier } from '../core/contract/driver-quality.ts'

/** A profile and the file it stands in, as a path from the root. */
export interface ProfileFile {
  readonly path: string
  readonly profile: DeviceProfile
}

const VERIFIED: Readonly<Record<DeviceProfile['verified'], string>> = {
  maker: "the maker's own document",
  'public-code': 'working public code',
  unverified: 'nothing yet',
}

/** The lines of docs/devices.md after its heading: the quality ladder, an index, and one section a profile. */
export function devicesPage(profiles: readonly ProfileFile[], drivers: readonly DriverQuality[]): string[] {
  return [
    'A device model is one YAML file under `devices/`. Addresses count from 0. Values are converted to the unit of their',
    'quantity; a value outside the range is bad, never shown as good.',
    '',
    ...ladder(drivers),
    '',
    '## Profiles',
    '',
    `${profiles.length} profiles. "Held against" says what the numbers of a profile were compared with; none was measured on a`,
    'device of ours. "Identity" is what tells one device from another; "guards" are points whose movement is an event.',
    '',
    '| profile | maker | models | driver | held against | points | identity | guards | samples |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...profiles.map(({ profile }) => indexRow(profile)),
    ...profiles.flatMap(({ path, profile }) => ['', ...section(path, profile)]),
  ]
}

function ladder(drivers: readonly DriverQuality[]): string[] {
  const names = drivers.map(({ driver }) => driver)
  return [
    '## Quality of the drivers',
    '',
    'A tier holds when each of its rules, and each of the tiers below, is done or exempt.',
    '',
    `| tier | rule | ${names.join(' | ')} |`,
    `| --- | --- | ${names.map(() => '---').join(' | ')} |`,
    `| | offered as | ${drivers.map(({ claims }) => claims ?? 'none').join(' | ')} |`,
    ...Tier.options.flatMap((tier) =>
      Object.entries<string>(QUALITY_RULES[tier]).map(([rule, about]) => {
        const states = drivers.map(({ rules }) => stateText(Object.entries<RuleState>(rules[tier]), rule))
        return `| ${tier} | \`${rule}\`: ${about} | ${states.join(' | ')} |`
      }),
    ),
  ]
}

function stateText(states: readonly (readonly [string, RuleState])[], rule: string): string {
  const state = states.find(([name]) => name === rule)?.[1]
  switch (state?.is) {
    case 'done':
      return `done: [test](../${state.proof})`
    case 'todo':
      return `todo: ${state.missing}`
    case 'exempt':
      return `exempt: ${state.because}`
    case undefined:
      return ''
  }
}

function indexRow(profile: DeviceProfile): string {
  const { vendor, models, driver, verified, samples } = profile
  const points = profile.driver === 'isapi' ? 3 : profile.points.length
  const cells = [
    `\`${profile.profile}\``,
    vendor,
    models.join(', '),
    driver,
    VERIFIED[verified],
    points,
    identityText(profile),
    guardsOf(profile).join(', '),
    samples.length,
  ]
  return `| ${cells.join(' | ')} |`
}

function identityText(profile: DeviceProfile): string {
  switch (profile.driver) {
    case 'modbus': {
      const { identity } = profile
      return [
        ...(identity === undefined || identity.model.length === 0 ? [] : ['model']),
        ...(identity?.serial === undefined ? [] : ['serial number']),
      ].join(', ')
    }
    case 'dlt645':
      return 'meter address'
    case 'isapi':
      return ''
  }
}

function guardsOf(profile: DeviceProfile): string[] {
  return profile.driver === 'isapi'
    ? []
    : profile.points.flatMap(({ point, guard }) => (guard === undefined ? [] : [point]))
}

function section(path: string, profile: DeviceProfile): string[] {
  return [
    `## ${profile.name.en} · ${profile.name['zh-CN']}`,
    '',
    `Profile \`${profile.profile}\`, file [${path}](../${path}). Held against: ${VERIFIED[profile.verified]}.`,
    '',
    `Source: ${profile.source}`,
    ...(profile.caveats.length === 0 ? [] : ['', ...profile.caveats.map((caveat) => `- ${caveat.en}`)]),
    '',
    ...tableOf(profile),
  ]
}

function tableOf(profile: DeviceProfile): string[] {
  switch (profile.driver) {
    case 'modbus':
      return modbusTable(profile)
    case 'dlt645':
      return dlt645Table(profile)
    case 'isapi':
      return cameraTable(profile)
  }
}

function lineText({ baud, parity, stopBits }: ModbusProfile['link']): string {
  return `Serial line as delivered: ${baud} baud, parity ${parity}, ${stopBits} stop bit(s).`
}

function modbusTable({ link, maxRegisters, restMs, loopback, identity, points }: ModbusProfile): string[] {
  const rows = points.map((point) => {
    const { quantity, table, address, unit, range, poll, guard } = point
    const cells = [point.point, quantity, table, address, typeText(point), scaleText(point), unit, range.join(' … ')]
    return `| ${[...cells, poll, guard ?? '', sentinelText(point)].join(' | ')} |`
  })
  const at = identity?.serial === undefined ? [] : [`serial number in ${registerText(identity.serial)}`]
  const known = [
    ...(identity?.model ?? []).map((register) => `${registerText(register)} is ${register.is.join(' or ')}`),
    ...at,
  ]
  return [
    lineText(link),
    `At most ${maxRegisters} registers a request; ${restMs} ms of rest between requests; function 8: ${loopback ? 'yes' : 'not relied on'}.`,
    ...(known.length === 0 ? [] : [`Identity: ${known.join('; ')}.`]),
    '',
    '| point | quantity | table | address | type | scale | unit | range | poll | guard | no value |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ]
}

function typeText({ type, words, bits }: ModbusPoint): string {
  if (bits !== undefined)
    return bits[0] === bits[1] ? `bit ${bits[0]} of ${type}` : `bits ${bits[0]}–${bits[1]} of ${type}`
  return ['u16', 's16', 'bit'].includes(type) ? type : `${type}, ${words}`
}

function scaleText({ scale, offset, inverted }: ModbusPoint): string {
  if (inverted) return 'inverted'
  if (offset === 0) return String(scale)
  return `${scale} ${offset < 0 ? '−' : '+'} ${Math.abs(offset)}`
}

function sentinelText({ sentinels }: ModbusPoint): string {
  return sentinels.map(({ raw }) => [raw].flat().join('–')).join(', ')
}

function registerText({
  table,
  address,
  type,
}: {
  readonly table: string
  readonly address: number
  readonly type: string
}): string {
  return `${table} ${address} (${type})`
}

function dlt645Table({ link, points }: Dlt645Profile): string[] {
  const rows = points.map(({ point, quantity, item, bytes, decimals, signed, unit, range, poll, guard }) => {
    const cells = [point, quantity, item, bytes, decimals, signed ? 'yes' : 'no', unit, range.join(' … ')]
    return `| ${[...cells, poll, guard ?? ''].join(' | ')} |`
  })
  return [
    lineText(link),
    '',
    '| point | quantity | data identifier | bytes | decimals | signed | unit | range | poll | guard |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ]
}

function cameraTable({ paths, presence, heartbeats }: CameraProfile): string[] {
  return [
    'Points: `stream` (the event stream is alive), `human`, `vehicle`. An event that does not say what was seen counts as human.',
    '',
    `- event stream: \`${paths.events}\``,
    `- picture: \`${paths.snapshot}\``,
    `- events that mean presence: ${presence.join(', ')}`,
    `- heartbeats: ${heartbeats.join(', ')}`,
  ]
}
