import { useState } from 'preact/hooks'
import type { Rehearsal } from '../../../core/contract/rule-rehearsal.ts'
import type { RuleSheet } from '../../../core/contract/rules-desk.ts'
import { usePage } from '../page.ts'
import { EMPTY_SAVE, type SaveDraft, type SaveLack, saveLack } from '../stores/rules-draft.ts'
import { addressOf } from '../stores/route.ts'
import { standingOf } from '../stores/rules-standing.ts'
import type { RuleChanging } from './use-rule-change.ts'
import { useRulesWords } from './use-rules-words.ts'

interface SavingProps {
  readonly changing: RuleChanging
  readonly sheet: RuleSheet
  readonly base: string
  readonly rehearsal: Rehearsal | null
  readonly saved: () => void
}

/** What saving takes: a reason, a rehearsal or why not, and for a red rule a second person and a fresh code. */
export function RuleSaving({ changing, sheet, base, rehearsal, saved }: SavingProps) {
  const { live, session } = usePage()
  const words = useRulesWords()
  const [draft, setDraft] = useState<SaveDraft>(EMPTY_SAVE)
  const [lack, setLack] = useState<SaveLack | null>(null)
  const { act, verdict, isChanged } = changing
  const isRed = sheet.priority === 'red' || changing.draft.priority === 'red'
  const signedIn = session.signedIn.value
  const hasFactor = signedIn.is === 'in' && signedIn.session.secondFactor
  const standing = standingOf(rehearsal, { base, proposed: verdict?.sha256 ?? null, now: live.now.value })
  const user = signedIn.is === 'in' ? signedIn.session.user : ''
  const send = async () => {
    const missing = saveLack(draft, { user, isRed, isRehearsed: standing === 'good', hasFactor })
    setLack(missing)
    if (missing === null && (await changing.save(draft))) saved()
  }
  const field = (name: keyof SaveDraft, label: string, how: { password?: boolean } = {}) => (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        name={name}
        {...(how.password === true
          ? { type: 'password', autoComplete: 'new-password' as const }
          : { type: 'text', autoComplete: 'off' as const })}
        maxLength={name === 'reason' || name === 'despite' ? 500 : 256}
        value={draft[name]}
        onInput={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
      />
    </label>
  )
  return (
    <form
      class="rule-saving"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h3>{words.saveTitle}</h3>
      <p class="hint">{words.saveAbout}</p>
      {field('reason', words.reason)}
      {standing !== 'good' && (
        <>
          {standing === 'stale' && <p class="hint">{words.stale}</p>}
          {standing === 'other' && <p class="hint">{words.other}</p>}
          {field('despite', words.despite)}
        </>
      )}
      {isRed && (
        <fieldset class="rule-second">
          <legend>{words.second}</legend>
          <p class="hint">{words.secondAbout}</p>
          {field('secondUser', words.secondUser)}
          {field('secondPassword', words.secondPassword, { password: true })}
          {hasFactor ? (
            field('code', words.code)
          ) : (
            <p class="hint">
              <a href={`#${addressOf({ page: 'system', query: { tab: 'account' } })}`}>{words.lacks.factor}</a>
            </p>
          )}
        </fieldset>
      )}
      {lack !== null && (
        <p class="error" role="alert" data-lack={lack}>
          {words.lacks[lack]}
        </p>
      )}
      <button class="button button-main" type="submit" data-act="save-rule" disabled={act.busy || !isChanged}>
        {words.save}
      </button>
    </form>
  )
}
