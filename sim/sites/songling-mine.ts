import { fan, pump } from '../models/machines.ts'
import { meter } from '../models/meter.ts'
import { adl400Points } from '../models/meter-points.ts'
import { noiseOf } from '../models/noise.ts'
import { always } from '../models/points.ts'
import { silent } from '../rules.ts'
import type { SimSite, World } from '../site.ts'

const ID = 'songling-mine'

/** Fan and pump draw more than a meter carries: transformers of 200 A to 5 A. */
const CT_RATIO = 40
const never = () => null

/** A licensed underground mine: what matters there is that the main fan and the pumps never stop. */
export const SONGLING_MINE: SimSite = {
  site: {
    id: ID,
    name: { 'zh-CN': '松岭煤矿', en: 'Songling mine' },
    kind: 'licensed-mine',
    area: { 'zh-CN': '望台镇', en: 'Wangtai township' },
    place: { x: 52, y: 58 },
    simulated: true,
    headline: 'fan-meter/active-power',
  },
  buses: [{ id: 'substation', kind: 'tcp', port: 15_025 }],
  devices: [
    {
      id: 'fan-meter',
      name: { 'zh-CN': '主通风机电能表', en: 'Main fan meter' },
      profile: 'acrel/adl400',
      bus: 'substation',
      unit: 1,
      every: '1s',
      model: (world: World) => {
        const load = fan({ seed: world.seed, name: `${ID}/main-fan`, ratedW: 132_000 }, always)
        const name = `${ID}/fan-meter`
        const measured = meter({ seed: world.seed, name, load, live: () => true, startKWh: 4_120_388 })
        return (seconds) => adl400Points(measured(seconds), CT_RATIO)
      },
    },
    {
      id: 'pump-meter',
      name: { 'zh-CN': '主排水泵电能表', en: 'Main pump meter' },
      profile: 'acrel/adl400',
      bus: 'substation',
      unit: 2,
      every: '1s',
      model: (world: World) => {
        const load = pump({ seed: world.seed, name: `${ID}/main-pump`, ratedW: 75_000 }, always, never)
        const name = `${ID}/pump-meter`
        const measured = meter({ seed: world.seed, name, load, live: () => true, startKWh: 1_560_702 })
        return (seconds) => adl400Points(measured(seconds), CT_RATIO)
      },
    },
    {
      id: 'airway-sensors',
      name: { 'zh-CN': '回风巷与水仓传感器', en: 'Return airway and sump sensors' },
      profile: 'advantech/adam-6017',
      bus: 'substation',
      unit: 3,
      every: '1s',
      points: ['air-velocity-1', 'level-2'],
      spans: {
        'air-velocity-1': { from: [4, 20], to: [0, 15] },
        'level-2': { from: [4, 20], to: [0, 8] },
      },
      model: (world: World) => {
        const draught = noiseOf(world.seed, `${ID}/draught`, 15)
        const water = noiseOf(world.seed, `${ID}/water`, 600)
        return (seconds) => ({
          'air-velocity-1': 5.2 + 0.25 * draught(seconds),
          'level-2': 3.6 + 0.04 * water(seconds),
        })
      },
    },
  ],
  cameras: [],
  rules: [
    {
      id: 'main-fan-stopped',
      type: 'low-limit',
      point: 'fan-meter/active-power',
      priority: 'red',
      name: { 'zh-CN': '主通风机停机或减载', en: 'Main fan stopped or unloaded' },
      with: { limit: 80_000, deadband: 10_000, onDelay: '5s', offDelay: '15s' },
    },
    {
      id: 'airflow-low',
      type: 'low-limit',
      point: 'airway-sensors/air-velocity-1',
      priority: 'red',
      name: { 'zh-CN': '回风巷风速过低', en: 'Return airflow low' },
      with: { limit: 2.5, deadband: 0.5, onDelay: '10s', offDelay: '15s' },
    },
    {
      id: 'water-rising',
      type: 'rate-of-change',
      point: 'airway-sensors/level-2',
      priority: 'red',
      name: { 'zh-CN': '水仓水位突升', en: 'Water rising fast' },
      with: { rise: 0.5, per: 'min', window: '60s', onDelay: '5s', offDelay: '30s' },
    },
    {
      id: 'main-pump-stopped',
      type: 'low-limit',
      point: 'pump-meter/active-power',
      priority: 'orange',
      name: { 'zh-CN': '主排水泵停机', en: 'Main pump stopped' },
      with: { limit: 30_000, deadband: 5_000, onDelay: '15s', offDelay: '15s' },
    },
    silent('meter-silent', 'fan-meter/active-power', { 'zh-CN': '电能表失联', en: 'Meter silent' }),
  ],
}
