import type { SiteFile } from '../../../core/contract/register.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'

/**
 * Names of what differs between two files, such as `persons.town.phone`; never what stands there. A list counts as one thing, and so does a
 * part that is new or gone.
 */
export function changedFields(before: SiteFile, after: SiteFile): string[] {
  return differing(before, after, [])
}

function differing(before: unknown, after: unknown, path: readonly string[]): string[] {
  if (!isPlain(before) || !isPlain(after)) {
    return canonicalJson(before ?? null) === canonicalJson(after ?? null) ? [] : [path.join('.')]
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => differing(before[key], after[key], [...path, key]))
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
