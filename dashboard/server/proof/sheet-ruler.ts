import { durationWords, MISSING_WORDS, STAMP_NAMES, wayWords } from '../../../core/alarms/proof/wording.ts'
import type { Proof, Stamp } from '../../../core/contract/proof.ts'
import type { Language } from '../../../core/contract/text.ts'
import { html, type Markup } from './markup.ts'
import { exactTime, monthDay } from './sheet-time.ts'
import { SHEET_TEXTS } from './sheet-texts.ts'

const WIDTH = 700
const MARGIN = 34
const LINE_Y = 42
const AXIS_Y = 138

/** The ten time stamps as marks in a row, and below them what happened after T3 on an axis of time with the limits. */
export function rulerPicture(proof: Proof, language: Language): Markup {
  const marks = proof.stamps.map((stamp, index) => markOf(stamp, { index, proof, language }))
  const line = html`<line class="line" x1="${MARGIN}" y1="${LINE_Y}" x2="${WIDTH - MARGIN}" y2="${LINE_Y}" />`
  return html`<svg viewBox="0 0 ${WIDTH} 168" role="img" aria-label="T0–T9">
    ${line}${marks}${axisOf(proof, language)}
  </svg>`
}

interface Place {
  readonly index: number
  readonly proof: Proof
  readonly language: Language
}

function markOf(stamp: Stamp, { index, proof, language }: Place): Markup {
  const x = MARGIN + (index * (WIDTH - 2 * MARGIN)) / 9
  const name = STAMP_NAMES[language][stamp.stamp]
  const head = html`<text class="name" x="${x}" y="14" text-anchor="middle">${stamp.stamp}</text
    ><text x="${x}" y="28" text-anchor="middle">${name}</text>`
  if (stamp.at === null) {
    const why = stamp.missing === null ? '' : MISSING_WORDS[language][stamp.missing]
    return html`${head}<circle
        class="absent"
        cx="${x}"
        cy="${LINE_Y}"
        r="5"
      />${below(x, wrapped(why, language), 'missing')}`
  }
  const isLate = proof.slas.some(({ is, metAt }) => is === 'exceeded' && metAt === stamp.at)
  const offset = stamp.at - proof.alarm.receivedAt
  const lines = [exactTime(stamp.at), monthDay(stamp.at), ...(stamp.stamp === 'T3' ? [] : [signed(offset, language)])]
  const by = [stamp.by, stamp.via === null ? null : wayWords(stamp.via, language)].filter((text) => text !== null)
  const mark = isLate
    ? html`<path class="over" d="M${x} ${LINE_Y - 8} l8 8 l-8 8 l-8 -8 z" />`
    : html`<circle class="there" cx="${x}" cy="${LINE_Y}" r="5" />`
  return html`${head}${mark}${below(x, [...lines, ...by.map(short)], 'small')}`
}

function below(x: number, lines: readonly string[], kind: string): Markup[] {
  return lines.map(
    (line, index) =>
      html`<text class="${kind}" x="${x}" y="${LINE_Y + 17 + index * 10}" text-anchor="middle">${line}</text>`,
  )
}

function signed(ms: number, language: Language): string {
  return `T3 ${ms < 0 ? '−' : '+'} ${durationWords(Math.abs(ms), language)}`
}

/** Two lines at most, as long as the room between two marks. */
function wrapped(text: string, language: Language): readonly string[] {
  const most = language === 'zh-CN' ? 7 : 13
  if (text.length <= most) return [text]
  const space = language === 'zh-CN' ? most : text.lastIndexOf(' ', most)
  const cut = space <= 0 ? most : space
  return [text.slice(0, cut), text.slice(cut).trim()]
}

function short(text: string): string {
  return text.length > 12 ? `${text.slice(0, 11)}…` : text
}

const TICKS_S = [1, 10, 60, 300, 600, 1_800, 3_600, 14_400, 86_400, 604_800]

/** Seconds to minutes lie as far apart as hours to days. */
function axisOf(proof: Proof, language: Language): Markup {
  const { receivedAt } = proof.alarm
  const ends = [...proof.slas.map(({ dueAt }) => dueAt), ...proof.stamps.flatMap(({ at }) => (at === null ? [] : [at]))]
  const span = Math.max(60, ...ends.map((at) => (at - receivedAt) / 1_000)) * 1.15
  const x = (at: number) => {
    const seconds = Math.min(span, Math.max(0, (at - receivedAt) / 1_000))
    return round(MARGIN + ((WIDTH - 2 * MARGIN) * Math.log10(1 + seconds)) / Math.log10(1 + span))
  }
  const ticks = TICKS_S.filter((seconds) => seconds < span).map((seconds) => {
    const place = x(receivedAt + seconds * 1_000)
    return html`<line class="thin" x1="${place}" y1="${AXIS_Y}" x2="${place}" y2="${AXIS_Y + 4}" /><text
        class="small"
        x="${place}"
        y="${AXIS_Y + 14}"
        text-anchor="middle"
        >${durationWords(seconds * 1_000, language)}</text
      >`
  })
  const calls = proof.called.flatMap(({ sentAt, acceptedAt }) =>
    sentAt === null
      ? []
      : [
          html`<line
            class="call ${acceptedAt === null ? 'unreached' : ''}"
            x1="${x(sentAt)}"
            y1="${AXIS_Y - 9}"
            x2="${x(sentAt)}"
            y2="${AXIS_Y}"
          />`,
        ],
  )
  const limits = proof.slas.map(
    ({ dueAt, is }) => html`<path class="limit ${is}" fill="none" d="M${x(dueAt)} ${AXIS_Y} v-16 h7 v5 h-7" />`,
  )
  const people = proof.stamps
    .filter(({ stamp, at }) => (stamp === 'T8' || stamp === 'T9') && at !== null)
    .map(
      ({ stamp, at }) =>
        html`<circle class="there" cx="${x(at ?? 0)}" cy="${AXIS_Y}" r="3" /><text
            class="name"
            x="${x(at ?? 0)}"
            y="${AXIS_Y - 19}"
            text-anchor="middle"
            >${stamp}</text
          >`,
    )
  const line = html`<line class="line" x1="${MARGIN}" y1="${AXIS_Y}" x2="${WIDTH - MARGIN}" y2="${AXIS_Y}" />`
  const title = html`<text class="small" x="${MARGIN}" y="${AXIS_Y + 27}">${SHEET_TEXTS[language].since}</text>`
  return html`${line}${ticks}${calls}${limits}${people}${title}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
