import { useState } from 'preact/hooks'
import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { DiffLine } from '../../../core/kit/line-diff.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { contentDiff } from '../stores/config-files.ts'

/** What somebody is about to send, beside what was sent last. */
export type Proposal = {
  readonly beside: number | null
  readonly from: ConfigContent | null
  readonly to: ConfigContent
} & ({ readonly kind: 'push' } | { readonly kind: 'restore'; readonly version: number })

interface ConfigChangeProps {
  readonly site: string
  readonly proposal: Proposal
  /** Sent, or given up. */
  readonly done: () => void
}

const MARKS = { same: ' ', removed: '-', added: '+' } as const

/** The changes, and the button that sends them: nothing is sent that was not seen. */
export function ConfigChange({ site, proposal, done }: ConfigChangeProps) {
  const { api } = usePage()
  const all = useTexts()
  const texts = all.configs
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const files = contentDiff(proposal.from, proposal.to)
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const { signal } = new AbortController()
      if (proposal.kind === 'push') await api.pushConfig(site, proposal.to, signal)
      else await api.restoreConfig(site, proposal.version, signal)
      done()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  const word = proposal.kind === 'push' ? texts.push : texts.restore(proposal.version)
  return (
    <section class="config-change" aria-label={texts.look}>
      <h3>{proposal.beside === null ? texts.first : texts.before(proposal.beside)}</h3>
      {files.length === 0 && <p class="soft">{texts.same}</p>}
      {files.map(({ name, hunks }) => (
        <div key={name}>
          <h4>{name}</h4>
          {hunks.map(({ from, to, lines }) => (
            <pre key={`${from} ${to}`} class="config-text">
              <span class="soft">{`@@ -${from} +${to} @@\n`}</span>
              {lines.map((line, index) => (
                <Line key={index} line={line} />
              ))}
            </pre>
          ))}
        </div>
      ))}
      {error !== null && (
        <pre class="config-text error" role="alert">
          {isHouseError(error, 'http/invalid') ? error.message : errorText(error, all)}
        </pre>
      )}
      <div class="dialog-foot">
        <button class="button" type="button" onClick={done}>
          {texts.cancel}
        </button>
        <button
          class="button button-main"
          type="button"
          data-act="send-config"
          disabled={busy}
          onClick={() => void send()}
        >
          {busy ? texts.busy : word}
        </button>
      </div>
    </section>
  )
}

function Line({ line: { kind, text } }: { readonly line: DiffLine }) {
  const words = `${MARKS[kind]} ${text}\n`
  if (kind === 'added') return <ins>{words}</ins>
  return kind === 'removed' ? <del>{words}</del> : <span>{words}</span>
}
