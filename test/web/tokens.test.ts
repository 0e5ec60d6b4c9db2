import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../dashboard/web/style/tokens.css', import.meta.url), 'utf8')

function tokensOf(theme: 'day' | 'night'): Map<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return new Map([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((found) => [found[1] ?? '', found[2] ?? '']))
}

/** Contrast of two colours. (WCAG 2.2, relative luminance) */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const channel = (from: number) => {
    const share = Number.parseInt(hex.slice(from, from + 2), 16) / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

describe.each(['day', 'night'] as const)('the %s theme', (theme) => {
  const tokens = tokensOf(theme)
  const colour = (name: string) => tokens.get(name) ?? 'missing'
  const grounds = ['ground', 'panel', 'panel-high']

  it.each(['text', 'text-soft', 'red-text', 'orange-text', 'yellow-text', 'blue-text'])(
    'has %s readable (7:1) on every ground',
    (name) => {
      for (const ground of grounds) expect(contrast(colour(name), colour(ground))).toBeGreaterThanOrEqual(7)
    },
  )

  it.each(['red', 'orange', 'yellow', 'blue'])('has the digit on %s readable (4.5:1)', (name) => {
    expect(contrast(colour(`${name}-digit`), colour(`${name}-fill`))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['red', 'orange', 'yellow', 'blue'])('has text readable on the wash of %s', (name) => {
    expect(contrast(colour('text'), colour(`${name}-wash`))).toBeGreaterThanOrEqual(7)
  })

  it('has the focus and the lines of controls visible (3:1)', () => {
    for (const ground of grounds) {
      expect(contrast(colour('focus'), colour(ground))).toBeGreaterThanOrEqual(3)
    }
    expect(contrast(colour('main-text'), colour('main'))).toBeGreaterThanOrEqual(7)
  })
})
