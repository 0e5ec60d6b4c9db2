import { effect, signal, type Signal } from '@preact/signals'
import { Language } from '../../../core/contract/text.ts'

export type Theme = 'auto' | 'day' | 'night'

/** What one person chose for this screen. Remembered in the browser; losing it does no harm. */
export interface Preferences {
  readonly language: Signal<Language>
  readonly theme: Signal<Theme>
  readonly sound: Signal<boolean>
}

const THEMES: readonly Theme[] = ['auto', 'day', 'night']

/** Preferences kept in `storage`. A storage that refuses (private mode) only forgets. */
export function openPreferences(storage: Pick<Storage, 'getItem' | 'setItem'>): Preferences {
  const language = Language.safeParse(remembered(storage, 'pitwatch.language'))
  const theme = remembered(storage, 'pitwatch.theme')
  const preferences: Preferences = {
    language: signal(language.success ? language.data : 'zh-CN'),
    theme: signal(THEMES.find((known) => known === theme) ?? 'auto'),
    sound: signal(remembered(storage, 'pitwatch.sound') !== 'off'),
  }
  effect(() => remember(storage, 'pitwatch.language', preferences.language.value))
  effect(() => remember(storage, 'pitwatch.theme', preferences.theme.value))
  effect(() => remember(storage, 'pitwatch.sound', preferences.sound.value ? 'on' : 'off'))
  return preferences
}

function remembered(storage: Pick<Storage, 'getItem'>, key: string): string | null {
  try {
    return storage.getItem(key)
  } catch {
    return null
  }
}

function remember(storage: Pick<Storage, 'setItem'>, key: string, value: string): void {
  try {
    storage.setItem(key, value)
  } catch {
    // A private window keeps nothing.
  }
}
