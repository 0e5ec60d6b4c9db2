import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import type { EditedContent, WantedRule } from './edit-content.ts'
import type { ReadContent } from './read-content.ts'

/** What the thread that reads configurations is asked. */
export interface ThreadCall {
  readonly id: number
  readonly asked:
    | { readonly is: 'read'; readonly content: ConfigContent }
    | { readonly is: 'edit'; readonly content: ConfigContent; readonly wanted: WantedRule }
}

/** What it answers. */
export type ThreadAnswer = { readonly id: number } & (
  | { readonly ok: true; readonly is: 'read'; readonly read: ReadContent }
  | { readonly ok: true; readonly is: 'edit'; readonly edited: EditedContent }
  | { readonly ok: false; readonly why: string }
)
