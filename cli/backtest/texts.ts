import { speaker } from '../messages.ts'

/** Sentences of `pitwatch backtest`. */
export const say = speaker({
  noSite: {
    'zh-CN': '缺少 --site：要预演的站点文件',
    en: 'expected --site with the site file to rehearse, came nothing',
  },
  noSource: {
    'zh-CN': '应给出 --input 文件，或 --from 与 --to（历史数据）',
    en: 'expected --input with a file, or --from and --to for what the control room has kept',
  },
  twoSources: {
    'zh-CN': '--input 与 --from、--to、--data 只能用其一：文件从头到尾读完',
    en: 'expected either --input or --from, --to and --data, came both: a file is read from its beginning to its end',
  },
  noSpan: { 'zh-CN': '--to 应晚于 --from', en: 'expected --to after --from' },
  badTime: {
    'zh-CN': '--{name}：应为带时区的时间（如 2026-11-22T08:00+08:00）或 1970 年以来的毫秒数，却是 {came}',
    en: '--{name}: expected a time with its zone, such as 2026-11-22T08:00+08:00, or milliseconds since 1970, came {came}',
  },
  badIncident: {
    'zh-CN': '{path}:{line}：应为 {"from": 时间, "to": 时间, "note": "…"}：{why}',
    en: '{path}:{line}: expected {"from": time, "to": time, "note": "…"}: {why}',
  },
  noCalendar: {
    'zh-CN': '注意：日历 {path} 无法读取，改用自带日历：{why}',
    en: 'Mind: the calendar {path} cannot be read, and the shipped one is used: {why}',
  },
  noHistory: {
    'zh-CN': '{data}：其中没有站点 {site} 在此时间段内的历史数据',
    en: '{data}: expected readings of site {site} in this span, came none',
  },
  otherSite: {
    'zh-CN': '--against：应为同一站点 {site} 的文件，却是 {came}',
    en: '--against: expected a file of the same site {site}, came {came}',
  },
  progress: {
    'zh-CN': '{samples} 个样本，每秒 {rate}，剩余约 {left}',
    en: '{samples} samples, {rate} a second, {left} left',
  },
  progressOpen: { 'zh-CN': '{samples} 个样本，每秒 {rate}', en: '{samples} samples, {rate} a second' },
  judged: {
    'zh-CN':
      '{site}：{days} 天，{samples} 个样本，{rules} 条规则，{raised} 次报警；用时 {seconds} 秒（每秒 {rate} 个样本）。',
    en: '{site}: {days} days, {samples} samples, {rules} rules, {raised} alarms; took {seconds} s ({rate} samples a second).',
  },
  unread: {
    'zh-CN': '{count} 个样本的测点没有规则使用，未判断。',
    en: '{count} samples of points that no rule reads were passed over.',
  },
  unknown: {
    'zh-CN': '注意：站点文件中没有这些测点：{points}（共 {count} 个样本）。',
    en: 'Mind: the site file does not know these points: {points} ({count} samples).',
  },
  late: {
    'zh-CN': '{count} 个样本重复、乱序或时钟倒退，未判断。',
    en: '{count} samples were doubled, out of order, or of a clock that went back, and were dropped.',
  },
  stray: {
    'zh-CN': '{count} 个样本的时间远在其他样本之后，未判断。',
    en: '{count} samples were dated far beyond those around them, and were dropped.',
  },
  disordered: {
    'zh-CN': '注意：{count} 个样本早于之前的样本 5 秒以上。请先按 at 排序：规则按时间顺序判断。',
    en: 'Mind: {count} samples lie more than 5 s before earlier ones. Sort the file by at: rules judge in the order of time.',
  },
  malformed: {
    'zh-CN': '注意：{count} 行无法读取；第一处在第 {line} 行：{text}',
    en: 'Mind: {count} lines could not be read; the first is line {line}: {text}',
  },
  desk: {
    'zh-CN': '值班负荷：每矿每天 {perDay} 次报警（上限 {budget}）：{verdict}。{worst}',
    en: 'Desk load: {perDay} alarms per pit and day (budget {budget}): {verdict}.{worst}',
  },
  within: { 'zh-CN': '可承受', en: 'bearable' },
  beyond: { 'zh-CN': '过多，会被忽视', en: 'too many to be believed' },
  worst: { 'zh-CN': '最多的一天 {day}：{alarms} 次。', en: ' Most on {day}: {alarms}.' },
  rule: { 'zh-CN': '规则', en: 'rule' },
  type: { 'zh-CN': '类型', en: 'type' },
  alarms: { 'zh-CN': '报警', en: 'alarms' },
  perWeek: { 'zh-CN': '每周', en: 'a week' },
  before: { 'zh-CN': '改前', en: 'before' },
  after: { 'zh-CN': '改后', en: 'after' },
  added: { 'zh-CN': '新增', en: 'added' },
  removed: { 'zh-CN': '消失', en: 'removed' },
  earlier: { 'zh-CN': '提前', en: 'earlier' },
  later: { 'zh-CN': '推迟', en: 'later' },
  changes: { 'zh-CN': '与 {against} 相比：', en: 'Against {against}:' },
  addedAt: { 'zh-CN': '  新增  {at}  {rule}', en: '  added    {at}  {rule}' },
  removedAt: { 'zh-CN': '  消失  {at}  {rule}', en: '  removed  {at}  {rule}' },
  earlierAt: { 'zh-CN': '  提前 {by}  {at}  {rule}', en: '  earlier by {by}  {at}  {rule}' },
  laterAt: { 'zh-CN': '  推迟 {by}  {at}  {rule}', en: '  later by {by}  {at}  {rule}' },
  more: { 'zh-CN': '  …… 另有 {count} 处', en: '  … and {count} more' },
  unchanged: { 'zh-CN': '没有任何报警发生变化。', en: 'No alarm changes.' },
  lost: {
    'zh-CN': '已确认的事件将不再被发现：{from} 至 {to} {note}',
    en: 'A confirmed incident would be lost: {from} to {to} {note}',
  },
  gained: {
    'zh-CN': '此前未发现的事件现在会被发现：{from} 至 {to} {note}',
    en: 'An incident would now be found: {from} to {to} {note}',
  },
  missed: {
    'zh-CN': '改前改后都未发现的事件：{from} 至 {to} {note}',
    en: 'Found neither before nor after: {from} to {to} {note}',
  },
  falseAlarms: {
    'zh-CN': '不属于已确认事件的报警：改前 {before}，改后 {after}。',
    en: 'Alarms outside confirmed incidents: {before} before, {after} after.',
  },
  refusedLost: {
    'zh-CN': '不同意启用：会漏掉已确认的事件。',
    en: 'Refused: a confirmed incident would be lost.',
  },
  refusedFalse: {
    'zh-CN': '不同意启用：误报增加超过 20 %。',
    en: 'Refused: false alarms would rise by more than 20 %.',
  },
  accepted: { 'zh-CN': '可以启用。', en: 'Nothing speaks against it.' },
})
