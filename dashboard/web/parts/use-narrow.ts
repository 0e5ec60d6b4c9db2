import { useEffect, useState } from 'preact/hooks'

/** Whether the window is at most so many px wide, kept up to date. */
export function useNarrow(px: number): boolean {
  const query = `(max-width: ${px}px)`
  const [isNarrow, setNarrow] = useState(() => window.matchMedia(query).matches)
  useEffect(() => {
    const media = window.matchMedia(query)
    const look = () => setNarrow(media.matches)
    look()
    media.addEventListener('change', look)
    return () => media.removeEventListener('change', look)
  }, [query])
  return isNarrow
}
