import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Language } from '../../../core/contract/text.ts'
import type { LinkFacts } from '../alarms/desk.ts'

interface Texts {
  readonly title: string
  readonly lead: (by: string) => string
  readonly note: string
  readonly noteHint: string
  readonly button: string
  readonly done: (by: string) => string
  readonly already: (by: string) => string
  readonly closed: string
  readonly unknown: string
  readonly missing: string
  readonly priorities: Readonly<Record<Alarm['priority'], string>>
}

const TEXTS: Readonly<Record<Language, Texts>> = {
  'zh-CN': {
    title: '确认报警',
    lead: (by) => `以 ${by} 的身份确认`,
    note: '处置说明',
    noteHint: '红色、橙色报警至少 4 个字',
    button: '确认报警',
    done: (by) => `已确认：${by}`,
    already: (by) => `此报警已由 ${by} 确认`,
    closed: '此报警已关闭',
    unknown: '此链接无效或已过期',
    missing: '红色、橙色报警须填写至少 4 个字的说明',
    priorities: { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色' },
  },
  en: {
    title: 'Acknowledge alarm',
    lead: (by) => `Acknowledge as ${by}`,
    note: 'What is being done',
    noteHint: 'at least 4 characters for red and orange',
    button: 'Acknowledge',
    done: (by) => `Acknowledged: ${by}`,
    already: (by) => `This alarm was acknowledged by ${by}`,
    closed: 'This alarm is closed',
    unknown: 'This link is unknown or too old',
    missing: 'Red and orange alarms need a note of at least 4 characters',
    priorities: { red: 'red', orange: 'orange', yellow: 'yellow', blue: 'blue' },
  },
}

export type NoticeOutcome =
  | { readonly is: 'unknown' }
  | { readonly is: 'open' | 'done' | 'missing'; readonly facts: LinkFacts; readonly headline: string }

/** Beside `acknowledge`, the last part of the page's own address. */
const SEEN = '<img src="seen" alt="" width="1" height="1">'

/** The page behind the link of a message: works without scripts and without signing in. */
export function noticePage(outcome: NoticeOutcome, language: Language): string {
  const texts = TEXTS[language]
  const body = outcome.is === 'unknown' ? `<p>${texts.unknown}</p>` : `${alarmBody(outcome, texts)}${SEEN}`
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${texts.title}</title>
<body>
<h1>${texts.title}</h1>
${body}
</body>
</html>
`
}

function alarmBody(outcome: Exclude<NoticeOutcome, { is: 'unknown' }>, texts: Texts): string {
  const { facts, headline } = outcome
  const { alarm, by } = facts
  const head = `<p><strong>${texts.priorities[alarm.priority]}</strong> ${escaped(headline)}</p>`
  if (outcome.is === 'done') return `${head}<p>${escaped(texts.done(by))}</p>`
  if (alarm.acknowledgement !== null) return `${head}<p>${escaped(texts.already(alarm.acknowledgement.by))}</p>`
  if (alarm.state === 'closed') return `${head}<p>${texts.closed}</p>`
  const fault = outcome.is === 'missing' ? `<p role="alert">${texts.missing}</p>` : ''
  return `${head}${fault}
<p>${escaped(texts.lead(by))}</p>
<form method="post">
<p><label>${texts.note} (${texts.noteHint})<br><textarea name="note" rows="3" cols="30" maxlength="2000"></textarea></label></p>
<p><button type="submit">${texts.button}</button></p>
</form>`
}

/** Text as HTML text or attribute. */
export function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (sign) => names[sign] ?? sign)
}
