import type { Language } from '../../core/contract/text.ts'
import { type Addresses, busName, cameraName, PHONES, relayName } from '../../sim/addresses.ts'
import type { SimBus, SimDevice, SimSite } from '../../sim/site.ts'
import { columnsOf, padded } from '../columns.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  head: {
    'zh-CN': '模拟县：并无此地、此矿、此人。以下均由本机模拟。',
    en: 'SIMULATED county: no such place, pit or person exists. Everything below is served on this machine.',
  },
  phones: { 'zh-CN': '值班手机：{url}', en: "The officers' phones: {url}" },
  unit: { 'zh-CN': '单元 {unit}', en: 'unit {unit}' },
  address: { 'zh-CN': '表号 {address}', en: 'address {address}' },
  line: { 'zh-CN': '可切断的上行线路', en: 'line to the broker that can be cut' },
})

export interface ListingFacts {
  readonly sites: readonly SimSite[]
  readonly host: string
  readonly addresses: Addresses
  readonly language: Language
  readonly paths: Readonly<Record<string, string>>
}

/** Every simulated thing and where it is served, as lines for a terminal. */
export function listing(facts: ListingFacts): readonly string[] {
  const { language } = facts
  const url = `http://${facts.host}:${facts.addresses[PHONES] ?? 0}/`
  const rows = facts.sites.flatMap((site) => siteRows(site, facts))
  const width = Math.max(...rows.map(([left]) => columnsOf(left)))
  return [
    say(language, 'head'),
    '',
    ...rows.map(([left, right]) => `${padded(left, width)}  ${right}`.trimEnd()),
    '',
    say(language, 'phones', { url }),
  ]
}

function siteRows(site: SimSite, facts: ListingFacts): readonly (readonly [string, string])[] {
  const { language } = facts
  const at = (name: string) => `${facts.host}:${facts.addresses[name] ?? 0}`
  const rows: (readonly [string, string])[] = [[`${site.site.name[language]} (${site.site.id})`, '']]
  for (const bus of site.buses) {
    const name = busName(site, bus)
    const where = [at(name), facts.paths[name]].filter((text) => text !== undefined).join(' = ')
    for (const device of site.devices.filter((candidate) => candidate.bus === bus.id)) {
      rows.push([
        `  ${device.name[language]} · ${device.profile}`,
        `${framing(bus, device)} ${where} ${placeOf(device, language)}`,
      ])
    }
  }
  for (const camera of site.cameras) {
    rows.push([
      `  ${camera.name[language]}`,
      `http://${at(cameraName(site, camera))}/ISAPI/Event/notification/alertStream`,
    ])
  }
  if (site.relayPort !== undefined) {
    rows.push([`  ${say(language, 'line')}`, at(relayName(site))])
  }
  return rows
}

function framing(bus: SimBus, { address }: SimDevice): string {
  if (address !== undefined) return 'DL/T 645 over TCP'
  return bus.kind === 'tcp' ? 'Modbus/TCP' : 'Modbus RTU over TCP'
}

function placeOf({ unit, address }: SimDevice, language: Language): string {
  return address === undefined ? say(language, 'unit', { unit }) : say(language, 'address', { address })
}
