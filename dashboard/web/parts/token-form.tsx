import { useRef, useState } from 'preact/hooks'
import type { IssuedToken } from '../../../core/contract/identity.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { useZone } from './use-zone.ts'

/** How long a token may be good. */
const SPANS = ['1h', '24h', '7d'] as const

/** Asks for a token and shows it once, as text and as a QR code. */
export function TokenForm({ issued }: { readonly issued: () => void }) {
  const { api } = usePage()
  const texts = useTexts()
  const { gateways } = texts
  const site = useRef<HTMLInputElement>(null)
  const validFor = useRef<HTMLSelectElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [token, setToken] = useState<IssuedToken | null>(null)
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const asked = { site: (site.current?.value ?? '').trim(), validFor: validFor.current?.value ?? '24h' }
      setToken(await api.issueToken(asked, AbortSignal.timeout(15_000)))
      issued()
    } catch (caught) {
      setError(caught)
    }
    setBusy(false)
  }
  if (token !== null) return <Token token={token} close={() => setToken(null)} />
  return (
    <section class="panel" aria-labelledby="token-title">
      <h2 class="panel-title" id="token-title">
        {gateways.issue}
      </h2>
      <form
        class="token-form"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <label class="field">
          <span class="field-label">{gateways.site}</span>
          <input
            ref={site}
            name="site"
            required
            maxLength={64}
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            title={gateways.siteHint}
            placeholder="east-pit"
            autoComplete="off"
          />
        </label>
        <label class="field">
          <span class="field-label">{gateways.validFor}</span>
          <select ref={validFor} name="valid-for">
            {SPANS.map((span) => (
              <option key={span} value={span} selected={span === '24h'}>
                {gateways.spans[span]}
              </option>
            ))}
          </select>
        </label>
        <button class="button button-main" type="submit" data-act="issue-token" disabled={busy}>
          {busy ? gateways.busy : gateways.submit}
        </button>
        <p class="error" role="alert">
          {error === null ? '' : errorText(error, texts)}
        </p>
      </form>
    </section>
  )
}

function Token({ token, close }: { readonly token: IssuedToken; readonly close: () => void }) {
  const { times } = usePage()
  const { gateways } = useTexts()
  const zone = useZone(null)
  const [copied, setCopied] = useState(false)
  const command = `pitwatch enrol ${token.text} --site site.yaml`
  const copy = () => {
    // Without a secure page there is no clipboard; the text can still be marked by hand.
    if (!window.isSecureContext) return
    void navigator.clipboard.writeText(command).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <section class="panel" aria-labelledby="token-title">
      <h2 class="panel-title" id="token-title">
        {gateways.issued(token.site, times(zone).full(token.expiresAt))}
      </h2>
      <div class="token">
        <img
          class="token-qr"
          src={`data:image/svg+xml,${encodeURIComponent(token.qr)}`}
          alt={gateways.qr(token.site)}
        />
        <div>
          <p>{gateways.run}</p>
          <pre class="token-text">{command}</pre>
          <p class="hint">{gateways.once}</p>
          <button class="button" type="button" onClick={copy}>
            {copied ? gateways.copied : gateways.copy}
          </button>{' '}
          <button class="button" type="button" onClick={close}>
            {gateways.done}
          </button>
        </div>
      </div>
    </section>
  )
}
