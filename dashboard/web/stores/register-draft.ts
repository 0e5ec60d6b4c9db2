import {
  type Acceptance,
  type CheckLevel,
  type RegisterStatus,
  type Responsible,
  RESPONSIBLE,
  type SealKind,
  type SiteCheck,
  SiteFile,
  type Standard,
  STANDARDS,
  type StandardState,
} from '../../../core/contract/register.ts'

/** A person as typed; without a name there is none. */
export interface PersonDraft {
  readonly name: string
  readonly post: string
  readonly phone: string
}

/** A site's file as it stands in a form: every field a text. */
export interface FileDraft {
  readonly status: RegisterStatus
  readonly checkEveryDays: string
  readonly persons: Readonly<Record<Responsible, PersonDraft>>
  /** null = no sealing is on file. */
  readonly seal: SealKind | null
  readonly sealedOn: string
  readonly acceptance: Acceptance
  readonly acceptedOn: string
  readonly acceptedBy: string
  readonly standards: Readonly<Record<Standard, { readonly state: StandardState['state']; date: string; note: string }>>
  /** A check that is added; without who looked there is none. */
  readonly check: {
    readonly date: string
    readonly level: CheckLevel
    readonly by: string
    readonly result: SiteCheck['result']
    readonly note: string
  }
  readonly notes: string
}

/** A form filled with a file; a new check is of `today`. */
export function draftOfFile(file: SiteFile, today: string): FileDraft {
  const { status, checkEveryDays, persons, sealing, standards, notes } = file
  const personDraft = (role: Responsible): PersonDraft => ({
    name: persons[role]?.name ?? '',
    post: persons[role]?.post ?? '',
    phone: persons[role]?.phone ?? '',
  })
  const standardDraft = (one: Standard) => ({ ...standards[one], date: standards[one].date ?? '' })
  return {
    ...{ status, notes, checkEveryDays: String(checkEveryDays) },
    persons: byKey(RESPONSIBLE, personDraft),
    seal: sealing?.kind ?? null,
    sealedOn: sealing?.date ?? '',
    acceptance: sealing?.acceptance ?? 'pending',
    acceptedOn: sealing?.acceptedOn ?? '',
    acceptedBy: sealing?.acceptedBy ?? '',
    standards: byKey(STANDARDS, standardDraft),
    check: { date: today, level: 'village', by: '', result: 'in-order', note: '' },
  }
}

function byKey<K extends string, V>(keys: readonly K[], of: (key: K) => V): Readonly<Record<K, V>>
function byKey<V>(keys: readonly string[], of: (key: string) => V): Readonly<Record<string, V>> {
  return Object.fromEntries(keys.map((key) => [key, of(key)]))
}

/** The file a form means, or each field that is wrong with what was expected. Inverse of `draftOfFile` where no check is added. */
export function fileOfDraft(
  draft: FileDraft,
  { checks }: Pick<SiteFile, 'checks'>,
): { readonly file: SiteFile } | { readonly faults: readonly { readonly field: string; readonly message: string }[] } {
  const person = ({ name, post, phone }: PersonDraft) =>
    [name, post, phone].every((text) => text.trim() === '')
      ? null
      : { name, post, phone: phone.trim() === '' ? null : phone }
  const day = (text: string) => (text === '' ? null : text)
  const { seal, check } = draft
  const hasCheck = check.by.trim() !== '' || check.note.trim() !== ''
  const read = SiteFile.safeParse({
    status: draft.status,
    notes: draft.notes,
    checkEveryDays: Number(draft.checkEveryDays),
    persons: byKey(RESPONSIBLE, (role) => person(draft.persons[role])),
    sealing:
      seal === null
        ? null
        : {
            ...{ kind: seal, date: day(draft.sealedOn), acceptance: draft.acceptance },
            ...{ acceptedOn: day(draft.acceptedOn), acceptedBy: draft.acceptedBy },
          },
    standards: byKey(STANDARDS, (one) => ({ ...draft.standards[one], date: day(draft.standards[one].date) })),
    checks: hasCheck ? [check, ...checks] : checks,
  })
  if (read.success) return { file: read.data }
  return { faults: read.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })) }
}
