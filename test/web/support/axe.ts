import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/** A fault of access, what it is and where. */
export interface Violation {
  readonly id: string
  readonly impact: string
  readonly targets: string
}

/** Serious and critical faults that axe finds on the page as it stands. */
export async function violations(page: Page): Promise<Violation[]> {
  // The page's policy forbids a script element; the debugger may still bring one.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  return page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run: () => Promise<{ violations: never[] }> } }).axe
    const found = (await axe.run()).violations as { id: string; impact: string; nodes: { target: string[] }[] }[]
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, nodes }) => ({ id, impact, targets: nodes.map(({ target }) => target.join(' ')).join(', ') }))
  })
}
