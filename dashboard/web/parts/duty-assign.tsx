import { useState } from 'preact/hooks'
import type { Roster } from '../../../core/contract/roster.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { type DutySlot, overrideFor } from '../stores/duty-view.ts'
import type { Assigning } from './duty-day.tsx'
import { type Act, useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

export interface Assign extends Assigning {
  readonly act: Act
  readonly reason: string
  setReason(reason: string): void
  /** Puts somebody into the chosen slot. */
  put(person: string): void
  cancel(): void
  /** What was done last, in words. */
  readonly done: string | null
}

/** State of putting somebody else on duty: by dropping a person on a shift, or by choosing the shift and then the person. */
export function useAssign(roster: Roster, calls: DutyCalls, changed: () => void): Assign {
  const { live, times, preferences } = usePage()
  const texts = useWords(DUTY)
  const zone = times(useZone(null))
  const act = useAct(texts.refusals)
  const [chosen, setChosen] = useState<DutySlot | null>(null)
  const [reason, setReason] = useState('')
  const [done, setDone] = useState<string | null>(null)
  const drop = (slot: DutySlot, comes: string) => {
    const override = overrideFor(slot, { comes, now: live.now.value })
    if (override === null) return
    setDone(null)
    void act
      .run(() => calls.override({ ...override, reason: reason.trim() }))
      .then((ok) => {
        if (!ok) return
        const name = roster.persons.find(({ id }) => id === comes)?.name ?? comes
        const { role, shift, from } = slot.span
        const table = roster.tables.find((one) => one.role === role)
        const word = table?.shifts.find(({ id }) => id === shift)?.name[preferences.language.value] ?? ''
        setDone(texts.putDone(name, `${zone.shortDate(from)} ${word}`))
        setChosen(null)
        setReason('')
        changed()
      })
  }
  return {
    ...{ act, chosen, reason, setReason, done, drop },
    choose: (slot) => {
      setDone(null)
      setChosen(slot)
    },
    put: (person) => {
      if (chosen !== null) drop(chosen, person)
    },
    cancel: () => setChosen(null),
  }
}

/** The persons of the roster, to be dragged onto a shift, or to be chosen for the one that is chosen. */
export function Palette({ roster, assign }: { readonly roster: Roster; readonly assign: Assign }) {
  const { times, preferences } = usePage()
  const texts = useWords(DUTY)
  const zone = times(useZone(null))
  const { chosen, act } = assign
  const nameOf = (id: string) => roster.persons.find((person) => person.id === id)?.name ?? id
  const label =
    chosen === null ? '' : labelOf(chosen, roster, preferences.language.value, zone.shortDate(chosen.span.from))
  const head =
    chosen === null
      ? texts.assignHint
      : chosen.person === null
        ? texts.assignNobody(label)
        : texts.assignTo(label, nameOf(chosen.person))
  return (
    <div
      class="duty-palette"
      onKeyDown={(event) => {
        if (event.key === 'Escape') assign.cancel()
      }}
    >
      <p class={chosen === null ? 'hint' : 'duty-choosing'} role="status">
        {act.busy ? texts.putting : (assign.done ?? head)}
      </p>
      <ul class="duty-persons">
        {roster.persons.map(({ id, name }) => (
          <li key={id}>
            <button
              class="button"
              type="button"
              draggable
              data-put={id}
              aria-label={texts.put(name)}
              aria-disabled={chosen === null || chosen.span.persons.includes(id)}
              onDragStart={(event) => event.dataTransfer?.setData('text/plain', id)}
              onClick={() => assign.put(id)}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      {chosen !== null && (
        <label class="field duty-reason">
          <span class="field-label">{texts.reason}</span>
          <input
            name="assign-reason"
            autoComplete="off"
            maxLength={200}
            value={assign.reason}
            onInput={(event) => assign.setReason(event.currentTarget.value)}
          />
        </label>
      )}
      {chosen !== null && (
        <button class="button" type="button" data-act="cancel-assign" onClick={() => assign.cancel()}>
          {texts.cancel}
        </button>
      )}
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </div>
  )
}

function labelOf({ span }: DutySlot, roster: Roster, language: 'zh-CN' | 'en', day: string): string {
  const role = roster.roles.find(({ id }) => id === span.role)?.name[language] ?? span.role
  const shift = roster.tables.find((table) => table.role === span.role)?.shifts.find(({ id }) => id === span.shift)
  return [day, role, shift?.name[language] ?? ''].filter((word) => word !== '').join(' ')
}
