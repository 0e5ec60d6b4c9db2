import { useState } from 'preact/hooks'
import type { Roster, Swap } from '../../../core/contract/roster.ts'
import { utcMs } from '../../../core/contract/time.ts'
import { usePage, useTexts } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { fieldOf, instantOf } from '../stores/duty-days.ts'
import { mayAct } from '../stores/session.ts'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

interface ChangesProps {
  readonly roster: Roster
  readonly calls: DutyCalls
  readonly changed: () => void
}

const HOUR = 3_600_000

/** Others on duty for a time, leave, and swaps with who still has to say yes. */
export function DutyChanges({ roster, calls, changed }: ChangesProps) {
  const { session, live, times } = usePage()
  const texts = useTexts().duty
  const zone = times(useZone(null))
  const act = useAct()
  const signedIn = session.signedIn.value
  const isAdministrator = signedIn.is === 'in' && signedIn.session.role === 'administrator'
  const now = live.now.value
  const nameOf = (id: string) => roster.persons.find((person) => person.id === id)?.name ?? id
  const coming = roster.overrides.filter(({ to }) => to > now)
  const pending = roster.swaps.filter(({ refusedBy, take, give }) => {
    return refusedBy === null && Math.max(take.shiftAt, give.shiftAt) > now
  })
  const doIt = (work: () => Promise<unknown>) => void act.run(work).then((done) => done && changed())
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.changes}</h2>
      <ul class="duty-list">
        {coming.map((one) => (
          <li key={one.id}>
            {texts.override}: {one.persons.map(nameOf).join(' ')} · {zone.full(one.from).slice(0, 16)} –{' '}
            {zone.full(one.to).slice(0, 16)} · {one.reason} · {one.by}
            {isAdministrator && (
              <button class="button" type="button" onClick={() => doIt(() => calls.endOverride(one.id))}>
                {texts.endNow}
              </button>
            )}
          </li>
        ))}
        {pending.map((swap) => (
          <SwapRow
            key={swap.id}
            swap={swap}
            nameOf={nameOf}
            answer={(word) => doIt(() => calls.answerSwap(swap.id, word))}
          />
        ))}
        {coming.length + pending.length === 0 && <li class="empty">{texts.noChanges}</li>}
      </ul>
      {isAdministrator && <StandIn roster={roster} calls={calls} changed={changed} />}
      {!isAdministrator && mayAct(signedIn) && <p class="hint">{texts.changesHint}</p>}
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </section>
  )
}

interface SwapRowProps {
  readonly swap: Swap
  readonly nameOf: (id: string) => string
  readonly answer: (word: 'agree' | 'approve' | 'refuse') => void
}

function SwapRow({ swap, nameOf, answer }: SwapRowProps) {
  const { times } = usePage()
  const texts = useTexts().duty
  const zone = times(useZone(null))
  const isApproved = swap.approvedBy !== null
  const hasBoth = swap.agreed.includes(swap.give.person) && swap.agreed.includes(swap.take.person)
  return (
    <li data-swap={swap.id}>
      {texts.swap}: {nameOf(swap.give.person)} {zone.full(swap.give.shiftAt).slice(0, 16)} ⇄ {nameOf(swap.take.person)}{' '}
      {zone.full(swap.take.shiftAt).slice(0, 16)} ·{' '}
      {isApproved ? texts.approvedBy(swap.approvedBy ?? '') : hasBoth ? texts.waitsApproval : texts.waitsAgreement}
      {!isApproved && (
        <>
          <button class="button" type="button" onClick={() => answer(hasBoth ? 'approve' : 'agree')}>
            {hasBoth ? texts.approve : texts.agree}
          </button>
          <button class="button" type="button" onClick={() => answer('refuse')}>
            {texts.refuse}
          </button>
        </>
      )}
    </li>
  )
}

/** Puts somebody else on duty for a time, or notes that somebody is away. */
function StandIn({ roster, calls, changed }: ChangesProps) {
  const { live, preferences } = usePage()
  const texts = useTexts().duty
  const act = useAct()
  const language = preferences.language.value
  const [role, setRole] = useState(roster.roles[0]?.id ?? '')
  const [person, setPerson] = useState(roster.persons[0]?.id ?? '')
  const [from, setFrom] = useState(fieldOf(live.now.value))
  const [to, setTo] = useState(fieldOf(live.now.value + 12 * HOUR))
  const [reason, setReason] = useState('')
  const send = (kind: 'override' | 'leave') => {
    const stretch = () => ({ from: utcMs(instantOf(from)), to: utcMs(instantOf(to)), reason })
    const work = () =>
      kind === 'leave'
        ? calls.leave({ person, ...stretch() })
        : calls.override({ role, persons: [person], ...stretch() })
    void act.run(async () => work()).then((done) => done && changed())
  }
  const time = (label: string, value: string, set: (text: string) => void) => (
    <label class="field">
      <span class="field-label">{label}</span>
      <input type="datetime-local" value={value} onInput={(event) => set(event.currentTarget.value)} />
    </label>
  )
  return (
    <form
      class="duty-form"
      onSubmit={(event) => {
        event.preventDefault()
        send('override')
      }}
    >
      <label class="field">
        <span class="field-label">{texts.role}</span>
        <select value={role} onChange={(event) => setRole(event.currentTarget.value)}>
          {roster.roles.map(({ id, name }) => (
            <option key={id} value={id}>
              {name[language]}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="field-label">{texts.person}</span>
        <select value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
          {roster.persons.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {time(texts.from, from, setFrom)}
      {time(texts.to, to, setTo)}
      <label class="field">
        <span class="field-label">{texts.reason}</span>
        <input maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <button class="button button-main" type="submit" data-act="override" disabled={act.busy}>
        {texts.putOn}
      </button>
      <button class="button" type="button" data-act="leave" disabled={act.busy} onClick={() => send('leave')}>
        {texts.leave}
      </button>
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </form>
  )
}
