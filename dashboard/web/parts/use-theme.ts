import { useEffect, useState } from 'preact/hooks'
import { usePage } from '../page.ts'

/** The theme in force: the one chosen, else what the system prefers. */
export function useTheme(): 'day' | 'night' {
  const chosen = usePage().preferences.theme.value
  const [dark, setDark] = useState(() => prefersNight().matches)
  useEffect(() => {
    const query = prefersNight()
    const follow = () => setDark(query.matches)
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  }, [])
  return chosen === 'auto' ? (dark ? 'night' : 'day') : chosen
}

function prefersNight(): MediaQueryList {
  return matchMedia('(prefers-color-scheme: dark)')
}
