import { QUANTITIES } from '../../core/contract/quantity.ts'
import type { ReasonCode } from '../../core/contract/reading.ts'
import type { Bilingual } from '../../core/contract/text.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { REASON_WORDS } from './reason-words.ts'
import { type SheetDevice, type SheetPoint, type Verdict } from './sheet.ts'
import { sheetHash, type SignedSheet } from './sheet-signature.ts'
import { SHEET_STYLE } from './sheet-style.ts'
import { SHEET_WORDS, VERDICT_WORDS } from './sheet-words.ts'
import { numberText, unitText } from './unit-text.ts'

/** The sheet as one HTML file that needs nothing else, for A4 paper, Chinese and English side by side. */
export function sheetHtml(signed: SignedSheet): string {
  const { sheet } = signed
  const title = `${sheet.site.name['zh-CN']} ${sheet.site.name.en}`
  return [
    '<!doctype html>',
    '<html lang="zh-CN"><head><meta charset="utf-8">',
    `<title>${safe(`${SHEET_WORDS.title['zh-CN']} · ${title}`)}</title>`,
    `<style>${SHEET_STYLE}</style></head><body>`,
    head(signed),
    facts(signed),
    buses(signed),
    ...sheet.devices.map((device) => deviceSection(device, sheet.site.zone)),
    photos(signed),
    seal(signed),
    '</body></html>',
    '',
  ].join('\n')
}

function head({ sheet }: SignedSheet): string {
  return [
    '<header><div>',
    `<h1>${safe(SHEET_WORDS.title['zh-CN'])}<span lang="en">${safe(SHEET_WORDS.title.en)}</span></h1>`,
    `<p class="site">${safe(sheet.site.name['zh-CN'])}<span lang="en">${safe(sheet.site.name.en)}</span></p>`,
    '</div>',
    `<div class="verdict ${sheet.verdict}">${two(SHEET_WORDS[sheet.verdict])}</div></header>`,
  ].join('\n')
}

function facts({ sheet }: SignedSheet): string {
  const { site, by, at, clockWithinMs, software, devices, photos: pictures } = sheet
  const points = devices.flatMap((device) => device.points)
  const count = (verdict: Verdict) => points.filter((point) => point.verdict === verdict).length
  const within =
    clockWithinMs === null
      ? two(SHEET_WORDS.clockUnchecked)
      : `± ${numberText(clockWithinMs / 1_000)} s <small>${two(SHEET_WORDS.clockChecked)}</small>`
  const rows: (readonly [Bilingual, string])[] = [
    [SHEET_WORDS.siteId, `<code>${safe(site.id)}</code>`],
    [SHEET_WORDS.area, two(site.area)],
    [SHEET_WORDS.technician, safe(by)],
    [SHEET_WORDS.time, `${timeText(at, site.zone)} <small>${safe(site.zone)}</small>`],
    [SHEET_WORDS.clock, within],
    [SHEET_WORDS.software, `pitwatch ${safe(software)}`],
    [SHEET_WORDS.devices, `${devices.length}`],
    [SHEET_WORDS.photos, `${pictures.length}`],
    [SHEET_WORDS.compared, `${count('pass') + count('fail')} <small>/ ${points.length}</small>`],
    [SHEET_WORDS.failed, `${count('fail')}`],
  ]
  const cells = rows.map(([name, value]) => `<div><dt>${two(name)}</dt><dd>${value}</dd></div>`)
  return `<dl class="facts">${cells.join('')}</dl>`
}

function buses({ sheet }: SignedSheet): string {
  if (sheet.buses.length === 0) return ''
  const rows = sheet.buses.map((bus) => [
    `<code>${safe(bus.id)}</code>`,
    `<code class="wrap">${safe(bus.line)}</code>`,
    number(`${numberText(Math.round(bus.utilisation * 1_000) / 10)} %`),
    number(String(bus.requestsPerRound)),
    number(`${Math.round(bus.worstCommandMs)} ms`),
  ])
  const { bus, line, utilisation, requests, command } = SHEET_WORDS
  return section(SHEET_WORDS.busPlan, table([bus, line, utilisation, requests, command], rows))
}

function deviceSection(device: SheetDevice, zone: string): string {
  const { model, serial, expectedSerial, bus, address, models } = device
  const isOther = serial !== null && expectedSerial !== null && serial !== expectedSerial
  const serialText = serial === null ? two(SHEET_WORDS.noSerial) : `<code>${safe(serial)}</code>`
  const expected = isOther ? ` <b class="fail">≠ ${safe(expectedSerial)}</b>` : ''
  const modelWord = {
    confirmed: SHEET_WORDS.modelConfirmed,
    other: SHEET_WORDS.modelOther,
    unknown: SHEET_WORDS.modelUnread,
  }
  const line = [
    `<code>${safe(device.profile)}</code> ${safe(models.join(', '))}`,
    `${two(SHEET_WORDS.address)} <code>${safe(bus)} / ${safe(address)}</code>`,
    `${two(SHEET_WORDS.serial)} ${serialText}${expected}`,
    `<span class="${model}">${two(modelWord[model])}</span>`,
  ]
  const { point, value, raw, hand, deviation, tolerance, result } = SHEET_WORDS
  const isCompared = ({ verdict: came }: SheetPoint) => came === 'pass' || came === 'fail'
  const rows = device.points.filter(isCompared).map(pointRow)
  const others = device.points.filter((one) => !isCompared(one))
  const last = device.points.at(-1)
  const at = last === undefined ? '' : `<p class="at">${two(SHEET_WORDS.readAt)} ${timeText(last.at, zone)}</p>`
  return [
    `<section class="device"><h2>${safe(device.name['zh-CN'])}<span lang="en">${safe(device.name.en)}</span> <code>${safe(device.id)}</code></h2>`,
    `<p class="identity">${line.map((part) => `<span>${part}</span>`).join('')}</p>`,
    rows.length === 0 ? '' : table([point, value, raw, hand, deviation, tolerance, result], rows),
    others.length === 0
      ? ''
      : `<h3>${two(SHEET_WORDS.others)}</h3><div class="others">${others.map(otherPoint).join('')}</div>`,
    `${at}</section>`,
  ].join('\n')
}

