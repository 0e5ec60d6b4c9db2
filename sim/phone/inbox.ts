import type { Officer } from './people.ts'

/** What a message came in. `digest` is the night's digest of the shipped flow. */
export type App = 'sms' | 'call' | 'dingtalk' | 'wecom' | 'feishu' | 'mail' | 'cloud-sms' | 'push' | 'digest'

/** One message as the phone shows it. */
export interface PhoneItem {
  readonly id: string
  readonly app: App
  /** Number or name of who sent it. */
  readonly from: string
  readonly title: string | null
  readonly text: string
  readonly at: number
  /** How many times the very same has come; more than once is a repeat of the sender's. */
  readonly times: number
  /** The person wrote it: an answer. */
  readonly isOwn: boolean
}

/** One officer's phone: newest first. */
export interface Phone {
  readonly officer: Officer
  readonly on: boolean
  readonly items: readonly PhoneItem[]
}

/** A message before it is on a phone. */
export type Arriving = Pick<PhoneItem, 'app' | 'from' | 'title' | 'text'> & { readonly isOwn?: boolean }

/** A phone keeps this many messages. */
const KEPT = 80

/** The phone after a message has come in at `at`. The very same text that comes again is counted, not shown twice. */
export function withItem(phone: Phone, arriving: Arriving, at: number): Phone {
  const known = phone.items.find(
    (item) =>
      item.app === arriving.app &&
      item.from === arriving.from &&
      item.text === arriving.text &&
      item.isOwn === (arriving.isOwn ?? false),
  )
  if (known !== undefined) {
    const again = { ...known, times: known.times + 1 }
    return { ...phone, items: phone.items.map((item) => (item === known ? again : item)) }
  }
  const id = `${phone.officer.id}-${at}-${phone.items.length}`
  const item: PhoneItem = { isOwn: false, ...arriving, id, at, times: 1 }
  return { ...phone, items: [item, ...phone.items].slice(0, KEPT) }
}
