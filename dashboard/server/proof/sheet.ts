import type { PointName } from '../ingest/county.ts'
import { reasonWords, VERDICT_NAMES, VERDICT_STATES } from '../../../core/alarms/proof/wording.ts'
import type { Proof, Verdict } from '../../../core/contract/proof.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { Language } from '../../../core/contract/text.ts'
import { headlineOf } from '../../../core/rules/explain.ts'
import { html, type Markup } from './markup.ts'
import { rulerPicture } from './sheet-ruler.ts'
import { callsTable, excerptTable, limitsTable } from './sheet-tables.ts'
import { SHEET_TEXTS } from './sheet-texts.ts'
import { dateTime } from './sheet-time.ts'

/** What people call the place of an alarm; null where it is not known any more. */
export interface SheetPlace {
  readonly site: Site | null
  readonly point: PointName | null
}

/** The proof of an alarm as one page to print and to sign (迟报漏报核查单, §5.6). */
export function proofSheet(proof: Proof, place: SheetPlace, language: Language): string {
  const texts = SHEET_TEXTS[language]
  const { alarm } = proof
  const body = html`<header>
      <h1>${texts.title}</h1>
      <span class="number">${alarm.number}</span>
      <span class="priority ${alarm.priority}">${texts.priorities[alarm.priority]}</span>
    </header>
    ${factsOf(proof, place, language)}
    <h2>${texts.ruler}</h2>
    ${rulerPicture(proof, language)}
    <h2>${texts.verdicts}</h2>
    <div class="verdicts">${proof.verdicts.map((verdict) => verdictBox(verdict, language))}</div>
    <h2>${texts.limits}</h2>
    ${limitsTable(proof.slas, language)}
    <h2>${texts.called}</h2>
    ${callsTable(proof.called, language)}
    <h2>${texts.excerpt}</h2>
    ${excerptTable(proof.ledger, language)}
    <div class="signatures">
      ${texts.signatures.map((who) => html`<div><span>${who}</span><span>${texts.date}</span></div>`)}
    </div>
    ${footerOf(proof, language)}`
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${texts.title} ${alarm.number}</title>
        <link rel="stylesheet" href="/api/proof/sheet.css" />
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup
}

function factsOf({ alarm, issuedAt }: Proof, { site, point }: SheetPlace, language: Language): Markup {
  const texts = SHEET_TEXTS[language]
  const where =
    point === null ? alarm.point : [point.device, point.point].flatMap((name) => name?.[language] ?? []).join(' · ')
  const marks = [
    texts.states[alarm.state],
    ...(alarm.late ? [texts.late] : []),
    ...(alarm.chattering ? [texts.chattering] : []),
  ].join(' · ')
  return html`<dl>
    <dt>${texts.site}</dt>
    <dd>${site?.name[language] ?? alarm.site}</dd>
    <dt>${texts.issued}</dt>
    <dd class="mono">${dateTime(issuedAt)} +08:00</dd>
    <dt>${texts.point}</dt>
    <dd>${where}</dd>
    <dt>${texts.state}</dt>
    <dd>${marks}</dd>
    <dt>${texts.happened}</dt>
    <dd class="wide">${headlineOf(alarm, language)} <span class="mono">${alarm.id}</span></dd>
  </dl>`
}

/** Reasons that fit into a box. */
const MOST_REASONS = 3

function verdictBox({ kind, is, because }: Verdict, language: Language): Markup {
  const shown = because.slice(0, MOST_REASONS).map((reason) => html`<li>${reasonWords(reason, language)}</li>`)
  const more = because.length - shown.length
  const rest = more > 0 ? [html`<li>${SHEET_TEXTS[language].more(more)}</li>`] : []
  const list =
    because.length === 0
      ? html``
      : html`<ul>
          ${shown}${rest}
        </ul>`
  return html`<div class="verdict ${is}">
    <strong>${VERDICT_NAMES[language][kind]}</strong>${VERDICT_STATES[language][is]}${list}
  </div>`
}

function footerOf({ ledger }: Proof, language: Language): Markup {
  const texts = SHEET_TEXTS[language]
  const { entries, total, head, roots } = ledger
  const [first, last] = [entries.at(0)?.n, entries.at(-1)?.n]
  const range = first === undefined || last === undefined ? texts.noEntries : texts.ledger({ first, last, total })
  const rooted =
    roots.length === 0
      ? [html`<p>${texts.noRoot}</p>`]
      : roots.slice(0, 2).map(({ day, root }) => html`<p class="mono">${texts.root(day, root)}</p>`)
  const expect = head === null ? '' : ` --expect ${head.n}:${head.hash}`
  return html`<footer>
    <p>${range}</p>
    ${rooted}
    <p>${texts.verify} <span class="mono">pitwatch verify DATA${expect}</span></p>
  </footer>`
}