/** A point that was read and not compared, in as little room as it can be read in. */
function otherPoint(point: SheetPoint): string {
  const unit = unitText(QUANTITIES[point.quantity].unit)
  return `<div>${labelOf(point)}<span class="raw">${safe(point.raw ?? '')}</span><b>${valueText(point.value, unit, point.reason)}</b></div>`
}

function labelOf({ name, point }: SheetPoint): string {
  const label = name === null ? '' : `${safe(name['zh-CN'])}<span lang="en">${safe(name.en)}</span> `
  return `<span class="label">${label}<code>${safe(point)}</code></span>`
}

function pointRow(point: SheetPoint): string[] {
  const { hand, deviation, tolerance, verdict, raw } = point
  const unit = unitText(QUANTITIES[point.quantity].unit)
  const share = deviation !== null && typeof hand === 'number' && hand !== 0 ? (100 * deviation) / Math.abs(hand) : null
  const away =
    deviation === null
      ? ''
      : `${signed(deviation)} ${unit}${share === null ? '' : ` <small>${signed(Number(share.toFixed(2)))} %</small>`}`
  const allowed =
    tolerance === null
      ? ''
      : typeof tolerance === 'number'
        ? `± ${numberText(tolerance)} ${unit}`
        : `± ${safe(tolerance)}`
  return [
    labelOf(point),
    number(valueText(point.value, unit, point.reason)),
    `<code class="raw">${safe(raw ?? '')}</code>`,
    number(hand === null ? '' : valueText(hand, unit, null)),
    number(away),
    number(allowed),
    `<span class="result ${verdict}">${two(VERDICT_WORDS[verdict])}</span>`,
  ]
}

function photos({ sheet }: SignedSheet): string {
  if (sheet.photos.length === 0) return ''
  const rows = sheet.photos.map(({ file, sha256, bytes }) => [
    `<code class="wrap">${safe(file)}</code>`,
    number(`${numberText(Math.round(bytes / 102.4) / 10)} kB`),
    `<code class="hash">${grouped(sha256)}</code>`,
  ])
  return section(SHEET_WORDS.photos, table([SHEET_WORDS.file, SHEET_WORDS.size, SHEET_WORDS.sha256], rows))
}

function seal(signed: SignedSheet): string {
  const { signature, sheet } = signed
  const rows: (readonly [Bilingual, string])[] = [
    [SHEET_WORDS.fingerprint, `<b class="fingerprint">${safe(signature.fingerprint)}</b>`],
    [SHEET_WORDS.contentHash, `<code class="hash">${grouped(sheetHash(sheet))}</code>`],
    [SHEET_WORDS.publicKey, `<code class="wrap">${safe(signature.publicKey)}</code>`],
    [SHEET_WORDS.signature, `<code class="wrap">${safe(signature.value)}</code>`],
  ]
  return [
    '<section class="seal">',
    `<h2>${SHEET_WORDS.sealed['zh-CN']}<span lang="en">${SHEET_WORDS.sealed.en}</span></h2>`,
    `<dl>${rows.map(([name, value]) => `<div><dt>${two(name)}</dt><dd>${value}</dd></div>`).join('')}</dl>`,
    `<p class="how">${two(SHEET_WORDS.howToVerify)}</p>`,
    '<div class="hands">',
    ...[SHEET_WORDS.signedTechnician, SHEET_WORDS.signedOwner, SHEET_WORDS.signedBureau].map(
      (who) => `<div><i></i>${two(who)}</div>`,
    ),
    '</div></section>',
  ].join('\n')
}

function section(title: Bilingual, body: string): string {
  return `<section><h2>${safe(title['zh-CN'])}<span lang="en">${safe(title.en)}</span></h2>\n${body}</section>`
}

function table(heads: readonly Bilingual[], rows: readonly (readonly string[])[]): string {
  const top = heads.map((one) => `<th>${two(one)}</th>`).join('')
  const body = rows.map(
    (cells) => `<tr>${cells.map((cell) => (cell.startsWith('<td') ? cell : `<td>${cell}</td>`)).join('')}</tr>`,
  )
  return `<table><thead><tr>${top}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`
}

function number(text: string): string {
  return `<td class="number">${text}</td>`
}

function valueText(value: number | boolean | null, unit: string, reason: ReasonCode | null): string {
  if (value === null)
    return `<span class="none">— <small>${reason === null ? '' : two(REASON_WORDS[reason])}</small></span>`
  if (typeof value === 'boolean') return two(value ? SHEET_WORDS.on : SHEET_WORDS.off)
  return `${numberText(value)}${unit === '' ? '' : ` ${unit}`}`
}

function signed(value: number): string {
  const text = numberText(Number(value.toPrecision(3)))
  return value > 0 ? `+${text}` : text.replace('-', '−')
}

function grouped(hash: string): string {
  return safe(hash.replaceAll(/(.{8})(?=.)/g, '$1 '))
}

function two(text: Bilingual): string {
  return `${safe(text['zh-CN'])}<span lang="en">${safe(text.en)}</span>`
}

/** Wall time in the site's zone to the second, with its offset from UTC. */
function timeText(at: UtcMs, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(at)
  return parts.replace(', ', ' ')
}

function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
