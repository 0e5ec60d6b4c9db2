import { dirname, resolve } from 'node:path'
import { type Document, parseDocument } from 'yaml'
import { rehearsedSiteOf, type RehearsedSite } from '../../dashboard/server/rules/rehearsed-site.ts'
import { readConfig } from '../../platform/config.ts'
import { checkGateway } from '../../platform/site/loaded-gateway.ts'
import { listOf, partsOf } from '../../platform/site/parts.ts'

/** What a gateway needs and a rehearsal does not. It is put behind the file, whose lines keep their numbers. */
const NOT_NEEDED: Readonly<Record<string, string>> = {
  group: 'group: rehearsal',
  store: 'store: rehearsal',
  uplink: "uplink: { url: 'mqtt://127.0.0.1:1883' }",
}

/**
 * A site file, checked as a gateway would check it but for where it stores and sends, and for secrets. Throws `config/unreadable`,
 * `config/invalid`.
 */
export function rehearsedSite(path: string): RehearsedSite {
  const baseFolder = dirname(resolve(path))
  const given = readConfig(path)
  const document = parseDocument(given)
  const parts = partsOf(document.errors.length > 0 ? null : document.toJS())
  const text = `${given}${missingIn(document)}`
  // Its secrets may lie elsewhere, its calendar lies here.
  const loaded = checkGateway({
    ...{ text, path, baseFolder, isForElsewhere: true, calendarFile: parts.calendar },
    // Reading the whole library takes longer than many a rehearsal.
    profiles: hasDevices(parts.raw) ? {} : { shipped: new Map() },
  })
  return rehearsedSiteOf(path, loaded)
}

function hasDevices(raw: unknown): boolean {
  return listOf(raw, 'devices').length + listOf(raw, 'cameras').length > 0
}

function missingIn(document: Document.Parsed): string {
  if (document.errors.length > 0) return ''
  const missing = Object.entries(NOT_NEEDED).filter(([key]) => !document.has(key))
  return missing.map(([, line]) => `\n${line}`).join('')
}
