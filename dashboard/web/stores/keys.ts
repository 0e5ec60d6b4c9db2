/** Keys that work on every screen. Their words are those of the same name in the shell's tables. */
export const ROOM_KEYS = [
  { name: 'next', key: 'j' },
  { name: 'previous', key: 'k' },
  { name: 'open', key: 'Enter' },
  { name: 'acknowledge', key: 'a' },
  { name: 'shelve', key: 'h' },
  { name: 'leave', key: 'Escape' },
  { name: 'go', key: 'g' },
  { name: 'hush', key: 'n' },
  { name: 'wall', key: 'f' },
  { name: 'help', key: '?' },
] as const
export type RoomKey = (typeof ROOM_KEYS)[number]['name']

/** A key of one screen. It comes before a key of the room of the same name. */
export interface ScreenKey {
  /** As `keyName` names it: `x`, `Enter`, `Space`, `ArrowDown`, `Ctrl+a`. */
  readonly key: string
  /** What it does, in the language chosen. */
  readonly words: string
  readonly act: (event: KeyboardEvent) => void
}

/** The name of what was pressed: letters small whatever the shift, Ctrl and the Mac's command key the same. */
export function keyName({ key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>): string {
  const bare = key === ' ' ? 'Space' : key.length === 1 ? key.toLowerCase() : key
  return ctrlKey || metaKey ? `Ctrl+${bare}` : bare
}

/** The keys of the screens that are shown. */
export interface KeyBoard {
  /** Adds what a screen says its keys are whenever it is asked; ends with what is returned. */
  add(keys: () => readonly ScreenKey[]): () => void
  /** All of them now, the latest screen's first. */
  all(): readonly ScreenKey[]
}

/** A board without keys. */
export function openKeyBoard(): KeyBoard {
  const boards = new Set<() => readonly ScreenKey[]>()
  return {
    add: (keys) => {
      // Wrapped, so that two screens may hand in the same function.
      const board = () => keys()
      boards.add(board)
      return () => boards.delete(board)
    },
    all: () => [...boards].reverse().flatMap((keys) => keys()),
  }
}
