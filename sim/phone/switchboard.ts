import type { ServerResponse } from 'node:http'
import type { Bilingual } from '../../core/contract/text.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Phone, type Received, withAcknowledged, withMessage } from './inbox.ts'
import type { Officer } from './people.ts'

/** All phones of the county, and the pages that watch them. */
export interface Switchboard {
  phone(id: string): Phone | null
  take(id: string, message: Received['message']): void
  /** The digest of the night goes to every phone that is on. */
  takeDigest(digest: { readonly to: number; readonly title: Bilingual; readonly text: Bilingual }): void
  /** Somebody has acknowledged: shown on every phone that had the alarm. */
  acknowledged(alarm: string, by: Officer, note: string): void
  power(id: string, on: boolean): void
  /** Keeps a page told by server-sent events until it leaves. */
  watch(page: ServerResponse): void
}

/** Phones that are on and have no messages. */
export function openSwitchboard(officers: readonly Officer[], clock: Clock): Switchboard {
  const phones = new Map<string, Phone>(officers.map((officer) => [officer.id, { officer, on: true, messages: [] }]))
  const pages = new Set<ServerResponse>()
  const shown = () => `data: ${JSON.stringify({ phones: [...phones.values()], now: clock.now() })}\n\n`
  const change = (id: string, step: (phone: Phone) => Phone) => {
    const phone = phones.get(id)
    if (phone === undefined) return
    phones.set(id, step(phone))
    for (const page of pages) page.write(shown())
  }
  const take: Switchboard['take'] = (id, message) => change(id, (phone) => withMessage(phone, message, clock.now()))
  return {
    phone: (id) => phones.get(id) ?? null,
    take,
    takeDigest: ({ to, title, text }) => {
      const fixed = {
        kind: 'digest',
        priority: 'blue',
        alarm: null,
        acknowledge: null,
        notice: `digest-${to}`,
      } as const
      for (const { officer, on } of [...phones.values()]) {
        const { language } = officer
        if (on) take(officer.id, { ...fixed, language, title: title[language], text: text[language] })
      }
    },
    acknowledged: (alarm, by, note) => {
      const acknowledged = { at: clock.now(), by: by.name, note }
      for (const id of phones.keys()) change(id, (phone) => withAcknowledged(phone, alarm, acknowledged))
    },
    power: (id, on) => change(id, (phone) => ({ ...phone, on })),
    watch: (page) => {
      page.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      page.write(shown())
      pages.add(page)
      page.on('close', () => pages.delete(page))
    },
  }
}
