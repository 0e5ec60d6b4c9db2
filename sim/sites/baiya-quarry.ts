import { plant } from '../models/machines.ts'
import { meter } from '../models/meter.ts'
import { sdm630Points } from '../models/meter-points.ts'
import { contacts, running } from '../models/points.ts'
import { DOOR, silent } from '../rules.ts'
import type { SimSite, World } from '../site.ts'

const ID = 'baiya-quarry'

/** A working open pit behind a line to the control room that the scenario cuts. */
export const BAIYA_QUARRY: SimSite = {
  site: {
    id: ID,
    name: { 'zh-CN': '白崖露天矿', en: 'Baiya open pit' },
    kind: 'open-pit',
    area: { 'zh-CN': '望台镇', en: 'Wangtai township' },
    place: { x: 30, y: 74 },
    simulated: true,
    headline: 'crusher-meter/active-power',
  },
  buses: [{ id: 'crusher', kind: 'tcp', port: 15_026 }],
  devices: [
    {
      id: 'crusher-meter',
      name: { 'zh-CN': '破碎机电能表', en: 'Crusher meter' },
      profile: 'eastron/sdm630',
      bus: 'crusher',
      unit: 1,
      every: '1s',
      model: (world: World) => {
        const load = plant({ seed: world.seed, name: `${ID}/crusher`, ratedW: 160_000 })
        const name = `${ID}/crusher-meter`
        const measured = meter({ seed: world.seed, name, load, live: () => true, startKWh: 806_551.3 })
        return (seconds) => sdm630Points(measured(seconds))
      },
    },
    {
      id: 'contacts',
      name: { 'zh-CN': '柜门与防拆', en: 'Cabinet door and tamper contacts' },
      profile: 'waveshare/modbus-rtu-io-8ch',
      bus: 'crusher',
      unit: 2,
      every: '1s',
      points: ['di-1', 'di-2'],
      model: (world: World) => contacts(['di-1', 'di-2'], { point: 'di-1', while: running(world, ID, 'door-open') }),
    },
  ],
  cameras: [],
  rules: [
    {
      id: 'crusher-overload',
      type: 'high-limit',
      point: 'crusher-meter/active-power',
      priority: 'yellow',
      name: { 'zh-CN': '破碎机过载', en: 'Crusher overloaded' },
      with: { limit: 185_000, deadband: 10_000, onDelay: '30s', offDelay: '30s' },
    },
    DOOR,
    silent('meter-silent', 'crusher-meter/active-power', { 'zh-CN': '电能表失联', en: 'Meter silent' }),
  ],
  relayPort: 15_091,
  modem: { port: 15_095, number: '+8613900009002' },
}
