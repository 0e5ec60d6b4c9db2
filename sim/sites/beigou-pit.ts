import { together } from '../models/load.ts'
import { fan, winch } from '../models/machines.ts'
import { meter } from '../models/meter.ts'
import { sdm630Points } from '../models/meter-points.ts'
import { contacts, running, watching } from '../models/points.ts'
import { COVER, DOOR, silent } from '../rules.ts'
import type { SimSite, World } from '../site.ts'

const ID = 'beigou-pit'

/** A closed pit whose feeder is dead, until somebody connects a fan and then a winch. */
export const BEIGOU_PIT: SimSite = {
  site: {
    id: ID,
    name: { 'zh-CN': '北沟废井', en: 'Beigou closed pit' },
    kind: 'closed-pit',
    area: { 'zh-CN': '虚谷镇', en: 'Xugu township' },
    place: { x: 24, y: 27 },
    simulated: true,
    headline: 'feeder-meter/active-power',
  },
  buses: [{ id: 'cabinet', kind: 'tcp', port: 15_021 }],
  devices: [
    {
      id: 'feeder-meter',
      name: { 'zh-CN': '馈线电能表', en: 'Feeder meter' },
      profile: 'eastron/sdm630',
      bus: 'cabinet',
      unit: 1,
      every: '1s',
      model: feeder,
    },
    {
      id: 'contacts',
      name: { 'zh-CN': '门磁与防拆', en: 'Door and tamper contacts' },
      profile: 'waveshare/modbus-rtu-io-8ch',
      bus: 'cabinet',
      unit: 2,
      every: '1s',
      points: ['di-1', 'di-2'],
      model: () => contacts(['di-1', 'di-2']),
    },
  ],
  cameras: [
    {
      id: 'gate-camera',
      name: { 'zh-CN': '井口摄像机', en: 'Pit-head camera' },
      profile: 'hikvision/isapi-camera',
      port: 15_081,
      model: watching(ID),
    },
  ],
  rules: [
    {
      id: 'dead-feeder',
      type: 'should-be-off',
      point: 'feeder-meter/active-power',
      priority: 'red',
      name: { 'zh-CN': '已断电馈线带电', en: 'Dead feeder energised' },
      with: { onDelay: '6s', offDelay: '45s' },
    },
    {
      id: 'winch-load',
      type: 'high-limit',
      point: 'feeder-meter/active-power',
      priority: 'orange',
      name: { 'zh-CN': '绞车级负荷', en: 'Load of a winch' },
      // Longer than the starting current of the fan.
      with: { limit: 25_000, deadband: 3_000, onDelay: '6s', offDelay: '60s' },
    },
    {
      id: 'vehicle-seen',
      type: 'presence',
      point: 'gate-camera/vehicle',
      priority: 'orange',
      name: { 'zh-CN': '井口出现车辆', en: 'Vehicle at the pit head' },
      as: 'evidence',
      with: { offDelay: '20s' },
    },
    {
      id: 'person-seen',
      type: 'presence',
      point: 'gate-camera/human',
      priority: 'orange',
      name: { 'zh-CN': '井口出现人员', en: 'Person at the pit head' },
      as: 'evidence',
      with: { offDelay: '20s' },
    },
    COVER,
    DOOR,
    silent('camera-lost', 'gate-camera/stream', { 'zh-CN': '摄像机失联', en: 'Camera lost' }),
    silent('meter-silent', 'feeder-meter/active-power', { 'zh-CN': '电能表失联', en: 'Meter silent' }),
  ],
  // Whatever is drawn here beyond the meter's own needs, somebody has connected.
  load: { meter: 'feeder-meter/active-power', energy: 'feeder-meter/energy-import', declared: 300 },
  activity: {},
  modem: { port: 15_096, number: '+8613900009003' },
}

function feeder(world: World) {
  const fanOn = running(world, ID, 'fan')
  const winchOn = running(world, ID, 'winch')
  const measured = meter({
    seed: world.seed,
    name: `${ID}/feeder-meter`,
    load: together([
      fan({ seed: world.seed, name: `${ID}/fan`, ratedW: 11_000 }, fanOn),
      winch({ seed: world.seed, name: `${ID}/winch`, ratedW: 40_000 }, winchOn),
    ]),
    live: (seconds) => fanOn(seconds) !== null || winchOn(seconds) !== null,
    startKWh: 48_213.6,
  })
  return (seconds: number) => sdm630Points(measured(seconds))
}
