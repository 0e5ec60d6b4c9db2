import { useLayoutEffect, useRef } from 'preact/hooks'
import { usePage } from '../page.ts'
import type { ScreenKey } from '../stores/keys.ts'

/** Adds keys to the screen that is shown, with their words in the help. They rest while somebody types, is in a dialog, or Enter or Space is for what has the focus. */
export function useScreenKeys(keys: readonly ScreenKey[]): void {
  const { keys: board } = usePage()
  const now = useRef(keys)
  now.current = keys
  useLayoutEffect(() => board.add(() => now.current), [])
}
