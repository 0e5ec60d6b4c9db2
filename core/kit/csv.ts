/** A cell that a spreadsheet would take for a formula, or a number it would shorten. */
const READ_AS_FORMULA = /^[=+\-@\t\r]/

/**
 * Rows as CSV (RFC 4180) with a byte order mark, so that spreadsheets read it as UTF-8. A cell that would be read as a formula gets an
 * apostrophe before it.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')}`
}

function cellText(value: string): string {
  const safe = READ_AS_FORMULA.test(value) || /^'[=+\-@\t\r']/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A row as it stands in the text, and the line it begins at, from 1. */
export interface CsvRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** What was read, or the line in which a quote is not closed. */
export type CsvRead = { readonly rows: readonly CsvRow[] } | { readonly openQuoteAt: number }

/**
 * Reads CSV with commas, or with semicolons or tabs where the first line has no comma, as spreadsheets of some countries write it. Empty
 * lines are left out, and so is the apostrophe before what would be a formula.
 */
export function readCsv(text: string): CsvRead {
  const source = text.replace(/^\ufeff/, '')
  const comma = separatorOf(source)
  const rows: CsvRow[] = []
  let at = 0
  let line = 1
  while (at < source.length) {
    const row = readRow(source, { at, line, comma })
    if (row === null) return { openQuoteAt: line }
    if (row.cells.some((cell) => cell !== '')) rows.push({ line, cells: row.cells })
    at = row.at
    line = row.line
  }
  return { rows }
}

interface Place {
  readonly at: number
  readonly line: number
  readonly comma: string
}

function readRow(
  source: string,
  place: Place,
): { readonly cells: string[]; readonly at: number; readonly line: number } | null {
  const { comma } = place
  let { at, line } = place
  const cells: string[] = []
  for (;;) {
    const isQuoted = source[at] === '"'
    const end = isQuoted ? quotedEnd(source, at) : plainEnd(source, at, comma)
    if (end === null) return null
    const raw = isQuoted ? source.slice(at + 1, end - 1).replaceAll('""', '"') : source.slice(at, end)
    if (isQuoted) line += raw.split('\n').length - 1
    // What somebody wrote behind the closing quote belongs to the cell.
    at = plainEnd(source, end, comma)
    cells.push(plainCell(raw + source.slice(end, at)))
    if (source[at] === comma) {
      at += 1
      continue
    }
    if (source[at] === '\r') at += 1
    if (source[at] === '\n') at += 1
    return { cells, at, line: line + 1 }
  }
}

/** Behind the closing quote; null where it is not closed. */
function quotedEnd(source: string, start: number): number | null {
  let at = start + 1
  for (;;) {
    const quote = source.indexOf('"', at)
    if (quote === -1) return null
    if (source[quote + 1] !== '"') return quote + 1
    at = quote + 2
  }
}

function plainEnd(source: string, start: number, comma: string): number {
  let at = start
  while (at < source.length && source[at] !== comma && source[at] !== '\n' && source[at] !== '\r') at += 1
  return at
}

function plainCell(raw: string): string {
  return /^'[=+\-@\t\r']/.test(raw) ? raw.slice(1) : raw
}

function separatorOf(source: string): string {
  const head = source.slice(0, source.search(/\r|\n|$/))
  return [',', ';', '\t'].find((sign) => head.includes(sign)) ?? ','
}
