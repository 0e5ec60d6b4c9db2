import { aliyunSmsNotifier } from './aliyun-sms.ts'
import { dingtalkNotifier } from './dingtalk.ts'
import { emailNotifier } from './email.ts'
import { feishuNotifier } from './feishu.ts'
import type { Notifier } from './notifier.ts'
import { siteNotifier } from './site.ts'
import { smsNotifier } from './sms.ts'
import { voiceNotifier } from './voice.ts'
import { webPushNotifier } from './web-push.ts'
import { webhookNotifier } from './webhook.ts'
import { wecomNotifier } from './wecom.ts'

const KINDS: readonly Notifier[] = [
  smsNotifier,
  voiceNotifier,
  dingtalkNotifier,
  wecomNotifier,
  feishuNotifier,
  emailNotifier,
  aliyunSmsNotifier,
  webPushNotifier,
  webhookNotifier,
  siteNotifier,
]

/** Every kind of channel there is, by its kind; the desk is not one of them, because it needs no entry. */
export const NOTIFIERS: ReadonlyMap<string, Notifier> = new Map(KINDS.map((notifier) => [notifier.kind, notifier]))
