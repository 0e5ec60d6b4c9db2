import { useEffect, useRef, useState } from 'preact/hooks'
import { isHouseError } from '../../../core/kit/errors.ts'
import { errorText, type Texts } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { Tools } from '../parts/header.tsx'

/** Who is there. */
export function SignInPage({ expired }: { readonly expired: boolean }) {
  const { session } = usePage()
  const texts = useTexts()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const user = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  useEffect(() => user.current?.focus(), [])
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await session.signIn(user.current?.value ?? '', password.current?.value ?? '', AbortSignal.timeout(15_000))
    } catch (caught) {
      setError(caught)
      setBusy(false)
      password.current?.select()
    }
  }
  return (
    <main class="sign-in" id="main">
      <div class="sign-in-tools">
        <Tools help={null} />
      </div>
      <form
        class="sign-in-form"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <img src="/mark.svg" alt="" width="56" height="56" />
        <h1>
          {texts.product} <span>{texts.room}</span>
        </h1>
        <label class="field">
          <span class="field-label">{texts.signIn.user}</span>
          <input ref={user} name="user" autoComplete="username" required maxLength={64} />
        </label>
        <label class="field">
          <span class="field-label">{texts.signIn.password}</span>
          <input
            ref={password}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={256}
          />
        </label>
        <p class="error" role="alert">
          {error === null ? (expired ? texts.signIn.expired : '') : refusalText(error, texts)}
        </p>
        <button class="button button-main is-large" type="submit" disabled={busy}>
          {busy ? texts.signIn.busy : texts.signIn.submit}
        </button>
        <p class="hint">{texts.signIn.first}</p>
      </form>
    </main>
  )
}

function refusalText(error: unknown, texts: Texts): string {
  return isHouseError(error, 'http/unauthenticated', 'http/invalid') ? texts.signIn.refused : errorText(error, texts)
}
