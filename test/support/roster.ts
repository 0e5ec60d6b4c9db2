import type { Language } from '../../core/contract/text.ts'

/** Somebody of a small roster, with a webhook for a phone. */
export interface Officer {
  readonly id: string
  readonly name?: string
  readonly language?: Language
  /** Where the messages go. */
  readonly url: string
}

/** The parts `channels` and `duty` of a control.yaml. */
export interface SmallRoster {
  readonly channels: readonly Record<string, unknown>[]
  readonly duty: Record<string, unknown>
}

/**
 * A valid roster without shifts: each officer holds a role of their own, the first is called at once by desk and phone, each next one `wait`
 * later, and then all over again.
 */
export function smallRoster(
  officers: readonly Officer[],
  { waitS = 120 }: { readonly waitS?: number } = {},
): SmallRoster {
  const roleOf = (place: number) => `role-${place + 1}`
  const steps = officers.map((_, place) => ({ after: `${place * waitS}s`, call: [{ role: roleOf(place) }] }))
  const ladder = { steps, loop: `${waitS}s` }
  return {
    channels: [{ id: 'phone', kind: 'webhook' }],
    duty: {
      persons: officers.map(({ id, name = id, language = 'zh-CN', url }) => ({
        ...{ id, name, language },
        contacts: [
          { channel: 'desk', address: id },
          { channel: 'phone', address: url },
        ],
      })),
      roles: officers.map(({ id }, place) => ({
        id: roleOf(place),
        name: { 'zh-CN': roleOf(place), en: roleOf(place) },
        fallback: [id],
      })),
      ladders: { red: ladder, orange: ladder, yellow: ladder },
      office: { notices: roleOf(0), leader: roleOf(officers.length - 1) },
    },
  }
}
