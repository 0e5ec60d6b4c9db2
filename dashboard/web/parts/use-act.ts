import { useState } from 'preact/hooks'
import { isHouseError } from '../../../core/kit/errors.ts'
import { errorText } from '../i18n/texts.ts'
import { useTexts } from '../page.ts'

/** Something a button does: whether it is going on, and why it failed. */
export interface Act {
  readonly busy: boolean
  readonly fault: string | null
  /** Does it, unless it is going on already; true when it went through. */
  run(work: () => Promise<unknown>): Promise<boolean>
}

/** State of an act. What the control room says of a field is shown as it says it. */
export function useAct(): Act {
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
      setFault(isHouseError(error, 'http/invalid', 'http/forbidden') ? error.message : errorText(error, texts))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, fault, run }
}
