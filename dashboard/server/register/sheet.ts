import {
  Acceptance,
  CheckLevel,
  type RegisterEntry,
  RegisterStatus,
  type Responsible,
  SealKind,
  SiteCheck,
  type SiteFile,
  type Standard,
  StandardState,
} from '../../../core/contract/register.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { Bilingual, Language } from '../../../core/contract/text.ts'
import {
  ACCEPTANCE_WORDS,
  CHECK_LEVEL_WORDS,
  HEADS,
  PERSON_HEADS,
  type PersonPart,
  RESULT_WORDS,
  SEAL_WORDS,
  STANDARD_HEADS,
  STANDARD_STATE_WORDS,
  STATUS_WORDS,
} from './wording.ts'

/** What a column of the spreadsheet holds. */
export type Field =
  | { readonly is: 'site' | 'told' | 'status' | 'checkEveryDays' | 'notes' }
  | { readonly is: 'sealing'; readonly part: 'kind' | 'date' | 'acceptance' | 'acceptedOn' | 'acceptedBy' }
  | { readonly is: 'check'; readonly part: 'date' | 'level' | 'by' | 'result' | 'note' }
  | { readonly is: 'person'; readonly role: Responsible; readonly part: PersonPart }
  | { readonly is: 'standard'; readonly standard: Standard }

/** A site with its file, as one line of a sheet. */
export interface SheetSite {
  readonly site: Site
  readonly entry: RegisterEntry
}

/** One column: its head in each language, what it holds, and how a site is written into it. */
export interface Column {
  readonly head: Bilingual
  readonly field: Field
  readonly write: (one: SheetSite, language: Language) => string
}

/** Every column of the register's spreadsheet, in order. Name, town and village are told by the gateways and are not read back. */
export const COLUMNS: readonly Column[] = [
  { head: HEADS.site, field: { is: 'site' }, write: ({ site }) => site.id },
  { head: HEADS.name, field: { is: 'told' }, write: ({ site }, language) => site.name[language] },
  { head: HEADS.town, field: { is: 'told' }, write: ({ site }, language) => site.area[language] },
  { head: HEADS.village, field: { is: 'told' }, write: ({ site }, language) => site.village?.[language] ?? '' },
  ofFile(HEADS.status, { is: 'status' }, ({ status }, language) => STATUS_WORDS[status][language]),
  ...PERSON_HEADS.map(({ role, part, head }) =>
    ofFile(head, { is: 'person', role, part }, ({ persons }) => persons[role]?.[part] ?? ''),
  ),
  ofFile(HEADS.sealing, { is: 'sealing', part: 'kind' }, ({ sealing }, language) =>
    sealing === null ? '' : SEAL_WORDS[sealing.kind][language],
  ),
  ofFile(HEADS.sealedOn, { is: 'sealing', part: 'date' }, ({ sealing }) => sealing?.date ?? ''),
  ofFile(HEADS.acceptance, { is: 'sealing', part: 'acceptance' }, ({ sealing }, language) =>
    sealing === null ? '' : ACCEPTANCE_WORDS[sealing.acceptance][language],
  ),
  ofFile(HEADS.acceptedOn, { is: 'sealing', part: 'acceptedOn' }, ({ sealing }) => sealing?.acceptedOn ?? ''),
  ofFile(HEADS.acceptedBy, { is: 'sealing', part: 'acceptedBy' }, ({ sealing }) => sealing?.acceptedBy ?? ''),
  ...STANDARD_HEADS.map(({ standard, head }) =>
    ofFile(
      head,
      { is: 'standard', standard },
      ({ standards }, language) => STANDARD_STATE_WORDS[standards[standard].state][language],
    ),
  ),
  ofFile(HEADS.checkEveryDays, { is: 'checkEveryDays' }, ({ checkEveryDays }) => String(checkEveryDays)),
  ofCheck(HEADS.checkDate, 'date', ({ date }) => date),
  ofCheck(HEADS.checkLevel, 'level', ({ level }, language) => CHECK_LEVEL_WORDS[level][language]),
  ofCheck(HEADS.checkBy, 'by', ({ by }) => by),
  ofCheck(HEADS.checkResult, 'result', ({ result }, language) => RESULT_WORDS[result][language]),
  ofCheck(HEADS.checkNote, 'note', ({ note }) => note),
  ofFile(HEADS.notes, { is: 'notes' }, ({ notes }) => notes),
]

/** The whole register as rows of a spreadsheet, head first. */
export function sheetRows(sites: readonly SheetSite[], language: Language): string[][] {
  return [
    COLUMNS.map(({ head }) => head[language]),
    ...sites.map((one) => COLUMNS.map(({ write }) => write(one, language))),
  ]
}

/** Keys of each field that has words. */
export const KEYS = {
  status: RegisterStatus.options,
  seal: SealKind.options,
  acceptance: Acceptance.options,
  level: CheckLevel.options,
  result: SiteCheck.shape.result.options,
  standard: StandardState.shape.state.options,
} as const

function ofFile(head: Bilingual, field: Field, write: (file: SiteFile, language: Language) => string): Column {
  return { head, field, write: ({ entry }, language) => write(entry.file, language) }
}

function ofCheck(
  head: Bilingual,
  part: (Field & { is: 'check' })['part'],
  write: (check: SiteCheck, language: Language) => string,
): Column {
  return ofFile(head, { is: 'check', part }, ({ checks: [newest] }, language) =>
    newest === undefined ? '' : write(newest, language),
  )
}
