import type { Priority } from '../../../core/contract/priority.ts'

/** The colours the map is drawn in, as the style sheet has them now. */
export interface Palette {
  readonly panel: string
  readonly text: string
  readonly textSoft: string
  readonly line: string
  readonly lineStrong: string

  readonly hatch: string
  readonly focus: string
  readonly font: string
  /** Pixels of the screen to one of the page: sharp on a wall too. */
  readonly scale: number
  readonly priorities: Readonly<
    Record<Priority, { readonly fill: string; readonly digit: string; readonly text: string }>
  >
}

/** Reads the tokens in force: day or night. */
export function readPalette(element: Element, scale: number): Palette {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const priority = (name: Priority) => ({
    fill: token(`${name}-fill`),
    digit: token(`${name}-digit`),
    text: token(`${name}-text`),
  })
  return {
    panel: token('panel'),
    text: token('text'),
    textSoft: token('text-soft'),
    line: token('line'),
    lineStrong: token('line-strong'),

    hatch: token('hatch'),
    focus: token('focus'),
    font: token('font'),
    scale,
    priorities: {
      red: priority('red'),
      orange: priority('orange'),
      yellow: priority('yellow'),
      blue: priority('blue'),
    },
  }
}
