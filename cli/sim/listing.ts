import type { Language } from '../../core/contract/text.ts'
import { type Addresses, busName, cameraName, PHONES, relayName } from '../../sim/addresses.ts'
import type { SimSite } from '../../sim/site.ts'
import { columnsOf, padded } from '../columns.ts'

export interface ListingFacts {
  readonly sites: readonly SimSite[]
  readonly host: string
  readonly addresses: Addresses
  readonly language: Language
  readonly paths: Readonly<Record<string, string>>
}

/** Every simulated thing and where it is served, as lines for a terminal. */
export function listing(facts: ListingFacts): readonly string[] {
  const en = facts.language === 'en'
  const head = en
    ? 'SIMULATED county: no such place, pit or person exists. Everything below is served on this machine.'
    : '模拟县：并无此地、此矿、此人。以下均由本机模拟。'
  const phones = `http://${facts.host}:${facts.addresses[PHONES] ?? 0}/`
  const rows = facts.sites.flatMap((site) => siteRows(site, facts))
  const width = Math.max(...rows.map(([left]) => columnsOf(left)))
  return [
    head,
    '',
    ...rows.map(([left, right]) => `${padded(left, width)}  ${right}`.trimEnd()),
    '',
    `${en ? "The officers' phones" : '值班手机'}: ${phones}`,
  ]
}

function siteRows(site: SimSite, facts: ListingFacts): readonly (readonly [string, string])[] {
  const en = facts.language === 'en'
  const at = (name: string) => `${facts.host}:${facts.addresses[name] ?? 0}`
  const rows: (readonly [string, string])[] = [[`${site.site.name[facts.language]} (${site.site.id})`, '']]
  for (const bus of site.buses) {
    const name = busName(site, bus)
    const where = [at(name), facts.paths[name]].filter((text) => text !== undefined).join(' = ')
    for (const device of site.devices.filter((candidate) => candidate.bus === bus.id)) {
      const framing = bus.kind === 'tcp' ? 'Modbus/TCP' : 'Modbus RTU over TCP'
      const unit = en ? `unit ${device.unit}` : `单元 ${device.unit}`
      rows.push([`  ${device.name[facts.language]} · ${device.profile}`, `${framing} ${where} ${unit}`])
    }
  }
  for (const camera of site.cameras) {
    rows.push([
      `  ${camera.name[facts.language]}`,
      `http://${at(cameraName(site, camera))}/ISAPI/Event/notification/alertStream`,
    ])
  }
  if (site.relayPort !== undefined) {
    rows.push([en ? '  line to the broker that can be cut' : '  可切断的上行线路', at(relayName(site))])
  }
  return rows
}
