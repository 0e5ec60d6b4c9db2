import type { Bilingual, Language } from '../../core/contract/text.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { COUNTY_OFFSET_MS } from '../../core/contract/roster.ts'
import type { Reason, ReasonWord } from './audit.ts'

/** Alarms a text names; more are counted. */
const NAMED = 3

const SAYS: Readonly<Record<ReasonWord, Bilingual>> = {
  'engine-silent': {
    'zh-CN': '监控中心程序自{time}起无响应，报警不再发出。',
    en: 'The control room has not responded since {time}: no alarms go out.',
  },
  database: {
    'zh-CN': '监控中心的报警数据库读不出。',
    en: "The control room's alarm database cannot be read.",
  },
  'red-untold': {
    'zh-CN': '红色报警自{time}起没有通知到人：{about}。',
    en: 'Red alarm, nobody told since {time}: {about}.',
  },
  'message-stuck': {
    'zh-CN': '报警消息自{time}起发不出：{about}。',
    en: 'Alarm messages stuck since {time}: {about}.',
  },
  nobody: {
    'zh-CN': '值班表上无人担任：{about}。',
    en: 'Nobody on the roster for: {about}.',
  },
}

const FRAME = {
  from: { 'zh-CN': '【看守程序】', en: '[Watchman] ' },
  act: {
    'zh-CN': '请立即到值班室查看监控中心主机并电话通知有关人员；此短信不能回复签收。',
    en: 'Go to the control room, look at its computer, and phone whoever is concerned. This text cannot be acknowledged.',
  },
  actRoster: {
    'zh-CN': '请立即安排人员值班。',
    en: 'Put somebody on duty now.',
  },
  more: { 'zh-CN': '等{count}项', en: ' and {count} more' },
} as const satisfies Record<string, Bilingual>

/** Order of telling: what stops everything first. */
const ORDER: readonly ReasonWord[] = ['engine-silent', 'database', 'red-untold', 'message-stuck', 'nobody']

/** What the watchman texts somebody: that it is the watchman, what is wrong, what to do. Fits three parts. */
export function watchmanText(reasons: readonly Reason[], language: Language): string {
  const says = ORDER.flatMap((word) => {
    const those = reasons.filter((reason) => reason.word === word)
    return those.length === 0 ? [] : [sentence(word, those, language)]
  })
  const isRosterOnly = reasons.every(({ word }) => word === 'nobody')
  return `${FRAME.from[language]}${says.join(language === 'en' ? ' ' : '')}${language === 'en' ? ' ' : ''}${
    (isRosterOnly ? FRAME.actRoster : FRAME.act)[language]
  }`
}

function sentence(word: ReasonWord, reasons: readonly Reason[], language: Language): string {
  const named = reasons.slice(0, NAMED).map(({ about }) => about)
  const rest = reasons.length - named.length
  const more = rest > 0 ? FRAME.more[language].replace('{count}', String(rest)) : ''
  const since = reasons.reduce((first, reason) => (reason.since < first ? reason.since : first), reasons[0]?.since ?? 0)
  const about = `${named.join(language === 'en' ? ', ' : '、')}${more}`
  return SAYS[word][language].replace('{time}', clockTime(since)).replace('{about}', () => about)
}

/** Time of day on the county's clock, such as 03:07. */
function clockTime(at: UtcMs | number): string {
  return new Date(at + COUNTY_OFFSET_MS).toISOString().slice(11, 16)
}
