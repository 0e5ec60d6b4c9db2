import { createContext } from 'preact'
import type { Language } from '../../core/contract/text.ts'
import { useContext } from 'preact/hooks'
import type { RuleTexts } from './i18n/rules-en.ts'
import type { Texts, TextShelf } from './i18n/texts.ts'
import type { PageClock } from './kit/clock.ts'
import type { Sound } from './kit/sound.ts'
import type { ZoneTimes } from './show/time.ts'
import type { Api } from './stores/api.ts'
import type { AlarmDesk } from './stores/desk.ts'
import type { Faults } from './stores/faults.ts'
import type { Hush } from './stores/hush.ts'
import type { KeyBoard } from './stores/keys.ts'
import type { Live } from './stores/live.ts'
import type { PushSwitch } from './stores/push.ts'
import type { Preferences } from './stores/preferences.ts'
import type { Router } from './stores/route.ts'
import type { SessionStore } from './stores/session.ts'
import type { Wall } from './stores/wall.ts'

/** Everything a screen can reach. Built once in main.tsx. */
export interface Page {
  readonly clock: PageClock
  readonly api: Api
  readonly texts: TextShelf
  readonly preferences: Preferences
  readonly router: Router
  readonly session: SessionStore
  readonly live: Live
  readonly desk: AlarmDesk
  readonly keys: KeyBoard
  readonly sound: Sound
  readonly hush: Hush
  readonly wall: Wall
  readonly faults: Faults
  readonly push: PushSwitch
  readonly times: (zone: string) => ZoneTimes
  /** Address of the script this page began with; null where it cannot be told. */
  readonly script: string | null
}

export const PageContext = createContext<Page | null>(null)

/** The page a component is drawn in. */
export function usePage(): Page {
  const page = useContext(PageContext)
  if (page === null) throw new TypeError('expected a component inside PageContext')
  return page
}

/** The words of one screen in the language chosen now; a screen that is loaded late brings its own. */
export function useWords<T>(tables: Readonly<Record<Language, T>>): T {
  return tables[usePage().preferences.language.value]
}

/** Texts in the language chosen now. */
export function useTexts(): Texts {
  const { texts, preferences } = usePage()
  return texts.of(preferences.language.value)
}

/** What rules say in the language chosen now. */
export function useRuleTexts(): RuleTexts {
  const { texts, preferences } = usePage()
  return texts.rules(preferences.language.value)
}
