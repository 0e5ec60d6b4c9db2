import { emailNotifier, type MailServer } from './email.ts'
import type { Notifier } from './notifier.ts'
import { webhookNotifier } from './webhook.ts'

/** Every kind of channel there is, by its kind. Without a mail server, email checks parameters and refuses messages. */
export function openNotifiers({ mail }: { readonly mail: MailServer | null }): ReadonlyMap<string, Notifier> {
  return new Map([webhookNotifier, emailNotifier(mail)].map((notifier) => [notifier.kind, notifier]))
}
