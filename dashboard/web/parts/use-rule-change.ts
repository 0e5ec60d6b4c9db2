import { useMemo, useState } from 'preact/hooks'
import type { Rehearsal } from '../../../core/contract/rule-rehearsal.ts'
import type { EditVerdict, RuleEdit, RuleForm, RuleSheet } from '../../../core/contract/rules-desk.ts'
import { usePage, useTexts } from '../page.ts'
import { rulesCalls } from '../stores/rules-calls.ts'
import {
  draftOf,
  faultsByField,
  isChanged,
  readDraft,
  type RuleDraft,
  type SaveDraft,
  saveOf,
} from '../stores/rules-draft.ts'
import type { RulePlace } from '../stores/rules-view.ts'
import { type Act, useAct } from './use-act.ts'
import { useRulesWords } from './use-rules-words.ts'

/** What a change starts from. */
export interface ChangeFrom {
  readonly place: RulePlace
  readonly base: string
  readonly sheet: RuleSheet
  readonly form: RuleForm
}

/** A change somebody is about to make, and what can be done with it. */
export interface RuleChanging {
  readonly draft: RuleDraft
  readonly change: (draft: RuleDraft) => void
  readonly faults: ReadonlyMap<string, readonly string[]>
  readonly isChanged: boolean
  /** What the control room said of exactly this draft; null while it was not asked. */
  readonly verdict: EditVerdict | null
  readonly act: Act
  rehearse(span: { readonly days: number; readonly learnDays: number }): Promise<Rehearsal | null>
  save(draft: SaveDraft): Promise<boolean>
}

/** State of a change of one rule. */
export function useRuleChange({ place, base, sheet, form }: ChangeFrom): RuleChanging {
  const { api } = usePage()
  const words = useRulesWords()
  const calls = useMemo(() => rulesCalls(api), [api])
  const [draft, setDraft] = useState(() => draftOf(sheet, form))
  const [faults, setFaults] = useState<ReadonlyMap<string, readonly string[]>>(new Map())
  const [verdict, setVerdict] = useState<EditVerdict | null>(null)
  const act = useAct(useTexts().alarmActs.refusals)
  const read = readDraft(draft, sheet, form)
  const edit: RuleEdit = { base, ...read.edit }
  /** Whether there is nothing against the draft. */
  const isSound = async (): Promise<boolean> => {
    const own = Object.entries(read.faults).map(([name, fault]) => [name, [words.expects[fault]]] as const)
    setFaults(new Map(own))
    if (own.length > 0) return false
    const said = await calls.check(place, edit)
    setVerdict(said)
    setFaults(faultsByField(said.faults, form))
    return said.faults.length === 0
  }
  return {
    ...{ draft, faults, verdict, act },
    isChanged: isChanged(edit, sheet) || Object.keys(read.faults).length > 0,
    change: (next) => {
      setDraft(next)
      setVerdict(null)
      setFaults(new Map())
    },
    rehearse: async (span) => {
      let asked: Rehearsal | null = null
      await act.run(async () => {
        if (await isSound()) asked = await calls.rehearse(place, { ...edit, ...span })
      })
      return asked
    },
    save: async (typed) => {
      let isSaved = false
      await act.run(async () => {
        if (!(await isSound())) return
        await calls.save(place, saveOf(edit, typed))
        isSaved = true
      })
      return isSaved
    },
  }
}
