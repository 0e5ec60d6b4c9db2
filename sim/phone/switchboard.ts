import type { ServerResponse } from 'node:http'
import type { Bilingual } from '../../core/contract/text.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Arriving, type Phone, withItem } from './inbox.ts'
import type { Officer } from './people.ts'

/** All phones of the county, and the pages that watch them. */
export interface Switchboard {
  phone(id: string): Phone | null
  /** Whether a phone with this number is on; false for a number nobody has. */
  isOn(number: string): boolean
  /** A message for one phone, by number, address or id; `group`: every phone is in it. Nothing for one that is off. */
  arrive(to: string, message: Arriving): void
  /** The digest of the night goes to every phone that is on. */
  takeDigest(digest: { readonly to: number; readonly title: Bilingual; readonly text: Bilingual }): void
  power(id: string, on: boolean): void
  /** Keeps a page told by server-sent events until it leaves. */
  watch(page: ServerResponse): void
}

/** Phones that are on and have no messages. */
export function openSwitchboard(officers: readonly Officer[], clock: Clock): Switchboard {
  const phones = new Map<string, Phone>(officers.map((officer) => [officer.id, { officer, on: true, items: [] }]))
  const pages = new Set<ServerResponse>()
  const shown = () => `data: ${JSON.stringify({ phones: [...phones.values()], now: clock.now() })}\n\n`
  const change = (id: string, step: (phone: Phone) => Phone) => {
    const phone = phones.get(id)
    if (phone === undefined) return
    phones.set(id, step(phone))
    for (const page of pages) page.write(shown())
  }
  const owners = (to: string) =>
    [...phones.values()].filter(
      ({ officer }) => to === 'group' || [officer.id, officer.number, officer.mail].includes(to),
    )
  return {
    phone: (id) => phones.get(id) ?? null,
    isOn: (number) => owners(number).some(({ on }) => on),
    arrive: (to, message) => {
      for (const { officer, on } of owners(to)) {
        if (on) change(officer.id, (phone) => withItem(phone, message, clock.now()))
      }
    },
    takeDigest: ({ title, text }) => {
      for (const { officer, on } of [...phones.values()]) {
        const message = {
          app: 'digest',
          from: 'Node-RED',
          title: title[officer.language],
          text: text[officer.language],
        }
        if (on) change(officer.id, (phone) => withItem(phone, { ...message, app: 'digest' }, clock.now()))
      }
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
