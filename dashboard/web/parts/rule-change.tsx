import { useMemo, useState } from 'preact/hooks'
import type { Rehearsal } from '../../../core/contract/rule-rehearsal.ts'
import type { SentVersion } from '../../../core/contract/rules-desk.ts'
import { usePage } from '../page.ts'
import { rulesCalls } from '../stores/rules-calls.ts'
import { ruleDiff } from '../stores/rules-diff.ts'
import { RehearsalView } from './rehearsal-view.tsx'
import { RuleFields } from './rule-fields.tsx'
import { RuleDiffList } from './rule-parameters.tsx'
import { RuleSaving } from './rule-saving.tsx'
import { useFetched } from './use-fetched.ts'
import { type ChangeFrom, type RuleChanging, useRuleChange } from './use-rule-change.ts'
import { useRulesWords } from './use-rules-words.ts'
import { useZone } from './use-zone.ts'

interface ChangeProps extends ChangeFrom {
  readonly sent: SentVersion | null
  /** Something was saved. */
  readonly done: () => void
}

/** A change of a rule, from the form over the rehearsal to the signature. */
export function RuleChange(props: ChangeProps) {
  const words = useRulesWords()
  const [isOpen, setOpen] = useState(false)
  if (!isOpen) {
    return (
      <div class="rule-part">
        <button class="button" type="button" data-act="change-rule" onClick={() => setOpen(true)}>
          {words.change}
        </button>
      </div>
    )
  }
  return <Changing {...props} close={() => setOpen(false)} />
}

function Changing({ close, ...props }: ChangeProps & { readonly close: () => void }) {
  const { place, sheet, form, done } = props
  const words = useRulesWords()
  const changing = useRuleChange(props)
  const rehearsal = useRehearsal(props)
  const { verdict, faults, act } = changing
  const others = faults.get('') ?? []
  const after = verdict?.after ?? null
  const saved = () => {
    close()
    done()
  }
  return (
    <div class="rule-part rule-change">
      <h3>{words.change}</h3>
      <RuleFields sheet={sheet} form={form} draft={changing.draft} change={changing.change} faults={faults} />
      {faults.size > 0 && (
        <div role="alert">
          <p class="error">{words.faults}</p>
          <ul class="faults">
            {others.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        </div>
      )}
      {after !== null && <RuleDiffList diffs={ruleDiff(sheet, after, form)} sheet={sheet} form={form} />}
      <Rehearsing changing={changing} ask={rehearsal.show} close={close} />
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
      {rehearsal.shown !== null && (
        <RehearsalView rehearsal={rehearsal.shown} place={place} form={form} cancelled={rehearsal.again} />
      )}
      <RuleSaving changing={changing} sheet={sheet} base={props.base} rehearsal={rehearsal.shown} saved={saved} />
      <PastRehearsals past={rehearsal.past} shown={rehearsal.shown} show={rehearsal.show} site={place.site} />
    </div>
  )
}

/** A rehearsal that goes on is asked for so often. */
const EVERY_MS = 1_000

/** The rehearsal that is shown, kept up to date while it goes on, and those before it. */
function useRehearsal({ place }: ChangeProps) {
  const { api, live } = usePage()
  const calls = useMemo(() => rulesCalls(api), [api])
  const [id, setId] = useState<string | null>(null)
  const [isOver, setOver] = useState(true)
  const round = isOver ? 0 : Math.floor(live.now.value / EVERY_MS)
  const one = useFetched(`rehearsal/${id}`, round, async (signal) => {
    if (id === null) return null
    const found = await calls.rehearsal(place.site, id, signal)
    setOver(found.state !== 'waiting' && found.state !== 'running')
    return found
  })
  const key = `rehearsals/${place.site}/${place.rule}`
  const past = useFetched(key, isOver ? 1 : 0, (signal) => calls.rehearsals(place, signal))
  return {
    shown: one.data,
    again: () => one.again(),
    past: past.data ?? [],
    show: (next: Rehearsal) => {
      setId(next.id)
      setOver(false)
    },
  }
}

const DAYS = [7, 30, 90, 180, 365] as const
const LEARN = [0, 7, 14, 30, 60, 90] as const

interface RehearsingProps {
  readonly changing: RuleChanging
  readonly ask: (rehearsal: Rehearsal) => void
  readonly close: () => void
}

function Rehearsing({ changing, ask, close }: RehearsingProps) {
  const words = useRulesWords()
  const [days, setDays] = useState(30)
  const [learnDays, setLearnDays] = useState(14)
  const { act, isChanged } = changing
  return (
    <form
      class="rule-acts"
      onSubmit={(event) => {
        event.preventDefault()
        void changing.rehearse({ days, learnDays }).then((asked) => {
          if (asked !== null) ask(asked)
        })
      }}
    >
      <p class="hint">{words.rehearseAbout}</p>
      <label class="field is-short">
        <span class="field-label">{words.days}</span>
        <select name="days" value={String(days)} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          {DAYS.map((n) => (
            <option key={n} value={String(n)}>
              {words.daysOf(n)}
            </option>
          ))}
        </select>
      </label>
      <label class="field is-short">
        <span class="field-label">{words.learnDays}</span>
        <select
          name="learnDays"
          value={String(learnDays)}
          onChange={(event) => setLearnDays(Number(event.currentTarget.value))}
        >
          {LEARN.map((n) => (
            <option key={n} value={String(n)}>
              {words.learnOf(n)}
            </option>
          ))}
        </select>
      </label>
      <button class="button button-main" type="submit" data-act="rehearse" disabled={act.busy || !isChanged}>
        {words.rehearse}
      </button>
      <button class="button" type="button" data-act="drop-change" onClick={close}>
        {words.cancel}
      </button>
      {!isChanged && <p class="hint">{words.asIs}</p>}
    </form>
  )
}

interface PastProps {
  readonly past: readonly Rehearsal[]
  readonly shown: Rehearsal | null
  readonly show: (rehearsal: Rehearsal) => void
  readonly site: string
}

function PastRehearsals({ past, shown, show, site }: PastProps) {
  const { times, live } = usePage()
  const words = useRulesWords()
  const zone = times(useZone(site))
  const others = past.filter(({ id }) => id !== shown?.id)
  if (others.length === 0) return null
  return (
    <details class="rule-past">
      <summary>{words.past}</summary>
      <ul>
        {others.map((one) => (
          <li key={one.id}>
            <button class="button is-plain" type="button" onClick={() => show(one)}>
              {zone.near(one.askedAt, live.now.value)} · {one.by} · {words.daysOf(one.days)}
              {one.result !== null && ` · ${words.verdict(one.result.isRefused)}`}
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
