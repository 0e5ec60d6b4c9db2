import type { Priority } from '../../core/contract/priority.ts'
import type { Language } from '../../core/contract/text.ts'

/** What a text about an alarm is made of. */
export interface AlarmTextParts {
  readonly priority: Priority
  readonly simulated: boolean
  readonly site: string
  readonly headline: string
  /** When it began, as a wall time of the site. */
  readonly since: string
  readonly code: string
  /** The prefix of the county, the code and the number of the call: a repeat bears the same. */
  readonly number: string
}

/** What a text about who has an alarm is made of. */
export type TakenTextParts = Pick<AlarmTextParts, 'simulated' | 'site' | 'headline' | 'number'> & {
  readonly by: string
  readonly at: string
}

/** Texts a gateway sends when it is alone. */
export interface AloneTexts {
  alarm(parts: AlarmTextParts): string
  taken(parts: TakenTextParts): string
}

const MARKS = {
  'zh-CN': { red: '【红】', orange: '【橙】', yellow: '【黄】', blue: '【蓝】' },
  en: { red: '[RED]', orange: '[ORANGE]', yellow: '[YELLOW]', blue: '[BLUE]' },
} as const satisfies Record<Language, Record<Priority, string>>

const zh: AloneTexts = {
  alarm: ({ priority, simulated, site, headline, since, code, number }) =>
    `${MARKS['zh-CN'][priority]}${simulated ? '〔模拟〕' : ''}${site} — ${headline}。${since} 起。` +
    `控制室没有应答，本条由现场网关直接发出。回复 Q${code} 签收。${number}`,
  taken: ({ simulated, site, headline, by, at, number }) =>
    `${simulated ? '〔模拟〕' : ''}${site} — ${headline}：${by} 已于 ${at} 签收，不再呼叫。${number}`,
}

const en: AloneTexts = {
  alarm: ({ priority, simulated, site, headline, since, code, number }) =>
    `${MARKS.en[priority]}${simulated ? '[SIMULATED]' : ''} ${site} - ${headline}. Since ${since}. ` +
    `The control room does not answer; sent by the gateway on site. Reply Q${code} to acknowledge. ${number}`,
  taken: ({ simulated, site, headline, by, at, number }) =>
    `${simulated ? '[SIMULATED] ' : ''}${site} - ${headline}: ${by} acknowledged at ${at}, nobody is called any more. ${number}`,
}

export const ALONE_TEXTS: Readonly<Record<Language, AloneTexts>> = { 'zh-CN': zh, en }
