import { pump } from '../models/machines.ts'
import { meter } from '../models/meter.ts'
import { adl400Points } from '../models/meter-points.ts'
import { noiseOf } from '../models/noise.ts'
import { always, running } from '../models/points.ts'
import { stageOf } from '../scenario.ts'
import { silent } from '../rules.ts'
import type { SimSite, World } from '../site.ts'

const ID = 'hongni-sump'

/** The pump is connected to its meter directly. */
const CT_RATIO = 1

/** How fast the sump falls and fills again, in m/s: quick enough to be seen within a minute. */
const FALL_M_PER_S = 0.045
const FULL_M = 2.4
const LOWEST_M = 0.4

/** A closed pit where pumping is allowed; its old bus speaks RTU behind a serial converter. */
export const HONGNI_SUMP: SimSite = {
  site: {
    id: ID,
    name: { 'zh-CN': '红泥湾排水点', en: 'Hongni dewatering pit' },
    kind: 'dewatering-pit',
    area: { 'zh-CN': '云脚乡', en: 'Yunjiao township' },
    place: { x: 78, y: 52 },
    simulated: true,
    headline: 'pump-meter/active-power',
  },
  buses: [{ id: 'rs485', kind: 'rtu-over-tcp', port: 15_024 }],
  devices: [
    {
      id: 'pump-meter',
      name: { 'zh-CN': '水泵电能表', en: 'Pump meter' },
      profile: 'acrel/adl400',
      bus: 'rs485',
      unit: 1,
      every: '1s',
      model: (world: World) => {
        const dry = running(world, ID, 'dry')
        const load = pump({ seed: world.seed, name: `${ID}/pump`, ratedW: 22_000 }, always, dry)
        const name = `${ID}/pump-meter`
        const measured = meter({ seed: world.seed, name, load, live: () => true, startKWh: 231_044.9 })
        return (seconds) => adl400Points(measured(seconds), CT_RATIO)
      },
    },
    {
      id: 'sump-sensors',
      name: { 'zh-CN': '水仓液位计', en: 'Sump level sensor' },
      profile: 'advantech/adam-6017',
      bus: 'rs485',
      unit: 2,
      every: '1s',
      points: ['level-1'],
      spans: { 'level-1': { from: [4, 20], to: [0, 5] } },
      model: (world: World) => {
        const stage = stageOf(world.scenario, ID, 'dry')
        const waves = noiseOf(world.seed, `${ID}/waves`, 12)
        return (seconds) => ({ 'level-1': levelAt(stage(seconds)) + 0.01 * waves(seconds) })
      },
    },
    {
      id: 'pump-contact',
      name: { 'zh-CN': '水泵运行触点', en: 'Pump running contact' },
      profile: 'waveshare/modbus-rtu-io-8ch',
      bus: 'rs485',
      unit: 3,
      every: '1s',
      points: ['di-1'],
      model: () => (seconds) => ({ 'di-1': always(seconds) !== null }),
    },
  ],
  cameras: [],
  rules: [
    {
      id: 'pump-dry',
      type: 'low-limit',
      point: 'pump-meter/active-power',
      priority: 'orange',
      name: { 'zh-CN': '水泵抽空', en: 'Pump running dry' },
      with: { limit: 14_000, deadband: 2_000, runningAbove: 1_000, onDelay: '8s', offDelay: '15s' },
    },
    {
      id: 'sump-low',
      type: 'low-limit',
      point: 'sump-sensors/level-1',
      priority: 'yellow',
      name: { 'zh-CN': '水仓水位过低', en: 'Sump level low' },
      with: { limit: 1, deadband: 0.1, onDelay: '5s', offDelay: '15s' },
    },
    {
      id: 'sump-high',
      type: 'high-limit',
      point: 'sump-sensors/level-1',
      priority: 'red',
      name: { 'zh-CN': '水仓水位过高', en: 'Sump level high' },
      with: { limit: 4.2, deadband: 0.2, onDelay: '10s', offDelay: '30s' },
    },
    silent('meter-silent', 'pump-meter/active-power', { 'zh-CN': '电能表失联', en: 'Meter silent' }),
  ],
  load: {
    meter: 'pump-meter/active-power',
    energy: 'pump-meter/energy-import',
    declared: 1_000,
    known: [
      {
        id: 'pump',
        name: { 'zh-CN': '排水泵', en: 'Dewatering pump' },
        contact: 'pump-contact/di-1',
        rated: 22_000,
        kind: 'pump',
        level: 'sump-sensors/level-1',
      },
    ],
  },
  activity: {},
}

function levelAt({ on, over }: { readonly on: number | null; readonly over: number | null }): number {
  if (on !== null) return Math.max(LOWEST_M, FULL_M - FALL_M_PER_S * on)
  return over === null ? FULL_M : Math.min(FULL_M, LOWEST_M + FALL_M_PER_S * over)
}
