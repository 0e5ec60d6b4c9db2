import { useEffect } from 'preact/hooks'

/** While this is shown, paper is white: whatever theme the screen has, it is printed in that of the day. */
export function usePaper(): void {
  useEffect(() => {
    const { dataset } = document.documentElement
    let screen = dataset.theme
    const before = () => {
      screen = dataset.theme
      dataset.theme = 'day'
    }
    const after = () => {
      if (screen !== undefined) dataset.theme = screen
    }
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [])
}
