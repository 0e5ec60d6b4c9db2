import { NOTHING } from '../models/load.ts'
import { meter } from '../models/meter.ts'
import { dlt645Points, dtsu666Points } from '../models/meter-points.ts'
import { contacts, running } from '../models/points.ts'
import { COVER, DOOR, silent } from '../rules.ts'
import { timesOf } from '../scenario.ts'
import type { SimSite, World } from '../site.ts'

const ID = 'shipo-pit'

/** How often the cover of the billing meter had been opened before, when it was fitted and when it was sealed. */
const OPENINGS_BEFORE = 2

/** A closed pit where nothing draws power, and somebody opens the cover of the meter. */
export const SHIPO_PIT: SimSite = {
  site: {
    id: ID,
    name: { 'zh-CN': '石坡废井', en: 'Shipo closed pit' },
    kind: 'closed-pit',
    area: { 'zh-CN': '虚谷镇', en: 'Xugu township' },
    place: { x: 41, y: 18 },
    simulated: true,
    headline: 'feeder-meter/active-power',
  },
  buses: [
    { id: 'cabinet', kind: 'tcp', port: 15_022 },
    { id: 'billing', kind: 'rtu-over-tcp', port: 15_028, baud: 2_400 },
  ],
  devices: [
    {
      id: 'feeder-meter',
      name: { 'zh-CN': '馈线电能表', en: 'Feeder meter' },
      profile: 'chint/dtsu666',
      bus: 'cabinet',
      unit: 1,
      every: '1s',
      model: (world: World) => {
        const measured = feeder(world, { isLive: false, startKWh: 9_907.2 })
        return (seconds) => dtsu666Points(measured(seconds))
      },
    },
    {
      id: 'billing-meter',
      name: { 'zh-CN': '计费电能表', en: 'Billing meter' },
      profile: 'generic/dlt645-three-phase',
      bus: 'billing',
      address: '000000202601',
      every: '5s',
      pace: { slow: '15s' },
      counters: ['meter-cover-openings'],
      model: (world: World) => {
        // It sits before the switch that is open: there is voltage, and nothing is drawn.
        const measured = feeder(world, { isLive: true, startKWh: 10_112.5 })
        const openings = timesOf(world.scenario, ID, 'cover-open')
        return (seconds) => dlt645Points(measured(seconds), OPENINGS_BEFORE + openings(seconds))
      },
    },
    {
      id: 'contacts',
      name: { 'zh-CN': '门磁与防拆', en: 'Door and tamper contacts' },
      profile: 'waveshare/modbus-rtu-io-8ch',
      bus: 'cabinet',
      unit: 2,
      every: '1s',
      points: ['di-1', 'di-2'],
      model: (world: World) => contacts(['di-1', 'di-2'], { point: 'di-2', while: running(world, ID, 'cover-open') }),
    },
  ],
  cameras: [],
  rules: [
    {
      id: 'dead-feeder',
      type: 'should-be-off',
      point: 'feeder-meter/active-power',
      priority: 'red',
      name: { 'zh-CN': '已断电馈线带电', en: 'Dead feeder energised' },
      with: { onDelay: '6s', offDelay: '45s' },
    },
    COVER,
    DOOR,
    silent('meter-silent', 'feeder-meter/active-power', { 'zh-CN': '电能表失联', en: 'Meter silent' }),
  ],
  load: { meter: 'feeder-meter/active-power', energy: 'feeder-meter/energy-import', declared: 300 },
  activity: {},
}

function feeder({ seed }: World, { isLive, startKWh }: { readonly isLive: boolean; readonly startKWh: number }) {
  return meter({ seed, name: `${ID}/feeder-meter`, load: () => NOTHING, live: () => isLive, startKWh })
}
