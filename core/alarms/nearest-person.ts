import type { Responsible, ResponsiblePerson } from '../contract/register.ts'

/** Who is asked first about a site: whoever is nearest to it. */
const NEAREST_FIRST: readonly Responsible[] = [
  'guard',
  'first-finder',
  'first-reporter',
  'grid-worker',
  'town',
  'department',
  'county-leader',
]

/** The nearest person on file who can be called, else the nearest there is; null = nobody is named. */
export function nearestPerson(
  persons: Readonly<Record<Responsible, ResponsiblePerson | null>>,
): { readonly role: Responsible; readonly person: ResponsiblePerson } | null {
  const named = NEAREST_FIRST.flatMap((role) => {
    const person = persons[role]
    return person === null ? [] : [{ role, person }]
  })
  return named.find(({ person }) => person.phone !== null) ?? named[0] ?? null
}
