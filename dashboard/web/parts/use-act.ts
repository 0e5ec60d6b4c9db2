import { useState } from 'preact/hooks'
import { HouseError, isHouseError } from '../../../core/kit/errors.ts'
import { errorText } from '../i18n/texts.ts'
import { useTexts } from '../page.ts'

/** Something a button does: whether it is going on, and why it failed. */
export interface Act {
  readonly busy: boolean
  readonly fault: string | null
  /** Does it, unless it is going on already; true when it went through. */
  run(work: () => Promise<unknown>): Promise<boolean>
}

/** State of an act. A refusal is told in `words` where they know why, and else as the control room says it. */
export function useAct(words: Readonly<Record<string, string>> = {}): Act {
  const texts = useTexts()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const run = async (work: () => Promise<unknown>) => {
    if (busy) return false
    setBusy(true)
    setFault(null)
    try {
      await work()
      return true
    } catch (error) {
      const said = isHouseError(error, 'http/invalid', 'http/forbidden') ? error.message : errorText(error, texts)
      setFault(refusalWord(error, words) ?? said)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, fault, run }
}

/** Why something was refused, in the words of a screen; null where they do not know it. */
function refusalWord(error: unknown, words: Readonly<Record<string, string>>): string | null {
  const because = error instanceof HouseError ? error.facts.because : null
  return typeof because === 'string' && Object.hasOwn(words, because) ? (words[because] ?? null) : null
}
