/** What arrived at somebody's phone, for whoever shows it. */
export interface ProviderMessage {
  readonly app: 'dingtalk' | 'wecom' | 'feishu' | 'mail' | 'cloud-sms' | 'push'
  /** Whom it is for: a group's robot, a number, a mailbox, a browser. */
  readonly to: string
  readonly from: string
  readonly text: string
  /** When, by the provider's clock, ms since 1970. */
  readonly at: number
}

export type OnMessage = (message: ProviderMessage) => void

/** What every page, banner and greeting of these servers says, so that nobody takes one for the real thing. */
export const SIMULATED = 'SIMULATED'
