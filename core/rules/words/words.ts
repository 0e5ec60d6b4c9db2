import type { Bilingual } from '../../contract/text.ts'
import type { Told } from '../wording.ts'

/** One sentence or two, from what an explanation tells. */
export type Message = (told: Told) => string

/** A few words for the title of a message; `what` is what the point measures. */
export type Headline = Readonly<Record<'zh-CN' | 'en', (what: string) => string>>

/** Everything a rule type says to people, in both languages. An explanation's key is the type, a dot, and a key of these tables. */
export interface RuleWords {
  readonly type: string
  /** What it is called in lists. */
  readonly name?: Bilingual
  /** By variant, which is the end of a key behind its last hyphen; `usual` where there is none or no other. */
  readonly headline?: Readonly<Record<string, Headline>>
  readonly 'zh-CN': Readonly<Record<string, Message>>
  readonly en: Readonly<Record<string, Message>>
}

/** What a parameter means. `unit`: UCUM, `time` for a duration such as 10s, `own` for the unit of what the point measures. */
export interface ParameterWords extends Bilingual {
  readonly unit?: string
}
