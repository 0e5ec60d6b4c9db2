import { useEffect, useRef, useState } from 'preact/hooks'
import { isHouseError } from '../../../core/kit/errors.ts'
import { errorText, type Texts } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { Tools } from '../parts/tools.tsx'

/** Who is there. A code of the second factor is asked for when the control room wants one. */
export function SignInPage({ expired }: { readonly expired: boolean }) {
  const texts = useTexts()
  const user = useRef<HTMLInputElement>(null)
  useEffect(() => user.current?.focus(), [])
  const { error, busy, wantsCode, send } = useSigningIn()
  return (
    <main class="sign-in" id="main">
      <div class="sign-in-tools">
        <Tools help={null} />
      </div>
      <form
        class="sign-in-form"
        onSubmit={(event) => {
          event.preventDefault()
          void send(event.currentTarget)
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
          <input name="password" type="password" autoComplete="current-password" required maxLength={256} />
        </label>
        {wantsCode && <CodeField />}
        <label class="field is-check">
          <input name="desk" type="checkbox" aria-describedby="sign-in-desk" />
          <span>{texts.signIn.desk}</span>
        </label>
        <p class="hint" id="sign-in-desk">
          {texts.signIn.deskHint}
        </p>
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

function CodeField() {
  const texts = useTexts()
  const code = useRef<HTMLInputElement>(null)
  useEffect(() => code.current?.focus(), [])
  return (
    <label class="field">
      <span class="field-label">{texts.signIn.code}</span>
      <input
        ref={code}
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellcheck={false}
        required
        minLength={6}
        maxLength={40}
        aria-describedby="sign-in-code"
      />
      <span class="hint" id="sign-in-code">
        {texts.signIn.codeHint}
      </span>
    </label>
  )
}

function useSigningIn() {
  const { session } = usePage()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [wantsCode, setWantsCode] = useState(false)
  const send = async (form: HTMLFormElement) => {
    const typed = new FormData(form)
    const [user, password, code] = ['user', 'password', 'code'].map((name) => textOf(typed.get(name)))
    const desk = typed.get('desk') !== null
    setBusy(true)
    setError(null)
    try {
      const body = { user: user ?? '', password: password ?? '', desk, ...(code === '' ? {} : { code }) }
      await session.signIn(body, AbortSignal.timeout(15_000))
    } catch (caught) {
      setBusy(false)
      const isFirst = isHouseError(caught, 'http/second-factor') && code === ''
      // That a code is wanted is no fault; the field says it.
      if (!isFirst) setError(caught)
      if (isFirst) setWantsCode(true)
      else form.querySelector<HTMLInputElement>(fieldAtFault(caught))?.select()
    }
  }
  return { busy, error, wantsCode, send }
}

function fieldAtFault(error: unknown): string {
  return isHouseError(error, 'http/second-factor') ? '[name=code]' : '[name=password]'
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : ''
}

function refusalText(error: unknown, texts: Texts): string {
  if (isHouseError(error, 'http/unauthenticated', 'http/invalid')) return texts.signIn.refused
  if (isHouseError(error, 'http/second-factor')) return texts.signIn.codeWrong
  if (isHouseError(error, 'http/no-second-factor')) return texts.signIn.noFactor
  return isHouseError(error, 'http/forbidden') ? texts.signIn.deskRefused : errorText(error, texts)
}
