import type { RuleGuidance } from './guidance.ts'

/** Alarms about what draws power. */
export const POWER_GUIDANCE: readonly RuleGuidance[] = [
  {
    type: 'should-be-off',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '这条线路应当停用，却有电流：有人送了电，或者在用电。',
      first: ['看功率走势：平稳的多是照明取暖，一上一下的多是绞车。', '对照摄像机和门磁，看是否同时有人。'],
    },
    en: {
      means: 'This line should be dead and carries power: somebody switched it on, or uses it.',
      first: [
        'Look at the trend: a flat line is mostly light or heating, strokes up and down are mostly a winch.',
        'Compare cameras and door contacts: is somebody there at the same time?',
      ],
    },
  },
  {
    type: 'unexplained-load',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '用电超出已登记设备和申报能解释的范围。',
      first: ['看多出来多少千瓦，像哪种设备。', '查有没有刚启用而未登记的水泵、取暖器。'],
    },
    en: {
      means: 'More is drawn than the registered machines and the declared power explain.',
      first: [
        'See how many kW are left over, and which machine that would be.',
        'Is there a new pump or heater that nobody registered?',
      ],
    },
  },
  {
    type: 'step-cycle',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '功率按节拍反复起落，像绞车提升。',
      first: ['数一小时起落几次，每次多久。', '看摄像机里有没有车辆装货。', '夜间出现时按有人作业处置。'],
    },
    en: {
      means: 'Power goes up and down to a beat, as a winch does.',
      first: [
        'Count the strokes of an hour, and how long each lasts.',
        'Look for vehicles being loaded.',
        'At night treat it as people at work.',
      ],
    },
  },
  {
    type: 'signature',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '启动和运行的样子像某一类机器。',
      first: ['看提示里是哪类机器。', '确有此设备且允许使用的，登记为已知设备。'],
    },
    en: {
      means: 'It starts and runs as one kind of machine does.',
      first: [
        'See which kind the sentence names.',
        'Where such a machine is there and allowed, register it as a known load.',
      ],
    },
  },
  {
    type: 'compressor',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '功率在两档之间来回，像空压机加载卸载：打眼、掘进才用得着。',
      first: ['看两档功率的比例和每小时次数。', '同时有振动报警的，按井下作业处置。'],
    },
    en: {
      means: 'Power alternates between two levels, as a compressor under and off load: drilling needs one.',
      first: [
        'Look at the two levels and how often they change.',
        'With an alarm of vibration beside it, treat it as work below.',
      ],
    },
  },
  {
    type: 'generator',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '现场在用发电机：多半是为了绕开电表。',
      first: ['看频率是否在 50 Hz 附近摆动。', '问附近停没停电：停电时用发电机属于正常。'],
    },
    en: {
      means: 'A generator is running: mostly to get round the meter.',
      first: [
        'Does the frequency drift around 50 Hz?',
        'Ask whether the grid is down near by: then a generator is no wonder.',
      ],
    },
  },
  {
    type: 'high-limit',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '数值超过了为它定的上限。',
      first: ['看超了多少、是突然还是慢慢上去的。', '看同站其他测点是否一起变化。'],
    },
    en: {
      means: 'The value went beyond the limit set for it.',
      first: ['How far, and did it jump or climb?', 'Do other points of the site move along?'],
    },
  },
  {
    type: 'low-limit',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '数值低于为它定的下限，而设备应当在运行。',
      first: ['看是否跳闸或停电。', '看是不是有人停了设备。'],
    },
    en: {
      means: 'The value fell below the limit set for it, while the machine should run.',
      first: ['Was there a trip or a power cut?', 'Has somebody stopped the machine?'],
    },
  },
  {
    type: 'limit',
    checks: [1],
    ask: 'power',
    'zh-CN': { means: '数值越过了规定的限值。', first: ['看是上限还是下限、第几级。', '看同站其他测点是否一起变化。'] },
    en: {
      means: 'The value crossed a limit.',
      first: ['Which side, and which of the limits?', 'Do other points of the site move along?'],
    },
  },
  {
    type: 'rate-of-change',
    checks: [1],
    ask: 'power',
    'zh-CN': { means: '数值变得比允许的快。', first: ['看变化前后稳定在哪里。', '排除测点刚恢复通信造成的跳变。'] },
    en: {
      means: 'The value changed faster than it may.',
      first: ['Where does it settle before and after?', 'Rule out a jump because the point was just heard again.'],
    },
  },
  {
    type: 'schedule',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '在不许用电的时段里有设备在运行。',
      first: ['核对是否调休、节假日或临时允许的时段。', '看运行了多久、功率多大。'],
    },
    en: {
      means: 'Something runs at hours when nothing may.',
      first: ['Check holidays and hours that were allowed for once.', 'How long does it run, at which power?'],
    },
  },
  {
    type: 'duration',
    checks: [1],
    ask: 'power',
    'zh-CN': { means: '设备一次运行的时间太长。', first: ['问是不是忘了停。', '水泵久不停，先看水位有没有在落。'] },
    en: {
      means: 'A machine has been on for too long without a break.',
      first: ['Did somebody forget to stop it?', 'A pump that never stops: does the water fall?'],
    },
  },
  {
    type: 'feeder-share',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '某条回路占总用电的比例升高，常见于提升机超时使用。',
      first: ['看是哪条回路、从什么时候起。', '对照班次和产量，停产期间出现应立即核查。'],
    },
    en: {
      means: 'One feeder takes a greater share of the whole, often a hoist that is used beyond its hours.',
      first: ['Which feeder, since when?', 'Compare the shift; in a stop of work look into it at once.'],
    },
  },
  {
    type: 'night-regularity',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '一连几夜在差不多的钟点用电，像有人按班上工。',
      first: ['把昨夜、前夜的走势放在一起看。', '安排一次夜间现场核查，不提前打招呼。'],
    },
    en: {
      means: 'Night after night power is used at about the same hours, as by people working a shift.',
      first: ['Lay the trends of the last nights over each other.', 'Have the place looked at by night, unannounced.'],
    },
  },
  {
    type: 'baseline',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '用电和这个钟点平时不一样。',
      first: ['看偏离多大、持续多久。', '看天气：取暖、降温会让基线抬高。'],
    },
    en: {
      means: 'What is drawn is not what is usual at this hour.',
      first: ['How far off, for how long?', 'Look at the weather: heating and cooling raise what is usual.'],
    },
  },
  {
    type: 'baseline-shift',
    checks: [],
    ask: 'power',
    'zh-CN': {
      means: '平时的水平整体移动了。',
      first: ['问现场新添或拆走了什么设备。', '确属正常的，写明原因后确认。'],
    },
    en: {
      means: 'What is usual has moved as a whole.',
      first: ['Which machine came or went?', 'Where it is all right, say why and acknowledge.'],
    },
  },
  {
    type: 'creep',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '用电一天比一天多一点，像有人在试探。',
      first: ['看三十天走势。', '对照已登记设备，有没有悄悄添的。'],
    },
    en: {
      means: 'A little more every day, as if somebody tried how far one can go.',
      first: ['Look at thirty days.', 'Has something been added that is not registered?'],
    },
  },
  {
    type: 'slow-energy',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '一段时间的总电量偏多，但没有哪一刻特别高。',
      first: ['看是白天多还是夜里多。', '单独出现时先观察，和别的迹象一起出现时核查。'],
    },
    en: {
      means: 'The energy of a time is more than usual, though no moment stands out.',
      first: ['By day or by night?', 'Alone, keep watching; with other signs, have it looked at.'],
    },
  },
  {
    type: 'rides-along',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '每次开泵都多出一块用电：有设备借水泵作掩护。',
      first: ['比较水泵额定功率和实际功率。', '派人在开泵时到场看。'],
    },
    en: {
      means: 'Whenever the pump runs, more is drawn than it takes: something hides behind it.',
      first: ['Compare rated and drawn power.', 'Have somebody there when the pump runs.'],
    },
  },
  {
    type: 'neighbour',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '附近平时不用电的变压器夜里用电了，可能从那边接线。',
      first: ['看是哪一台、谁家的。', '沿两处之间的路看有没有新拉的线。'],
    },
    en: {
      means: 'A transformer near by that sleeps as a rule draws power at night: the cable may come from there.',
      first: ['Which one, and whose?', 'Look for a new cable between the two places.'],
    },
  },
  {
    type: 'stop-work',
    checks: [1],
    ask: 'power',
    'zh-CN': {
      means: '停工停电令生效后仍在用电。',
      first: ['核对命令的范围和生效时间。', '通知负责人立即停，并按规定上报。'],
    },
    en: {
      means: 'Power is used after an order to stop came into force.',
      first: [
        'Check what the order covers, and since when.',
        'Tell whoever answers for it to stop now, and report it.',
      ],
    },
  },
]
