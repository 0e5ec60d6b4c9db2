import type { CheckItem } from '../../contract/activity.ts'

/** Questions to ask by phone go by what an alarm is about. */
export type AskAbout = 'power' | 'meter' | 'water' | 'air' | 'place' | 'watching' | 'papers' | 'room'

/** What an alarm means, and what to look at first, in one language. */
export interface GuidanceText {
  readonly means: string
  /** In the order to do it in. */
  readonly first: readonly string[]
}

/** What a rule type wants a person to know and do. */
export interface RuleGuidance {
  readonly type: string
  /** Which of the eight checks it belongs to; none where it guards the watching itself. */
  readonly checks: readonly CheckItem[]
  readonly ask: AskAbout
  readonly 'zh-CN': GuidanceText
  readonly en: GuidanceText
}

/** Questions to ask by phone, in the order to ask them. */
export const QUESTIONS: Readonly<
  Record<AskAbout, { readonly 'zh-CN': readonly string[]; readonly en: readonly string[] }>
> = {
  power: {
    'zh-CN': [
      '现在井口和场内有没有人？叫什么名字，谁让来的？',
      '此刻开着什么设备？能不能听到绞车、风机或水泵的声音？',
      '有没有作业票？票号多少，几点到几点？',
      '请到井口看一眼并拍照，十五分钟内回电。',
    ],
    en: [
      'Is anybody at the shaft or in the yard now? Who are they, and who sent them?',
      'What is running at this moment? Do you hear a winch, a fan or a pump?',
      'Is there a permit? Its number, and from when to when?',
      'Go to the shaft, take a picture, and call back within fifteen minutes.',
    ],
  },
  meter: {
    'zh-CN': [
      '今天有没有供电所的人来过？有没有工作单？',
      '电表箱的锁和封条完好吗？封条号是多少？',
      '电表屏上现在显示多少度、多少千瓦？请拍照。',
      '周围有没有新拉的线，或者车辆停留？',
    ],
    en: [
      'Has anybody of the power supply been there today? With which order?',
      'Are the lock and the seal of the meter box whole? The number on the seal?',
      'What does the meter show now, kWh and kW? Take a picture.',
      'Is there a new cable anywhere, or a vehicle standing near?',
    ],
  },
  water: {
    'zh-CN': [
      '水泵现在开着吗？谁开的，几点开的？',
      '水位尺读数多少？和昨天比涨了还是落了？',
      '井下或低处有没有人？先让人撤到高处。',
      '当地这两天下雨了吗？',
    ],
    en: [
      'Is the pump running? Who started it, and when?',
      'What does the staff gauge say, and what did it say yesterday?',
      'Is anybody below, or on low ground? Get them up first.',
      'Has it rained there these two days?',
    ],
  },
  air: {
    'zh-CN': [
      '井口附近有没有人？立即撤到上风处，不要靠近井口，不要动火。',
      '风机开着吗？有没有停电或跳闸？',
      '有没有闻到异味、看到烟？',
      '到现场的人带便携仪了吗？读数多少？',
    ],
    en: [
      'Is anybody near the shaft? They go upwind at once, keep off the mouth, and light nothing.',
      'Is the fan running? Was there a power cut or a trip?',
      'Is there a smell, or smoke?',
      'Does whoever goes there carry a gas detector? What does it read?',
    ],
  },
  place: {
    'zh-CN': [
      '你现在在哪里？能看到井口吗？几分钟能到？',
      '看到几个人、几辆车？车牌号是多少？不要靠近、不要对峙。',
      '门锁、封条、井盖还在吗？有没有被动过？',
      '今天有没有人说要进场？是谁？',
    ],
    en: [
      'Where are you? Can you see the shaft? How many minutes to get there?',
      'How many people and vehicles do you see? Number plates? Keep your distance, do not argue.',
      'Are lock, seal and cover in place? Has anything been touched?',
      'Did anybody say they would come in today? Who?',
    ],
  },
  watching: {
    'zh-CN': [
      '现场停电了吗？附近村子有没有停电？',
      '监测箱的指示灯亮不亮？箱门锁着吗？',
      '那里手机有没有信号？',
      '今天有没有人动过设备，或者打雷？',
    ],
    en: [
      'Is the power gone there? In the village too?',
      'Are the lights of the cabinet on? Is its door locked?',
      'Is there mobile signal at that place?',
      'Has anybody touched the equipment today, or was there lightning?',
    ],
  },
  papers: {
    'zh-CN': ['作业负责人是谁？人现在都出来了吗？', '活干完了吗？还要多久？', '要延长的话，谁批准的？'],
    en: [
      'Who leads the work? Is everybody out?',
      'Is it finished? How much longer?',
      'If it is to go on, who approved?',
    ],
  },
  room: {
    'zh-CN': ['现在谁在值班？电话能打通吗？', '备用通道（短信、电话）能不能用？', '要不要请带班领导到场？'],
    en: [
      'Who is on duty? Can they be reached by phone?',
      'Do the other ways work, text and call?',
      'Should the leader on duty come in?',
    ],
  },
}
