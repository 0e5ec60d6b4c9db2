import { useState } from 'preact/hooks'
import type { SecondFactorOffer } from '../../../core/contract/access.ts'
import { usePage } from '../page.ts'
import type { SystemProps } from './system-machine.tsx'
import { Fault } from './system-users.tsx'
import { useAct } from './use-act.ts'

/** What somebody may change of how they sign in themselves. */
export function AccountPanel(props: SystemProps) {
  return (
    <>
      <PasswordPanel {...props} />
      <FactorPanel {...props} />
    </>
  )
}

function PasswordPanel({ calls, words: { account: words } }: SystemProps) {
  const act = useAct()
  const [password, setPassword] = useState('')
  const [next, setNext] = useState('')
  const [done, setDone] = useState(false)
  const send = async () => {
    const isDone = await act.run(() => calls.changePassword({ password, next }))
    setDone(isDone)
    if (isDone) {
      setPassword('')
      setNext('')
    }
  }
  return (
    <section class="panel" aria-labelledby="password-title">
      <h2 class="panel-title" id="password-title">
        {words.password}
      </h2>
      <form
        class="system-form"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Secret name="password" word={words.current} kind="current-password" value={password} set={setPassword} />
        <Secret name="next" word={words.next} kind="new-password" value={next} set={setNext} hint={words.nextHint} />
        <button class="button button-main" type="submit" disabled={act.busy}>
          {words.change}
        </button>
        {done && <p role="status">{words.changed}</p>}
        <Fault act={act} />
      </form>
    </section>
  )
}

function FactorPanel({ calls, words: { account: words } }: SystemProps) {
  const { session } = usePage()
  const act = useAct()
  const signedIn = session.signedIn.value
  const [offer, setOffer] = useState<SecondFactorOffer | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const isOn = signedIn.is === 'in' && signedIn.session.secondFactor
  const refresh = () => void session.refresh(AbortSignal.timeout(10_000))
  const confirm = (code: string) =>
    act.run(async () => {
      setCodes((await calls.confirmFactor(code)).codes)
      setOffer(null)
      refresh()
    })
  return (
    <section class="panel" aria-labelledby="factor-title">
      <h2 class="panel-title" id="factor-title">
        {words.factor}
      </h2>
      <p class="hint">{isOn ? words.factorOn : words.factorOff}</p>
      {codes !== null && (
        <div class="system-codes" role="status">
          <p>{words.codes}</p>
          <ul>
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
          <button class="button" type="button" onClick={() => setCodes(null)}>
            {words.done}
          </button>
        </div>
      )}
      {offer !== null && <Offered offer={offer} words={words} busy={act.busy} confirm={(code) => void confirm(code)} />}
      {!isOn && offer === null && codes === null && (
        <Asked
          words={words}
          busy={act.busy}
          word={words.begin}
          ask={(password) => void act.run(async () => setOffer(await calls.offerFactor(password)))}
        />
      )}
      {isOn && codes === null && (
        <Asked
          words={words}
          busy={act.busy}
          word={words.drop}
          hint={words.dropHint}
          withCode
          ask={(password, code) => void act.run(() => calls.dropFactor(password, code)).then(refresh)}
        />
      )}
      <Fault act={act} />
    </section>
  )
}

type Words = SystemProps['words']['account']

interface OfferedProps {
  readonly offer: SecondFactorOffer
  readonly words: Words
  readonly busy: boolean
  readonly confirm: (code: string) => void
}

function Offered({ offer, words, busy, confirm }: OfferedProps) {
  const [code, setCode] = useState('')
  return (
    <form
      class="system-form"
      onSubmit={(event) => {
        event.preventDefault()
        confirm(code)
      }}
    >
      <p>{words.scan}</p>
      <img class="system-qr" alt={words.qr} src={`data:image/svg+xml,${encodeURIComponent(offer.qr)}`} />
      <code>{offer.secret}</code>
      <Code word={words.code} value={code} set={setCode} />
      <button class="button button-main" type="submit" disabled={busy}>
        {words.confirm}
      </button>
    </form>
  )
}

interface AskedProps {
  readonly words: Words
  readonly busy: boolean
  readonly word: string
  readonly hint?: string
  readonly withCode?: boolean
  readonly ask: (password: string, code: string) => void
}

function Asked({ words, busy, word, hint, withCode = false, ask }: AskedProps) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  return (
    <form
      class="system-form"
      onSubmit={(event) => {
        event.preventDefault()
        ask(password, code)
      }}
    >
      <Secret
        name="factor-password"
        word={words.current}
        kind="current-password"
        value={password}
        set={setPassword}
        {...(hint === undefined ? {} : { hint })}
      />
      {withCode && <Code word={words.code} value={code} set={setCode} />}
      <button class="button" type="submit" disabled={busy}>
        {word}
      </button>
    </form>
  )
}

interface SecretProps {
  readonly name: string
  readonly word: string
  readonly kind: 'current-password' | 'new-password'
  readonly value: string
  readonly set: (value: string) => void
  readonly hint?: string
}

function Secret({ name, word, kind, value, set, hint }: SecretProps) {
  return (
    <label class="field">
      <span class="field-label">{word}</span>
      <input
        type="password"
        name={name}
        required
        maxLength={256}
        autoComplete={kind}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
      {hint !== undefined && <span class="hint">{hint}</span>}
    </label>
  )
}

interface CodeProps {
  readonly word: string
  readonly value: string
  readonly set: (value: string) => void
}

function Code({ word, value, set }: CodeProps) {
  return (
    <label class="field">
      <span class="field-label">{word}</span>
      <input
        name="code"
        required
        maxLength={40}
        autoComplete="one-time-code"
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  )
}
