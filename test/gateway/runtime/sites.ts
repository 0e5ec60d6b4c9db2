import { shippedProfiles } from '../../../platform/site/profiles.ts'
import { checkGateway, type LoadedGateway } from '../../../platform/site/loaded-gateway.ts'
import type { ProfileText } from '../../../core/contract/config-lane.ts'

/** Read once: there are many sites in a test. */
const SHIPPED = shippedProfiles()

/** One register of a meter that is invented. */
export const DEMO_METER: ProfileText = {
  name: 'demo/meter',
  yaml: `profile: demo/meter
vendor: Demo
models: [M1]
name: { zh-CN: 电表, en: meter }
source: invented for this test
verified: unverified
driver: modbus
link: { baud: 9600, parity: none, stopBits: 1 }
points:
  - { point: active-power, quantity: power, table: input-register, address: 0, type: u16, unit: W, range: [0, 60000] }
samples:
  - { request: 01 04 00 00 00 01, reply: 01 04 02 00 05, expect: { active-power: 5 } }
`,
}

/** The lines of a site's lists; the rest is always the same. */
export interface SiteLists {
  readonly buses?: readonly string[]
  readonly devices?: readonly string[]
  readonly cameras?: readonly string[]
  readonly rules?: readonly string[]
  /** More keys at the top. */
  readonly top?: readonly string[]
}

/** The text of a site made of these lists, each line the inside of a YAML mapping. */
export function siteText({ buses = [], devices = [], cameras = [], rules = [], top = [] }: SiteLists): string {
  const list = (key: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${key}:`, ...lines.map((line) => `  - { ${line} }`)]
  return [
    'group: demo',
    'site:',
    '  id: east-pit',
    '  name: { zh-CN: 东坑, en: East pit }',
    '  kind: closed-pit',
    '  area: { zh-CN: 东乡, en: East township }',
    '  place: { x: 10, y: 20 }',
    'store: store',
    "uplink: { url: 'mqtt://127.0.0.1:1' }",
    ...top,
    ...list('buses', buses),
    ...list('devices', devices),
    ...list('cameras', cameras),
    ...list('rules', rules),
    '',
  ].join('\n')
}

/** That site, checked. */
export function siteOf(lists: SiteLists): LoadedGateway {
  const profiles = { texts: [DEMO_METER], shipped: SHIPPED }
  return checkGateway({ text: siteText(lists), path: 'site.yaml', baseFolder: '/', profiles })
}
