import type { Bilingual } from '../../contract/text.ts'

/** What each type of rule watches, in a few words. */
export const WATCHES: Readonly<Record<string, Bilingual>> = {
  'high-limit': { 'zh-CN': '一个数值不低于上限', en: 'a value at or above a limit' },
  'low-limit': {
    'zh-CN': '一个数值不高于下限；设备停机时可以不判',
    en: 'a value at or below a limit; nothing while the machine is off',
  },
  limit: {
    'zh-CN': '上限、下限及其上上限、下下限，报警、处置、恢复三个值分开',
    en: 'limits above and below and the graver ones beyond them, with values of their own for alarm, action and return',
  },
  'should-be-off': {
    'zh-CN': '停用回路或设备带电、用电、运行',
    en: 'a feeder or machine that is live, draws power or runs where nothing should',
  },
  'rate-of-change': { 'zh-CN': '数值升降过快', en: 'a value that rises or falls too fast' },
  stale: { 'zh-CN': '测点长时间没有良好读数', en: 'a point without a good reading for too long' },
  presence: { 'zh-CN': '摄像机看到人或车', en: 'a camera that sees a person or a vehicle' },
  tamper: {
    'zh-CN': '防拆触点、受保护的计数或参数、设备身份的变化',
    en: 'a tamper contact, a guarded counter or setting, or the identity of a device that changes',
  },
  fault: { 'zh-CN': '设备或网关自身报告的故障', en: 'a fault that a device, or the gateway itself, reports' },
  'unexplained-load': {
    'zh-CN': '超出本时段正常用电的部分，扣除已知设备之后',
    en: 'power beyond what this hour has ever needed, known loads taken off',
  },
  'step-cycle': { 'zh-CN': '反复启停的负荷，如绞车', en: 'a load that starts and stops again and again, like a winch' },
  'slow-energy': {
    'zh-CN': '缓慢多用的电量，由 CUSUM 累计',
    en: 'energy that adds up slowly beyond what is usual (CUSUM)',
  },
  'rides-along': {
    'zh-CN': '总随水泵一起启停的另一负荷',
    en: 'another load that is switched along with the pump each time',
  },
  creep: { 'zh-CN': '一点一点加上去、谁也看不出台阶的负荷', en: 'a load that grows so slowly that no step is seen' },
  'below-floor': {
    'zh-CN': '计量到的用电低于现场必需：有电绕过电表',
    en: 'less power than the site has ever needed: some of it goes round the meter',
  },
  baseline: {
    'zh-CN': '数值偏离该时段、该类日子的常态',
    en: 'a value that is not what it usually is at this hour of this kind of day',
  },
  'baseline-shift': {
    'zh-CN': '近两周的基线与三个月的基线不再一致',
    en: 'a baseline of two weeks that no longer agrees with that of three months',
  },
  'air-flow': {
    'zh-CN': '风速低于或高于法定限值',
    en: 'an air velocity outside the limits the law sets for the place',
  },
  'air-reversal': { 'zh-CN': '风流方向与应有方向相反', en: 'air that flows the wrong way' },
  'air-return': { 'zh-CN': '反风后风流未按时恢复', en: 'air that does not return in time after a reversal' },
  'drainage-test': {
    'zh-CN': '全部水泵同时运行的联合排水试验：记录并给出合格证',
    en: 'the joint test of all pumps: recorded, with a certificate of pass or fail',
  },
  'fan-stopped': {
    'zh-CN': '主扇停转，备用扇未在规定时间内启动',
    en: 'a main fan that stops, and no standby that runs in time',
  },
  gas: {
    'zh-CN': '气体浓度达到法定的报警、断电、复电值',
    en: 'a gas at the values the law sets for alarm, cutting off and restoring',
  },
  'level-jump': { 'zh-CN': '水位突然上升，可能透水', en: 'a level that rises suddenly: water may be breaking in' },
  'pump-physics': {
    'zh-CN': '水泵运行与水位变化不符，或运行得比以往都多',
    en: 'pump and level that do not fit together, or a pump that runs more than it ever did',
  },
  vibration: { 'zh-CN': '地面振动：施工、爆破', en: 'ground that shakes: digging, blasting' },
  schedule: { 'zh-CN': '在不允许的时段运行', en: 'something that runs outside its hours' },
  duration: { 'zh-CN': '一次或一天之内运行过久', en: 'something that runs too long, at once or within a day' },
  signature: {
    'zh-CN': '与已知机械或电器相符的用电特征',
    en: 'a load that looks like a known machine, or a known appliance',
  },
  compressor: { 'zh-CN': '空压机特有的加载、卸载交替', en: 'the loading and unloading of a compressor' },
  'feeder-share': { 'zh-CN': '一个回路占全矿用电的比例升高', en: 'the share of one feeder in the site that has grown' },
  'night-regularity': { 'zh-CN': '夜夜相似的用电', en: 'nights whose use of power is alike' },
  generator: {
    'zh-CN': '现场有发电机：频率不稳，或机组转动',
    en: 'a generator on site: a frequency that is no grid’s, or a set that turns',
  },
  'meter-tamper': { 'zh-CN': '电表接线或参数被动过的迹象', en: 'signs that a meter’s wiring was changed' },
  'energy-integral': {
    'zh-CN': '电量寄存器与功率累计不符',
    en: 'an energy register that does not agree with the power',
  },
  'unseen-energy': { 'zh-CN': '失联期间用掉的电', en: 'energy that was used while nobody listened' },
  'power-drop': {
    'zh-CN': '三相有电而用电骤降：负荷被移走或绕过',
    en: 'power that drops while the voltage stays: a load taken off or led round the meter',
  },
  neighbour: { 'zh-CN': '夜里醒来的邻近变压器', en: 'a transformer nearby that wakes at night' },
  'stop-work': { 'zh-CN': '停工停电令生效后仍在用电', en: 'power that is still drawn while an order to stop stands' },
  'camera-evidence': {
    'zh-CN': '十五分钟内摄像机看到的人和车，按可信度累计',
    en: 'persons and vehicles that a camera saw within a quarter of an hour, by how sure it is',
  },
  'camera-blinded': { 'zh-CN': '摄像机被遮挡、移动、断流', en: 'a camera that was covered, moved or cut off' },
  entry: { 'zh-CN': '无票时开门、开箱、断封', en: 'a door, hatch, cabinet or seal that opens without a permit' },
  comms: {
    'zh-CN': '现场失联：先是不便，比以往都久则可疑',
    en: 'a site that is not heard: a nuisance first, suspicious once it lasts longer than ever',
  },
  'power-comms': {
    'zh-CN': '停电与通信中断的先后：是停电，还是有人切断',
    en: 'mains and communication that go: an outage, or somebody cutting them',
  },
  stuck: { 'zh-CN': '本应变动而一直不变的读数', en: 'a reading that stays the same where it should move' },
  permit: { 'zh-CN': '作业票迟报、未用', en: 'permits that were filed late, or of which nothing came' },
  'permit-overrun': { 'zh-CN': '作业票到期而负荷未停', en: 'a load that goes on after its permit has ended' },
}
