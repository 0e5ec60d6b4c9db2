import {
  RESPONSIBLE,
  type RegisterEntry,
  type RegisterRow,
  type ResponsiblePerson,
  type SiteFile,
} from '../../../core/contract/register.ts'

const SHOWN_AT_END = 4
const HIDDEN = 4

/** A telephone number with four digits left out: whom it belongs to can be told, and nobody can be called. */
export function maskedPhone(phone: string): string {
  const kept = Math.max(0, phone.length - SHOWN_AT_END - HIDDEN)
  return `${phone.slice(0, kept)}****${phone.length > SHOWN_AT_END + HIDDEN ? phone.slice(-SHOWN_AT_END) : ''}`
}

function maskedPerson<T extends ResponsiblePerson>(person: T): T {
  return person.phone === null ? person : { ...person, phone: maskedPhone(person.phone) }
}

/** A file for somebody who calls nobody. */
export function maskedFile(file: SiteFile): SiteFile {
  const persons = { ...file.persons }
  for (const role of RESPONSIBLE) {
    const person = persons[role]
    if (person !== null) persons[role] = maskedPerson(person)
  }
  return { ...file, persons }
}

/** The same of what is answered. */
export function maskedEntry(entry: RegisterEntry): RegisterEntry {
  return { ...entry, file: maskedFile(entry.file) }
}

export function maskedRow(row: RegisterRow): RegisterRow {
  return row.answers === null ? row : { ...row, answers: maskedPerson(row.answers) }
}
