import { electronics } from '../models/machines.ts'
import { meter } from '../models/meter.ts'
import { dtsu666Points } from '../models/meter-points.ts'
import { watching } from '../models/points.ts'
import { silent } from '../rules.ts'
import type { SimSite, World } from '../site.ts'

const ID = 'wangtai-tower'

/** A monitoring tower over the hills: a camera, and the meter of its own supply. */
export const WANGTAI_TOWER: SimSite = {
  site: {
    id: ID,
    name: { 'zh-CN': '望台监测塔', en: 'Wangtai tower' },
    kind: 'monitoring-tower',
    area: { 'zh-CN': '望台镇', en: 'Wangtai township' },
    place: { x: 58, y: 82 },
    simulated: true,
    headline: 'supply-meter/voltage-l1',
  },
  buses: [{ id: 'cabinet', kind: 'tcp', port: 15_027 }],
  devices: [
    {
      id: 'supply-meter',
      name: { 'zh-CN': '供电电能表', en: 'Supply meter' },
      profile: 'chint/dtsu666',
      bus: 'cabinet',
      unit: 1,
      every: '2s',
      model: (world: World) => {
        const load = electronics({ seed: world.seed, name: `${ID}/recorder`, ratedW: 140 })
        const name = `${ID}/supply-meter`
        const measured = meter({ seed: world.seed, name, load, live: () => true, startKWh: 2_204.7 })
        return (seconds) => dtsu666Points(measured(seconds))
      },
    },
  ],
  cameras: [
    {
      id: 'tower-camera',
      name: { 'zh-CN': '塔顶摄像机', en: 'Tower camera' },
      profile: 'hikvision/isapi-camera',
      port: 15_082,
      model: watching(ID),
    },
  ],
  rules: [
    {
      id: 'person-seen',
      type: 'presence',
      point: 'tower-camera/human',
      priority: 'orange',
      name: { 'zh-CN': '塔下出现人员', en: 'Person seen from the tower' },
      with: { offDelay: '20s' },
    },
    {
      id: 'vehicle-seen',
      type: 'presence',
      point: 'tower-camera/vehicle',
      priority: 'orange',
      name: { 'zh-CN': '塔下出现车辆', en: 'Vehicle seen from the tower' },
      with: { offDelay: '20s' },
    },
    {
      id: 'mains-lost',
      type: 'low-limit',
      point: 'supply-meter/voltage-l1',
      priority: 'yellow',
      name: { 'zh-CN': '市电失压', en: 'Mains lost' },
      with: { limit: 180, deadband: 10, onDelay: '10s', offDelay: '10s' },
    },
    silent('camera-lost', 'tower-camera/stream', { 'zh-CN': '摄像机失联', en: 'Camera lost' }),
    silent('meter-silent', 'supply-meter/voltage-l1', { 'zh-CN': '电能表失联', en: 'Meter silent' }),
  ],
}
