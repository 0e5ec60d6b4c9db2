import type { Override, Roster, Swap } from '../../../core/contract/roster.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { ownPersons, type SwapAnswer, swapAnswers } from '../stores/duty-people.ts'
import { mayAct, mayAdminister, mayLead } from '../stores/session.ts'
import { StandInForm } from './stand-in-form.tsx'
import { SwapForm } from './swap-form.tsx'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

export interface ChangesProps {
  readonly roster: Roster
  readonly calls: DutyCalls
  readonly changed: () => void
}

/** Others on duty for a time, leave, and swaps with who still has to say yes. */
export function DutyChanges({ roster, calls, changed }: ChangesProps) {
  const { session, live } = usePage()
  const texts = useWords(DUTY)
  const act = useAct(useWords(DUTY).refusals)
  const signedIn = session.signedIn.value
  const now = live.now.value
  const coming = roster.overrides.filter(({ to }) => to > now)
  const swaps = roster.swaps.filter(
    ({ refusedBy, take, give }) => refusedBy === null && Math.max(take.shiftAt, give.shiftAt) > now,
  )
  const leaves = roster.persons.flatMap(({ id, name, away }) =>
    away.filter(({ to }) => to > now).map((leave) => ({ id, name, ...leave })),
  )
  const doIt = (work: () => Promise<unknown>) => void act.run(work).then((done) => done && changed())
  const near = useStretch()
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.changes}</h2>
      {coming.length + swaps.length + leaves.length === 0 && <p class="empty">{texts.noChanges}</p>}
      <ul class="duty-list">
        {coming.map((one) => (
          <OverrideRow key={one.id} override={one} roster={roster} end={() => doIt(() => calls.endOverride(one.id))} />
        ))}
        {leaves.map(({ id, name, from, to, reason }) => (
          <li key={`${id}${from}`}>
            <span>
              {texts.away}: <strong>{name}</strong> · {near(from)} – {near(to)} {reason}
            </span>
          </li>
        ))}
        {swaps.map((swap) => (
          <SwapRow
            key={swap.id}
            swap={swap}
            roster={roster}
            answer={(word) => doIt(() => calls.answerSwap(swap.id, word))}
          />
        ))}
      </ul>
      {act.fault !== null && (
        <p class="error panel-body" role="alert">
          {act.fault}
        </p>
      )}
      {mayLead(signedIn) && <StandInForm roster={roster} calls={calls} changed={changed} />}
      {mayAct(signedIn) && (mayAdminister(signedIn) || ownPersons(roster, signedIn).length > 0) && (
        <SwapForm roster={roster} calls={calls} changed={changed} />
      )}
    </section>
  )
}

/** Instants as `01-12 08:00`. */
function useStretch(): (at: number) => string {
  const { times } = usePage()
  const zone = times(useZone(null))
  return (at) => zone.full(at).slice(5, 16)
}

function nameIn({ persons }: Roster, id: string): string {
  return persons.find((person) => person.id === id)?.name ?? id
}

interface OverrideProps {
  readonly override: Override
  readonly roster: Roster
  readonly end: () => void
}

function OverrideRow({ override, roster, end }: OverrideProps) {
  const { session, preferences } = usePage()
  const texts = useWords(DUTY)
  const near = useStretch()
  const { role, persons, from, to, reason, by } = override
  const word = roster.roles.find(({ id }) => id === role)?.name[preferences.language.value] ?? role
  return (
    <li data-override={override.id}>
      <span>
        {texts.override}: {word} <strong>{persons.map((id) => nameIn(roster, id)).join(' ')}</strong> · {near(from)} –{' '}
        {near(to)} · {[reason, by].filter((part) => part !== '').join(' · ')}
      </span>
      {mayLead(session.signedIn.value) && (
        <button class="button" type="button" data-act="end-override" onClick={end}>
          {texts.endNow}
        </button>
      )}
    </li>
  )
}

interface SwapRowProps {
  readonly swap: Swap
  readonly roster: Roster
  readonly answer: (word: SwapAnswer) => void
}

function SwapRow({ swap, roster, answer }: SwapRowProps) {
  const { session } = usePage()
  const texts = useWords(DUTY)
  const near = useStretch()
  const { give, take, agreed, approvedBy } = swap
  const hasBoth = agreed.includes(give.person) && agreed.includes(take.person)
  const standing =
    approvedBy === null ? (hasBoth ? texts.waitsApproval : texts.waitsAgreement) : texts.approvedBy(approvedBy)
  return (
    <li data-swap={swap.id}>
      <span>
        {texts.swap}: <strong>{nameIn(roster, give.person)}</strong> {near(give.shiftAt)} ⇄{' '}
        <strong>{nameIn(roster, take.person)}</strong> {near(take.shiftAt)} · {standing}
      </span>
      {swapAnswers(swap, roster, session.signedIn.value).map((word) => (
        <button key={word} class="button" type="button" data-act={`swap-${word}`} onClick={() => answer(word)}>
          {texts.swapAnswers[word]}
        </button>
      ))}
    </li>
  )
}
