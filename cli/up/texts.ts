import { speaker } from '../messages.ts'

/** Says what `pitwatch up` has to say on its screen and in the files it writes. */
export const textOf = speaker({
  title: { 'zh-CN': '矿井守望 · 模拟县', en: 'Pitwatch · simulated county' },
  simulated: {
    'zh-CN': '全部为模拟：并无此地、此矿、此人。',
    en: 'Everything here is SIMULATED: no such place, pit or person exists.',
  },
  starting: {
    'zh-CN': '正在启动：监控中心、{sites} 个网关、模拟县……',
    en: 'Starting: control room, {sites} gateways, simulated county…',
  },
  late: {
    'zh-CN': '尚未就绪：{names}。日志在 {logs}。',
    en: 'Not ready yet: {names}. Their logs are in {logs}.',
  },
  page: { 'zh-CN': '监控页面', en: 'The page' },
  signIn: { 'zh-CN': '登录', en: 'Sign in' },
  user: { 'zh-CN': '用户 {user}', en: 'user {user}' },
  password: { 'zh-CN': '密码 {password}', en: 'password {password}' },
  once: { 'zh-CN': '（只显示这一次，请保存）', en: '(shown this once; write it down)' },
  shown: {
    'zh-CN': '用户 admin，密码在首次启动时显示过；重设：{command}',
    en: 'user admin; its password was shown at the first start. To set a new one: {command}',
  },
  phones: { 'zh-CN': '值班手机', en: 'The phones' },
  phonesAbout: {
    'zh-CN': '值班人员收到的消息；可确认，可关机',
    en: 'what the duty officers receive; acknowledge there, or switch one off',
  },
  flows: { 'zh-CN': '流程', en: 'Flows' },
  flowsAbout: { 'zh-CN': 'Node-RED 编辑器，登录后可用', en: 'the Node-RED editor, after signing in' },
  data: { 'zh-CN': '数据', en: 'Data' },
  dataAbout: {
    'zh-CN': '配置、历史与日志；下次启动仍在',
    en: 'configuration, history and logs; kept for the next start',
  },
  happens: { 'zh-CN': '接下来会发生：', en: 'What will happen:' },
  repeats: {
    'zh-CN': '此后安静；每 {minutes} 分钟重演一次。',
    en: 'Then it is quiet; the script repeats every {minutes} minutes.',
  },
  quiet: { 'zh-CN': '剧本 quiet：没有事件。', en: 'Scenario quiet: nothing will happen.' },
  escalates: {
    'zh-CN': '红色报警 45 秒无人确认，通知第二值班人。',
    en: 'A red alarm nobody acknowledges for 45 s goes to the second officer.',
  },
  stop: { 'zh-CN': '按 Ctrl-C 结束全部程序。', en: 'Ctrl-C ends everything.' },
  now: { 'zh-CN': '剧本：{about}', en: 'script: {about}' },
  over: { 'zh-CN': '剧本：恢复平静', en: 'script: all quiet again' },
  died: {
    'zh-CN': '✖ [{name}] 意外结束（{how}），{pause} 秒后重启。',
    en: '✖ [{name}] ended by itself ({how}); starting it again in {pause} s.',
  },
  ending: { 'zh-CN': '正在结束……（再按一次 Ctrl-C 立即结束）', en: 'Ending… (Ctrl-C again ends at once)' },
  ended: { 'zh-CN': '已全部结束。', en: 'Everything has ended.' },
  portTaken: { 'zh-CN': '--port：端口 {port} 已被占用', en: '--port: {port} is taken by another program' },
  portMoved: {
    'zh-CN': '端口 {wanted} 被占用，页面改在 {port}。',
    en: 'Port {wanted} is taken; the page is on {port} instead.',
  },
  playing: {
    'zh-CN': '回放 {file}：{values} 个值，每个 {step}，共 {days} 天，{speed} 倍速，约 {minutes} 分钟。',
    en: 'Playing {file}: {values} values of {step} each, {days} days, at {speed} times real time: about {minutes} minutes.',
  },
  limits: {
    'zh-CN': '限值取自数据本身：高 {high} W，低 {low} W，升 {rise} W/h，降 {fall} W/h。',
    en: 'Limits taken from the recording: high {high} W, low {low} W, rise {rise} W/h, fall {fall} W/h.',
  },
  progress: {
    'zh-CN': '回放 {percent} %（{day}），已读取 {values} 个值',
    en: 'played {percent} % ({day}), {values} values read',
  },
  played: {
    'zh-CN': '回放完毕，共 {all} 个值，读取了 {values} 个。此后按真实时间运行。',
    en: 'Played to the end: {values} of {all} values were read. From here on in real time.',
  },
  controlFile: {
    'zh-CN': '模拟县的监控中心。由 pitwatch up 生成；地址每次启动更新，其余改动会保留。',
    en: 'Control room of the simulated county. Written by pitwatch up; addresses are renewed at each start, other changes are kept.',
  },
})

export type TextKey = Parameters<typeof textOf>[1]
