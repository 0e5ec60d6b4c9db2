import { guardPost } from '../models/machines.ts'
import { meter } from '../models/meter.ts'
import { dtsu666Points } from '../models/meter-points.ts'
import { noiseOf } from '../models/noise.ts'
import { contacts, running } from '../models/points.ts'
import { DOOR, silent } from '../rules.ts'
import type { SimSite, World } from '../site.ts'

const ID = 'liushu-shaft'

/** A sealed shaft with a guard post, whose heater is the commonest cause of false alarms. */
export const LIUSHU_SHAFT: SimSite = {
  site: {
    id: ID,
    name: { 'zh-CN': '柳树封闭井', en: 'Liushu sealed shaft' },
    kind: 'sealed-shaft',
    area: { 'zh-CN': '云脚乡', en: 'Yunjiao township' },
    place: { x: 66, y: 30 },
    simulated: true,
    headline: 'guard-meter/active-power',
  },
  buses: [{ id: 'cabinet', kind: 'tcp', port: 15_023 }],
  devices: [
    {
      id: 'guard-meter',
      name: { 'zh-CN': '值守房电能表', en: 'Guard post meter' },
      profile: 'chint/dtsu666',
      bus: 'cabinet',
      unit: 1,
      every: '1s',
      model: (world: World) => {
        const load = guardPost({ seed: world.seed, name: `${ID}/guard-post`, ratedW: 2_000 })
        const name = `${ID}/guard-meter`
        const measured = meter({ seed: world.seed, name, load, live: () => true, startKWh: 15_820.4 })
        return (seconds) => dtsu666Points(measured(seconds))
      },
    },
    {
      id: 'seal-sensors',
      name: { 'zh-CN': '密闭处传感器', en: 'Sensors at the seal' },
      profile: 'advantech/adam-6017',
      bus: 'cabinet',
      unit: 2,
      every: '1s',
      points: ['air-velocity-1'],
      spans: { 'air-velocity-1': { from: [4, 20], to: [0, 15] } },
      model: (world: World) => {
        const breath = noiseOf(world.seed, `${ID}/breath`, 30)
        const broken = running(world, ID, 'loop-broken')
        return (seconds) => ({
          'air-velocity-1': broken(seconds) === null ? 0.08 + 0.05 * breath(seconds) : null,
        })
      },
    },
    {
      id: 'contacts',
      name: { 'zh-CN': '密闭门与防拆', en: 'Seal door and tamper contacts' },
      profile: 'waveshare/modbus-rtu-io-8ch',
      bus: 'cabinet',
      unit: 3,
      every: '1s',
      points: ['di-1', 'di-2'],
      model: () => contacts(['di-1', 'di-2']),
    },
  ],
  cameras: [],
  rules: [
    {
      id: 'guard-load',
      type: 'high-limit',
      point: 'guard-meter/active-power',
      priority: 'yellow',
      name: { 'zh-CN': '值守房用电超限', en: 'More load than a guard post has' },
      with: { limit: 3_500, deadband: 500, onDelay: '30s', offDelay: '60s' },
    },
    {
      id: 'air-at-seal',
      type: 'high-limit',
      point: 'seal-sensors/air-velocity-1',
      priority: 'orange',
      name: { 'zh-CN': '密闭处有风', en: 'Air moving at the seal' },
      with: { limit: 0.3, deadband: 0.1, onDelay: '30s', offDelay: '60s' },
    },
    {
      id: 'sensor-lost',
      type: 'stale',
      point: 'seal-sensors/air-velocity-1',
      priority: 'blue',
      name: { 'zh-CN': '风速传感器断线', en: 'Air-velocity sensor lost' },
      with: { after: '10s', offDelay: '10s' },
    },
    DOOR,
    silent('meter-silent', 'guard-meter/active-power', { 'zh-CN': '电能表失联', en: 'Meter silent' }),
  ],
  // Lamp, recorder, heater and a kettle.
  load: { meter: 'guard-meter/active-power', energy: 'guard-meter/energy-import', declared: 3_500 },
  activity: {},
}
