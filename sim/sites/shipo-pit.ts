import { NOTHING } from '../models/load.ts'
import { meter } from '../models/meter.ts'
import { contacts, meterPoints, running } from '../models/points.ts'
import { COVER, DOOR, silent } from '../rules.ts'
import type { SimSite, World } from '../site.ts'

const ID = 'shipo-pit'

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
  buses: [{ id: 'cabinet', kind: 'tcp', port: 15_022 }],
  devices: [
    {
      id: 'feeder-meter',
      name: { 'zh-CN': '馈线电能表', en: 'Feeder meter' },
      profile: 'chint/dtsu666',
      bus: 'cabinet',
      unit: 1,
      every: '1s',
      model: (world: World) => {
        const load = () => NOTHING
        const measured = meter({
          seed: world.seed,
          name: `${ID}/feeder-meter`,
          load,
          live: () => false,
          startKWh: 9_907.2,
        })
        return (seconds) => meterPoints(measured(seconds))
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
}
