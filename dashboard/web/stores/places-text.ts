import type { Scope } from '../../../core/contract/access.ts'

/** A scope as people type it: a town a line, or town/village; nothing for the whole county. */
export function textOfScope(scope: Scope): string {
  if (scope.of === 'county') return ''
  return [...scope.towns, ...scope.villages.map(({ town, village }) => `${town}/${village}`)].join('\n')
}

/** The scope of such a text. Inverse of `textOfScope` but for empty lines and spaces around names. */
export function scopeOfText(text: string): Scope {
  const lines = text.split('\n').map((line) => line.trim())
  const named = lines.filter((line) => line !== '')
  if (named.length === 0) return { of: 'county' }
  const towns = named.filter((line) => !line.includes('/'))
  const villages = named.flatMap((line) => {
    const [town, ...rest] = line.split('/')
    return rest.length === 0 ? [] : [{ town: (town ?? '').trim(), village: rest.join('/').trim() }]
  })
  return { of: 'places', towns, villages }
}
