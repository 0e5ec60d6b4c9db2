import type { z } from 'zod'
import {
  ImportResult,
  RegisterEntry,
  RegisterList,
  RegisterVersions,
  type SaveFile,
  type SiteFile,
  Sparklines,
  type Sparkline,
} from '../../../core/contract/register.ts'
import type { Language } from '../../../core/contract/text.ts'
import type { Api } from './api.ts'

/** What the pages of sites ask of the register. Throws HouseError with the code of the refusal. */
export interface RegisterCalls {
  list(signal: AbortSignal): Promise<RegisterList['rows']>
  sparklines(sites: readonly string[], signal: AbortSignal): Promise<readonly Sparkline[]>
  file(site: string, signal: AbortSignal): Promise<RegisterEntry>
  versions(site: string, signal: AbortSignal): Promise<RegisterVersions['versions']>
  save(site: string, body: SaveFile, signal: AbortSignal): Promise<RegisterEntry>
  /** A dry run where `plan` is null. */
  importSheet(csv: string, how: { plan: string | null; language: Language }, signal: AbortSignal): Promise<ImportResult>
}

/** The calls over the page's interface. */
export function registerCalls({ ask }: Pick<Api, 'ask'>): RegisterCalls {
  const fileOf = (site: string) => `/api/sites/${encodeURIComponent(site)}/register`
  return {
    list: async (signal) => (await ask('/api/register', { answer: RegisterList, signal })).rows,
    sparklines: async (sites, signal) => {
      const path = `/api/register/sparklines?sites=${encodeURIComponent(sites.join(','))}`
      return (await ask(path, { answer: Sparklines, signal })).sparklines
    },
    file: (site, signal) => ask(fileOf(site), { answer: RegisterEntry, signal }),
    versions: async (site, signal) =>
      (await ask(`${fileOf(site)}/versions`, { answer: RegisterVersions, signal })).versions,
    save: (site, body, signal) => ask(fileOf(site), { method: 'POST', body, answer: RegisterEntry, signal }),
    importSheet: (csv, { plan, language }, signal) =>
      ask(`/api/register/import?language=${language}`, {
        method: 'POST',
        body: { csv, plan },
        answer: ImportResult,
        signal,
      }),
  }
}

/** Where the whole register is to be had as a spreadsheet. */
export function sheetUrl(language: Language): string {
  return `/api/register/export?language=${language}`
}

export type FileDraft = z.input<typeof SiteFile>
