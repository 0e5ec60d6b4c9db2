import type { RuleGuidance } from './guidance.ts'

/** Alarms about the place itself: who is there, what was opened, air and water. */
export const PLACE_GUIDANCE: readonly RuleGuidance[] = [
  {
    type: 'presence',
    checks: [8],
    ask: 'place',
    'zh-CN': {
      means: '摄像机在禁入区看到人或车。',
      first: ['看抓拍：几个人、几辆车、往哪走。', '排除动物、树影和自己的巡查人员。'],
    },
    en: {
      means: 'A camera sees a person or a vehicle where nobody may be.',
      first: ['Look at the pictures: how many, and which way?', 'Rule out animals, shadows and our own patrol.'],
    },
  },
  {
    type: 'camera-evidence',
    checks: [8],
    ask: 'place',
    'zh-CN': {
      means: '摄像机一次又一次看到人或车，不是路过。',
      first: ['按时间翻一遍抓拍，看是不是同一批。', '看用电有没有一起上去。'],
    },
    en: {
      means: 'Cameras saw people or vehicles again and again: nobody is just passing.',
      first: ['Go through the pictures: are they the same ones?', 'Did the power go up with them?'],
    },
  },
  {
    type: 'camera-blinded',
    checks: [7],
    ask: 'place',
    'zh-CN': {
      means: '摄像机被遮挡、转向、断线或变黑。',
      first: ['看最后一张清楚的画面。', '同站还有别的报警的，按蓄意遮挡处置。', '现场看过后才能复位。'],
    },
    en: {
      means: 'A camera was covered, turned away, cut off, or went dark.',
      first: [
        'Look at the last clear picture.',
        'With other alarms of the site, treat it as done on purpose.',
        'It is reset only after a look at the place.',
      ],
    },
  },
  {
    type: 'entry',
    checks: [6],
    ask: 'place',
    'zh-CN': {
      means: '门、井盖或封条被打开，而没有作业票。',
      first: ['看打开了多久、现在关上没有。', '核对今天的作业票和巡查计划。', '现场看过后才能复位。'],
    },
    en: {
      means: 'A door, cover or seal was opened without a permit.',
      first: [
        'How long was it open, and is it closed now?',
        'Check the permits and patrols of today.',
        'It is reset only after a look at the place.',
      ],
    },
  },
  {
    type: 'tamper',
    checks: [1],
    ask: 'place',
    'zh-CN': {
      means: '监测设备的箱门或表盖被打开。',
      first: ['核对有没有检修派工。', '没有的，按破坏监测处置，立即派人。'],
    },
    en: {
      means: 'A cabinet or a meter cover of the watching itself was opened.',
      first: ['Is there an order for maintenance?', 'If not, somebody wants to blind us: send people at once.'],
    },
  },
  {
    type: 'vibration',
    checks: [7, 5],
    ask: 'place',
    'zh-CN': {
      means: '地面一阵阵振动，像放炮、打钻或重车。',
      first: ['看是单次冲击还是连续。', '排除附近公路、施工和已报备的爆破。'],
    },
    en: {
      means: 'The ground shakes as from blasting, drilling or heavy lorries.',
      first: ['One blow, or going on?', 'Rule out the road, building sites and blasting that was announced.'],
    },
  },
  {
    type: 'air-flow',
    checks: [6],
    ask: 'air',
    'zh-CN': {
      means: '风速超出允许范围；封闭井口有风，说明封堵不严或井下通了。',
      first: ['看风向和气压变化。', '看封堵、井盖是否被动。'],
    },
    en: {
      means: 'The air moves more, or less, than it may; at a sealed shaft the seal leaks, or a way was opened below.',
      first: ['Look at its direction and the air pressure.', 'Was the seal or the cover touched?'],
    },
  },
  {
    type: 'air-reversal',
    checks: [6],
    ask: 'air',
    'zh-CN': {
      means: '风流反向：可能另有出口，或有人开了风机。',
      first: ['看气温和气压，排除自然风压变化。', '看附近有没有新开的口子。'],
    },
    en: {
      means: 'The air goes the wrong way: there may be another mouth, or somebody runs a fan.',
      first: ['Rule out temperature and pressure of the air.', 'Look for a new opening near by.'],
    },
  },
  {
    type: 'gas',
    checks: [6],
    ask: 'air',
    'zh-CN': {
      means: '气体超过规定值，首先是人身危险。',
      first: ['先撤人，再断电，不许动火。', '到断电值的，通知切断该区域电源。', '降到复电值以下并查明原因后才能恢复。'],
    },
    en: {
      means: 'Gas is beyond what the law allows: first of all a danger to people.',
      first: [
        'People out first, then power off; light nothing.',
        'At the limit for cutting power, have the power of that area cut.',
        'Power comes back only below the limit for it and with the cause found.',
      ],
    },
  },
  {
    type: 'fan-stopped',
    checks: [6],
    ask: 'air',
    'zh-CN': {
      means: '主扇停了，井下没有风。',
      first: ['立即通知撤人。', '看是停电、跳闸还是人为停机。', '备用风机十分钟内启动了没有？'],
    },
    en: {
      means: 'The main fan has stopped; there is no air below.',
      first: [
        'Have people brought out at once.',
        'A power cut, a trip, or stopped by hand?',
        'Has the second fan started within ten minutes?',
      ],
    },
  },
  {
    type: 'level-jump',
    checks: [6],
    ask: 'water',
    'zh-CN': {
      means: '水位涨得太快，有突水危险。',
      first: ['先撤下面和低处的人。', '看水泵是否在抽、排不排得过来。', '同时查降雨和邻近老空。'],
    },
    en: {
      means: 'The water rises so fast that it may break in.',
      first: [
        'Get people below and on low ground out first.',
        'Do the pumps run, and do they keep up?',
        'Look at the rain and at old workings near by.',
      ],
    },
  },
  {
    type: 'pump-physics',
    checks: [1],
    ask: 'water',
    'zh-CN': {
      means: '水泵和水位对不上：空转、抽不动，或水在落而泵没登记。',
      first: ['看泵的功率和水位走势是否相配。', '水落得快而没有报备的，查是不是在疏干老空准备作业。'],
    },
    en: {
      means: 'Pump and water do not agree: it runs dry, does not lift, or the water falls without it.',
      first: [
        'Do power and level go together?',
        'Water that falls unannounced: does somebody drain old workings to get in?',
      ],
    },
  },
  {
    type: 'drainage-test',
    checks: [6],
    ask: 'water',
    'zh-CN': {
      means: '该做的联合排水试验没做，或者没做够。',
      first: ['看离期限还有几天。', '联系机电负责人安排试验。'],
    },
    en: {
      means: 'The joint test of the pumps that is due was not made, or not for long enough.',
      first: ['How many days are left?', 'Have whoever answers for the machines arrange it.'],
    },
  },
  {
    type: 'site-activity',
    checks: [],
    ask: 'power',
    'zh-CN': {
      means: '几种互不相干的迹象凑到一起：很可能有人在作业。',
      first: [
        '看左边“依据”：哪些迹象、哪个最强。',
        '打开摄像机和邻近走势对照时间。',
        '通知村、乡第一发现人到场，同时报带班领导。',
      ],
    },
    en: {
      means: 'Signs that have nothing to do with each other came together: people are probably at work.',
      first: [
        'Look at what it rests on, and which sign is strongest.',
        'Compare cameras and trends at that time.',
        'Send the village’s first observer, and tell the leader on duty.',
      ],
    },
  },
]
