import { createHash } from 'node:crypto'
import type { ImportResult } from '../../../core/contract/register.ts'
import type { Bilingual, Language } from '../../../core/contract/text.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import { type CsvRow, readCsv } from '../../../core/kit/csv.ts'
import { changedFields } from './changed-fields.ts'
import type { NextFile } from './register.ts'
import { type Cell, type CellFault, fileWith } from './sheet-cells.ts'
import { type Column, COLUMNS, type SheetSite } from './sheet.ts'
import { FAULTS, HEADS } from './wording.ts'

/** A fault and its line, as a spreadsheet counts them. */
type Fault = CellFault & { readonly line: number }

export interface ImportPlan {
  readonly result: Omit<ImportResult, 'done'>
  /** Next versions, in the order of the lines; empty where there is any fault. */
  readonly files: readonly NextFile[]
}

export interface ImportDeps {
  /** The site of an id, where whoever imports may see it. */
  readonly siteOf: (id: string) => SheetSite | null
  readonly language: Language
  /** The newest day a check may be of. */
  readonly latest: string
}

/** What a spreadsheet would change, or everything that is wrong with it. It changes nothing itself. */
export function planImport(csv: string, deps: ImportDeps): ImportPlan {
  const read = readCsv(csv)
  if (!('rows' in read)) return refused(0, [{ line: read.openQuoteAt, head: HEADS.site, message: FAULTS.quote }], deps)
  const [head, ...rows] = read.rows
  const columns = columnsOf(head)
  if (rows.length === 0) columns.faults.push({ line: 1, head: HEADS.site, message: FAULTS.empty })
  if (columns.faults.length > 0) return refused(rows.length, columns.faults, deps)
  const lines = readLines(rows, columns.columns, deps)
  if (lines.faults.length > 0) return refused(rows.length, lines.faults, deps)
  const changes = lines.files.map(({ line, next, fields }) => ({ site: next.site.id, line, fields }))
  const files = lines.files.map(({ next }) => next)
  const plan = createHash('sha256').update(canonicalJson(files)).digest('hex')
  return { result: { rows: rows.length, changes, faults: [], plan }, files }
}

function refused(rows: number, faults: readonly Fault[], { language }: ImportDeps): ImportPlan {
  const told = faults.map(({ line, head, message }) => ({ line, column: head[language], message: message[language] }))
  return { result: { rows, changes: [], faults: told, plan: null }, files: [] }
}

function columnsOf(head: CsvRow | undefined): { readonly columns: (Column | null)[]; readonly faults: Fault[] } {
  const faults: Fault[] = []
  const taken = new Set<Column>()
  const columns = (head?.cells ?? []).map((cell) => {
    const said = cell.trim()
    const column = COLUMNS.find((one) => one.head['zh-CN'] === said || one.head.en === said) ?? null
    const name: Bilingual = { 'zh-CN': said, en: said }
    if (column === null && said !== '') faults.push({ line: 1, head: name, message: FAULTS.unknownColumn })
    if (column !== null && taken.has(column)) faults.push({ line: 1, head: name, message: FAULTS.twice })
    if (column !== null) taken.add(column)
    return column
  })
  if (![...taken].some(({ field }) => field.is === 'site')) {
    faults.push({ line: 1, head: HEADS.site, message: FAULTS.noSiteColumn })
  }
  return { columns, faults }
}

interface LineFile {
  readonly line: number
  readonly next: NextFile
  readonly fields: string[]
}

function readLines(
  rows: readonly CsvRow[],
  columns: readonly (Column | null)[],
  { siteOf, latest }: ImportDeps,
): { readonly files: LineFile[]; readonly faults: Fault[] } {
  const faults: Fault[] = []
  const files: LineFile[] = []
  const seen = new Set<string>()
  for (const { line, cells } of rows) {
    const refuse = (head: Bilingual, message: Bilingual) => void faults.push({ line, head, message })
    const id = cells[columns.findIndex((column) => column?.field.is === 'site')]?.trim() ?? ''
    const known = siteOf(id)
    if (seen.has(id)) refuse(HEADS.site, FAULTS.siteTwice)
    if (known === null) refuse(HEADS.site, FAULTS.unknownSite)
    if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) refuse(HEADS.site, FAULTS.tooMany)
    seen.add(id)
    if (known === null) continue
    const { site, entry } = known
    const made = fileWith(entry.file, cellsOf(cells, columns), latest)
    for (const { head, message } of made.faults) refuse(head, message)
    const fields = changedFields(entry.file, made.file)
    if (fields.length === 0) continue
    files.push({
      line,
      fields,
      next: { site: { id: site.id, kind: site.kind }, version: entry.version, file: made.file },
    })
  }
  return { files, faults }
}

function cellsOf(cells: readonly string[], columns: readonly (Column | null)[]): Cell[] {
  return columns.flatMap((column, index) => {
    const text = cells[index]?.trim() ?? ''
    return column === null || text === '' ? [] : [{ field: column.field, head: column.head, text }]
  })
}
