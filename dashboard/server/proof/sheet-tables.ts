import { ACT_NAMES } from '../../../core/alarms/proof/wording.ts'
import type { LedgerAct, LedgerEntry } from '../../../core/contract/ledger.ts'
import type { Notice } from '../../../core/contract/notice.ts'
import type { Proof, SlaCheck } from '../../../core/contract/proof.ts'
import type { Language } from '../../../core/contract/text.ts'
import { html, type Markup } from './markup.ts'
import { SHEET_TEXTS } from './sheet-texts.ts'
import { shortTime } from './sheet-time.ts'

/** Rows that fit on one page. */
const MOST_CALLS = 7
const MOST_ENTRIES = 7

function table(heads: readonly string[], rows: readonly Markup[], none: string): Markup {
  const head = heads.map((text) => html`<th>${text}</th>`)
  const body =
    rows.length === 0
      ? [
          html`<tr>
            <td colspan="${heads.length}">${none}</td>
          </tr>`,
        ]
      : rows
  return html`<table>
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`
}

function time(at: number | null): Markup {
  return html`<td class="time">${at === null ? '—' : shortTime(at)}</td>`
}

/** The time limits with the text they come from. */
export function limitsTable(slas: readonly SlaCheck[], language: Language): Markup {
  const texts = SHEET_TEXTS[language]
  const rows = slas.map(
    ({ row, dueAt, metAt, is }) =>
      html`<tr>
        <td>${row.demand[language]}</td>
        ${time(dueAt)}${time(metAt)}
        <td class="${is}">${texts.slas[is]}</td>
        <td class="source">${row.source[language]}${row.verified ? '' : texts.unread}</td>
      </tr>`,
  )
  return table(texts.columns.limits, rows, texts.noLimits)
}

/** Who was called over what, and how far each message came. */
export function callsTable(called: readonly Notice[], language: Language): Markup {
  const texts = SHEET_TEXTS[language]
  const rows = called.slice(0, MOST_CALLS).map((notice) => callRow(notice, language))
  return table(texts.columns.called, [...rows, ...rest(called.length - rows.length, 8, language)], texts.nobodyCalled)
}

function callRow(notice: Notice, language: Language): Markup {
  const texts = SHEET_TEXTS[language]
  const { name, channel, round, step, attempts, sentAt, acceptedAt, deliveredAt, seenAt, state, byEdge } = notice
  const outcome = [texts.notices[state], ...(byEdge ? [texts.byEdge] : []), ...(attempts > 1 ? [`×${attempts}`] : [])]
  return html`<tr>
    <td class="name">${name}</td>
    <td class="name">${channel}</td>
    <td>${round + 1}·${step + 1}</td>
    ${time(sentAt)}${time(acceptedAt)}${time(deliveredAt)}${time(seenAt)}
    <td>${outcome.join(' ')}</td>
  </tr>`
}

function rest(count: number, columns: number, language: Language): Markup[] {
  return count > 0
    ? [
        html`<tr>
          <td colspan="${columns}">${SHEET_TEXTS[language].more(count)}</td>
        </tr>`,
      ]
    : []
}

/** What an inspector asks for first. */
const TELLING: ReadonlySet<LedgerAct> = new Set<LedgerAct>([
  'alarm-raised',
  'alarm-acknowledged',
  'alarm-closed',
  'alarm-reset',
  'alarm-withdrawn',
  'alarm-shelved',
  'alarm-out-of-service',
  'alarm-finding',
  'nobody-on-duty',
])

/** Entries of the ledger with their hashes: the telling ones, and from the beginning on what else has room. */
export function excerptTable({ entries, total }: Proof['ledger'], language: Language): Markup {
  const texts = SHEET_TEXTS[language]
  const telling = entries.filter(({ act }) => TELLING.has(act)).slice(0, MOST_ENTRIES)
  const others = entries.filter((entry) => !telling.includes(entry)).slice(0, MOST_ENTRIES - telling.length)
  const shown = [...telling, ...others].sort((a, b) => a.n - b.n)
  const rows = shown.map((entry) => entryRow(entry, language))
  return table(texts.columns.excerpt, [...rows, ...rest(total - rows.length, 5, language)], texts.noEntries)
}

function entryRow({ n, at, act, actor, hash }: LedgerEntry, language: Language): Markup {
  return html`<tr>
    <td class="time">${n}</td>
    ${time(at)}
    <td>${ACT_NAMES[language][act] ?? act}</td>
    <td>${actor.name}</td>
    <td class="mono">${hash.slice(0, 24)}</td>
  </tr>`
}
