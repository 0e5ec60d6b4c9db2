import type { Sealing, SiteCheck, SiteFile } from '../../../core/contract/register.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import { day, dayUpTo, type Meaning, phone, textUpTo, wholeDays, wordIn } from './cell-values.ts'
import { type Field, KEYS } from './sheet.ts'
import {
  ACCEPTANCE_WORDS,
  CHECK_LEVEL_WORDS,
  FAULTS,
  HEADS,
  personHead,
  RESULT_WORDS,
  SEAL_WORDS,
  STANDARD_STATE_WORDS,
  STATUS_WORDS,
} from './wording.ts'

/** A cell that says something. */
export interface Cell {
  readonly field: Field
  readonly head: Bilingual
  readonly text: string
}

/** A cell that is refused, and why. */
export interface CellFault {
  readonly head: Bilingual
  readonly message: Bilingual
}

const status = wordIn(KEYS.status, STATUS_WORDS)
const seal = wordIn(KEYS.seal, SEAL_WORDS)
const acceptance = wordIn(KEYS.acceptance, ACCEPTANCE_WORDS)
const level = wordIn(KEYS.level, CHECK_LEVEL_WORDS)
const result = wordIn(KEYS.result, RESULT_WORDS)
const standard = wordIn(KEYS.standard, STANDARD_STATE_WORDS)
const PERSON = { name: textUpTo(60), post: textUpTo(100), phone } as const
const NOBODY = { name: '', post: '', phone: null } as const
const UNSAID = { date: null, acceptance: 'pending', acceptedOn: null, acceptedBy: '' } as const

/** What a line has said so far, and what of it was refused. */
interface Said {
  readonly file: SiteFile
  readonly sealing: Partial<Sealing>
  readonly check: Partial<SiteCheck>
}

interface Reading {
  readonly value: ValueOf
  /** The newest day a check may be of. */
  readonly latest: string
}

/**
 * A file with what the cells of one line say; `latest` is the newest day a check may be of. A cell that says nothing was left out before and
 * leaves its field as it is: a spreadsheet clears nothing.
 */
export function fileWith(
  before: SiteFile,
  cells: readonly Cell[],
  latest: string,
): { readonly file: SiteFile; readonly faults: readonly CellFault[] } {
  const faults: CellFault[] = []
  const refuse = (fault: CellFault) => void faults.push(fault)
  const value: ValueOf = ({ head, text }, read, otherwise) => {
    const meaning = read(text)
    if ('value' in meaning) return meaning.value
    refuse({ head, message: meaning.message })
    return otherwise
  }
  let said: Said = { file: before, sealing: {}, check: {} }
  for (const cell of cells) said = withCell(said, cell, { value, latest })
  const file = withCheck(withSealing(said.file, said.sealing, refuse), said.check, refuse)
  for (const { field, head } of cells) {
    if (field.is !== 'person' || field.part !== 'phone' || file.persons[field.role]?.name !== '') continue
    refuse({ head, message: FAULTS.needs(personHead(field.role, 'name')) })
  }
  return { file, faults }
}

function withCell(said: Said, cell: Cell, reading: Reading): Said {
  const { field } = cell
  const { value } = reading
  const { file } = said
  switch (field.is) {
    case 'status':
      return { ...said, file: { ...file, status: value(cell, status, file.status) } }
    case 'checkEveryDays':
      return { ...said, file: { ...file, checkEveryDays: value(cell, wholeDays, file.checkEveryDays) } }
    case 'notes':
      return { ...said, file: { ...file, notes: value(cell, textUpTo(4_000), file.notes) } }
    case 'standard': {
      const known = file.standards[field.standard]
      const state = value(cell, standard, known.state)
      // What was found on another day is not said of this one.
      const next = state === known.state ? known : { ...known, state, date: null }
      return { ...said, file: { ...file, standards: { ...file.standards, [field.standard]: next } } }
    }
    case 'person': {
      const known = file.persons[field.role] ?? NOBODY
      const next = { ...known, [field.part]: value<string | null>(cell, PERSON[field.part], null) ?? '' }
      return { ...said, file: { ...file, persons: { ...file.persons, [field.role]: next } } }
    }
    case 'sealing':
      return { ...said, sealing: { ...said.sealing, ...sealingPart(field.part, cell, value) } }
    case 'check':
      return { ...said, check: { ...said.check, ...checkPart(field.part, cell, reading) } }
    case 'site':
    case 'told':
      return said
  }
}

type ValueOf = <T>(cell: Cell, read: (text: string) => Meaning<T>, otherwise: T) => T

function sealingPart(part: (Field & { is: 'sealing' })['part'], cell: Cell, value: ValueOf): Partial<Sealing> {
  switch (part) {
    case 'kind':
      return { kind: value(cell, seal, 'none') }
    case 'acceptance':
      return { acceptance: value(cell, acceptance, 'pending') }
    case 'acceptedBy':
      return { acceptedBy: value(cell, textUpTo(100), '') }
    case 'date':
      return { date: value<string | null>(cell, day, null) }
    case 'acceptedOn':
      return { acceptedOn: value<string | null>(cell, day, null) }
  }
}

function withSealing(file: SiteFile, said: Partial<Sealing>, refuse: (fault: CellFault) => void): SiteFile {
  if (Object.keys(said).length === 0) return file
  const kind = said.kind ?? file.sealing?.kind
  if (kind !== undefined) return { ...file, sealing: { ...UNSAID, ...file.sealing, ...said, kind } }
  refuse({ head: HEADS.sealing, message: FAULTS.needs(HEADS.sealing) })
  return file
}

function checkPart(
  part: (Field & { is: 'check' })['part'],
  cell: Cell,
  { value, latest }: Reading,
): Partial<SiteCheck> {
  switch (part) {
    case 'date':
      return { date: value(cell, dayUpTo(latest), latest) }
    case 'level':
      return { level: value(cell, level, 'village') }
    case 'result':
      return { result: value(cell, result, 'in-order') }
    case 'by':
      return { by: value(cell, textUpTo(100), cell.text) }
    case 'note':
      return { note: value(cell, textUpTo(1_000), '') }
  }
}

/** The file with a check that it does not know yet. */
function withCheck(file: SiteFile, said: Partial<SiteCheck>, refuse: (fault: CellFault) => void): SiteFile {
  const { date, by, level: at = 'village', result: found = 'in-order', note = '' } = said
  if (Object.keys(said).length === 0) return file
  if (date === undefined) refuse({ head: HEADS.checkDate, message: FAULTS.needs(HEADS.checkDate) })
  if (by === undefined || by === '') refuse({ head: HEADS.checkBy, message: FAULTS.needs(HEADS.checkBy) })
  if (date === undefined || by === undefined || by === '') return file
  const isKnown = file.checks.some((one) => one.date === date && one.by === by && one.level === at)
  const check: SiteCheck = { date, by, level: at, result: found, note }
  if (isKnown) return file
  const checks = [check, ...file.checks].sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0))
  return { ...file, checks: checks.slice(0, 500) }
}
