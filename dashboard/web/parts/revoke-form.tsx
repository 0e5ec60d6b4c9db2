import { useEffect, useRef, useState } from 'preact/hooks'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'

/** What is to be taken back: one certificate of a site, or all of it. */
export interface Revoking {
  readonly site: string
  readonly serial: string | null
}

/** Asks for the reason, and says what taking back does, before it is done. */
export function RevokeForm({ revoking, close }: { readonly revoking: Revoking; readonly close: () => void }) {
  const { api } = usePage()
  const texts = useTexts()
  const { gateways } = texts
  const dialog = useRef<HTMLDialogElement>(null)
  const reason = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    dialog.current?.showModal()
    reason.current?.focus()
  }, [])
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await api.revoke({ ...revoking, reason: reason.current?.value ?? '' }, AbortSignal.timeout(15_000))
      close()
    } catch (caught) {
      setError(caught)
      setBusy(false)
    }
  }
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="revoke-title" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <h2 class="dialog-title" id="revoke-title">
          {gateways.revokeTitle(revoking.site, revoking.serial === null)}
        </h2>
        <label class="field">
          <span class="field-label">{gateways.reason}</span>
          <input ref={reason} name="reason" required minLength={4} maxLength={300} autoComplete="off" />
        </label>
        {error !== null && (
          <p class="error" role="alert">
            {errorText(error, texts)}
          </p>
        )}
        <div class="dialog-foot">
          <p class="hint">{gateways.revokeEffect}</p>
          <button class="button" type="button" onClick={close}>
            {gateways.cancel}
          </button>
          <button class="button button-main" type="submit" data-act="revoke" disabled={busy}>
            {busy ? gateways.revoking : gateways.revoke}
          </button>
        </div>
      </form>
    </dialog>
  )
}
