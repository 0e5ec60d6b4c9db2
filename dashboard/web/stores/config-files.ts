import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import { type DiffHunk, diffHunks, diffLines } from '../../../core/kit/line-diff.ts'

/** A file somebody has chosen. */
export interface ChosenFile {
  readonly name: string
  readonly text: string
}

/** What chosen files come to, or why they are no configuration. */
export type Chosen =
  | { readonly is: 'content'; readonly content: ConfigContent }
  | { readonly is: 'unfit'; readonly why: 'none' | 'several' }

/**
 * The configuration in chosen files: one `site.yaml`, and device profiles, known by their first key. Profiles that are not chosen
 * are as in `present`.
 */
export function contentOf(files: readonly ChosenFile[], present: ConfigContent | null): Chosen {
  const named = files.map((file) => ({
    ...file,
    profile: /^profile:\s*["']?([^\s"'#]+)/m.exec(file.text)?.[1] ?? null,
  }))
  const [site, ...more] = named.filter(({ profile }) => profile === null)
  if (site === undefined) return { is: 'unfit', why: 'none' }
  if (more.length > 0) return { is: 'unfit', why: 'several' }
  const profiles = new Map(present?.profiles.map(({ name, yaml }) => [name, yaml]))
  for (const { profile, text } of named) if (profile !== null) profiles.set(profile, text)
  const inOrder = [...profiles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, yaml]) => ({ name, yaml }))
  return { is: 'content', content: { site: site.text, profiles: inOrder } }
}

/** The changes of one file. */
export interface FileDiff {
  readonly name: string
  readonly hunks: readonly DiffHunk[]
}

/** The files in which two configurations differ. */
export function contentDiff(from: ConfigContent | null, to: ConfigContent): readonly FileDiff[] {
  const [before, after] = [filesOf(from), filesOf(to)]
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names]
    .map((name) => ({ name, hunks: diffHunks(diffLines(before.get(name) ?? '', after.get(name) ?? '')) }))
    .filter(({ hunks }) => hunks.length > 0)
}

function filesOf(content: ConfigContent | null): ReadonlyMap<string, string> {
  if (content === null) return new Map()
  return new Map([
    ['site.yaml', content.site],
    ...content.profiles.map(({ name, yaml }) => [`${name}.yaml`, yaml] as const),
  ])
}
