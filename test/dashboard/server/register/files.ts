import { type RegisterEntry, type ResponsiblePerson, SiteFile } from '../../../../core/contract/register.ts'
import { blankFile } from '../../../../dashboard/server/register/blank-file.ts'

/** Somebody who does not exist, with a number nobody has. */
export function person(name: string, phone: string | null = '+8613900000001'): ResponsiblePerson {
  return { name, post: '村委会', phone }
}

/** A closed pit's file with what matters in a test. */
export function fileWithParts(parts: Partial<SiteFile> = {}): SiteFile {
  return SiteFile.parse({ ...blankFile('closed-pit'), ...parts })
}

/** It as a version nobody has made yet. */
export function entryOf(file: SiteFile, site = 'east-pit', version = 0): RegisterEntry {
  return { site, version, at: null, by: '', via: 'form', fields: [], file }
}
