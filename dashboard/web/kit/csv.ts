/** Spreadsheets take a file without it for one of another encoding. */
const BOM = '\u{feff}'

/** Rows as comma-separated values, UTF-8 with byte order mark. (RFC 4180) */
export function csvText(rows: readonly (readonly string[])[]): string {
  return BOM + rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
}

/** A cell that begins like a formula is made a text, so that no spreadsheet runs what somebody has typed. */
function quoted(cell: string): string {
  const safe = /^[=+@\t\r]/.test(cell) || /^-[^\d.]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
