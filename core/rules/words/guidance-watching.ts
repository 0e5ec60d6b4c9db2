import type { RuleGuidance } from './guidance.ts'

/** Alarms about the watching itself: gateways, sensors, the control room. */
export const WATCHING_GUIDANCE: readonly RuleGuidance[] = [
  {
    type: 'comms',
    checks: [],
    ask: 'watching',
    'zh-CN': {
      means: '这台设备或网关听不到了，这段时间现场没人看着。',
      first: ['看断之前半小时有没有开门、防拆、用电：有，按蓄意断联处置。', '看同一基站的其他站点是否也断。'],
    },
    en: {
      means: 'A device or gateway is not heard: nobody watches the place meanwhile.',
      first: [
        'Was there a door, tampering or power in the half hour before? Then treat it as done on purpose.',
        'Are other sites of the same mast gone too?',
      ],
    },
  },
  {
    type: 'gateway-silent',
    checks: [],
    ask: 'watching',
    'zh-CN': {
      means: '整个站点的网关失联，现场一切都看不到。',
      first: ['看最后一条数据是什么、几点。', '看市电和电池：先停电后失联的多是没电了。', '高风险站点三十分钟内派人。'],
    },
    en: {
      means: 'The gateway of the site is not heard: nothing of the place is seen.',
      first: [
        'What was the last thing it told, and when?',
        'Look at mains and battery: a cut before it fell silent mostly means an empty battery.',
        'At a site of high risk send somebody within thirty minutes.',
      ],
    },
  },
  {
    type: 'power-comms',
    checks: [],
    ask: 'watching',
    'zh-CN': {
      means: '现场停电，监测靠电池，撑不了多久。',
      first: ['看电池还剩多少、大约几小时。', '问供电所何时来电，必要时送电池。'],
    },
    en: {
      means: 'The mains are gone; the watching runs on its battery, and not for long.',
      first: ['How much is left, for how many hours?', 'When does the power come back? If need be bring a battery.'],
    },
  },
  {
    type: 'stale',
    checks: [],
    ask: 'watching',
    'zh-CN': {
      means: '这个测点没有数据，最后的值不能当现状。',
      first: ['看同一总线的其他设备是否正常。', '都没有的查总线和供电，只有它的查设备。'],
    },
    en: {
      means: 'This point gives no data; its last value is not how things are.',
      first: [
        'Do other devices of the same bus answer?',
        'None: look at the bus and its power. All but this: look at the device.',
      ],
    },
  },
  {
    type: 'stuck',
    checks: [],
    ask: 'watching',
    'zh-CN': {
      means: '读数一动不动，不像真的：传感器坏了，或者被人做了手脚。',
      first: ['看卡在什么值、从几点起。', '看相邻测点是否在动。'],
    },
    en: {
      means: 'The value does not move at all, which is not natural: the sensor is broken, or somebody fixed it so.',
      first: ['At which value, since when?', 'Do the points beside it move?'],
    },
  },
  {
    type: 'fault',
    checks: [],
    ask: 'watching',
    'zh-CN': { means: '设备自己报了故障。', first: ['看故障属于哪台设备。', '影响监测的，当天报修并记台账。'] },
    en: {
      means: 'A device says itself that it has a fault.',
      first: ['Which device?', 'Where it weakens the watching, have it mended today and note it.'],
    },
  },
  {
    type: 'control-room',
    checks: [],
    ask: 'room',
    'zh-CN': {
      means: '值班室自己出了问题：人、通道、时钟或台账。',
      first: ['先确认报警还能送到人：打一次测试。', '按提示处理，处理完写明。'],
    },
    en: {
      means: 'The control room itself is in trouble: people, channels, clock or ledger.',
      first: [
        'Make sure first that alarms still reach people: send a test.',
        'Do what the sentence says, and write it down.',
      ],
    },
  },
]
