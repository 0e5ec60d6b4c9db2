import { escaped } from '../http/notice-page.ts'

/** Text that is already HTML. */
export interface Markup {
  readonly markup: string
}

type Part = string | number | Markup | readonly Markup[]

/** HTML in which everything put in is escaped, unless it was made here. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const filled = fixed.map((text, index) => `${index === 0 ? '' : written(parts[index - 1] ?? '')}${text}`)
  return { markup: filled.join('') }
}

function written(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}
