import type { RuleGuidance } from './guidance.ts'

/** Alarms about how power is measured, and about papers for using it. */
export const METER_GUIDANCE: readonly RuleGuidance[] = [
  {
    type: 'below-floor',
    checks: [1],
    ask: 'meter',
    'zh-CN': {
      means: '电表显示的比现场至少该用的还少：可能被绕接。',
      first: ['看电流有没有一相接近零。', '让人核对表箱封条和进线。'],
    },
    en: {
      means: 'The meter shows less than the place must draw at least: it may be bypassed.',
      first: ['Is one phase near zero?', 'Have the seal and the incoming cable looked at.'],
    },
  },
  {
    type: 'power-drop',
    checks: [1],
    ask: 'meter',
    'zh-CN': {
      means: '用电一下子没有了：停电、跳闸，或者线被剪、表被断开。',
      first: ['看电压还在不在：在，说明有人断开；不在，是停电。', '同时有防拆报警的，按破坏处置。'],
    },
    en: {
      means: 'Power was gone at once: a cut, a trip, or somebody cut the cable or took the meter off.',
      first: [
        'Is there still voltage? Then somebody switched off; if not, the grid is down.',
        'With an alarm of tampering beside it, treat it as damage.',
      ],
    },
  },
  {
    type: 'unseen-energy',
    checks: [1],
    ask: 'meter',
    'zh-CN': {
      means: '失联的那段时间里电表走了不少：有人趁看不见用了电。',
      first: ['看失联从几点到几点、走了多少度。', '查失联的原因：是停电，还是有人断了网关。'],
    },
    en: {
      means: 'The meter went on while nobody heard it: power was used while unseen.',
      first: [
        'From when to when, how many kWh?',
        'Why was it not heard: a power cut, or somebody who cut the gateway off?',
      ],
    },
  },
  {
    type: 'energy-integral',
    checks: [1],
    ask: 'meter',
    'zh-CN': { means: '电表走的度数和功率算出来的对不上。', first: ['看差多少、哪一边多。', '核对互感器变比和接线。'] },
    en: {
      means: 'The energy of the meter and the energy of its power disagree.',
      first: ['By how much, which one is more?', 'Check the ratio of the transformers and the wiring.'],
    },
  },
  {
    type: 'meter-tamper',
    checks: [1],
    ask: 'meter',
    'zh-CN': {
      means: '电表被动过：开盖、换表、改变比、改时钟，或倒走。',
      first: ['看是哪一种。', '没有供电所工单的，派人到场并拍照留证。', '现场看过后才能复位。'],
    },
    en: {
      means: 'The meter was touched: cover, exchange, ratio, clock, or it ran backwards.',
      first: [
        'See which of these.',
        'Without an order of the power supply send somebody, with pictures as evidence.',
        'It is reset only after a look at the place.',
      ],
    },
  },
  {
    type: 'permit-overrun',
    checks: [1],
    ask: 'papers',
    'zh-CN': {
      means: '作业票到点了，活还没停。',
      first: ['先问人是否都已出来。', '要继续的，补办延期；不补办的，按无票处置。'],
    },
    en: {
      means: 'The permit has ended and the work has not.',
      first: [
        'First ask whether everybody is out.',
        'To go on it must be extended; if not, it is work without a permit.',
      ],
    },
  },
  {
    type: 'permit',
    checks: [],
    ask: 'papers',
    'zh-CN': { means: '作业票快到期，或者开了票没有用。', first: ['联系作业负责人。'] },
    en: { means: 'A permit ends soon, or was never used.', first: ['Call whoever leads the work.'] },
  },
]
