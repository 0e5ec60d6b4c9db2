import { useState } from 'preact/hooks'
import type { ImportResult } from '../../../core/contract/register.ts'
import { usePage } from '../page.ts'
import { registerCalls, sheetUrl } from '../stores/register-calls.ts'
import { mayRegister } from '../stores/session.ts'
import { useSiteWords } from './site-cells.tsx'
import { useAct } from './use-act.ts'

/** Changes and faults that are listed; a fault more is one too many to read. */
const SHOWN = 100
const WITHIN_MS = 60_000

interface Tried {
  readonly csv: string
  readonly result: ImportResult
}

/** A sheet that was picked: what it would do, and doing it. */
function useImport(changed: () => void) {
  const { api, preferences } = usePage()
  const act = useAct()
  const [tried, setTried] = useState<Tried | null>(null)
  const [written, setWritten] = useState<number | null>(null)
  const run = (csv: string, plan: string | null) =>
    registerCalls(api).importSheet(csv, { plan, language: preferences.language.value }, AbortSignal.timeout(WITHIN_MS))
  const pick = async (file: File) => {
    setWritten(null)
    setTried(null)
    await act.run(async () => {
      const csv = await file.text()
      setTried({ csv, result: await run(csv, null) })
    })
  }
  const apply = async ({ csv, result }: Tried) => {
    if (!(await act.run(() => run(csv, result.plan)))) return
    setTried(null)
    setWritten(result.changes.length)
    changed()
  }
  return { act, tried, written, pick, apply, cancel: () => setTried(null) }
}

/** The whole register as a spreadsheet, out and in. What comes in is tried first, and written when somebody says so. */
export function RegisterSheet({ changed }: { readonly changed: () => void }) {
  const { preferences, session } = usePage()
  const words = useSiteWords()
  const { act, tried, written, pick, apply, cancel } = useImport(changed)
  return (
    <details class="panel register-sheet">
      <summary class="panel-title">
        <h2>{words.sheet}</h2>
      </summary>
      <div class="register-sheet-body">
        <p class="hint">{words.sheetAbout}</p>
        <p class="acts">
          <a class="button" href={sheetUrl(preferences.language.value)} download>
            {words.exportSheet}
          </a>
          {mayRegister(session.signedIn.value) && <PickSheet pick={(file) => void pick(file)} />}
        </p>
        {act.fault !== null && (
          <ul class="faults" role="alert">
            {act.fault.split('\n').map((fault) => (
              <li key={fault} class="error">
                {fault}
              </li>
            ))}
          </ul>
        )}
        {written !== null && <p role="status">{words.applied(written)}</p>}
        {tried !== null && (
          <Trial result={tried.result} busy={act.busy} apply={() => void apply(tried)} cancel={cancel} />
        )}
      </div>
    </details>
  )
}

function PickSheet({ pick }: { readonly pick: (file: File) => void }) {
  const words = useSiteWords()
  return (
    <label class="button">
      {words.pickSheet}
      <input
        class="unseen"
        type="file"
        name="sheet"
        accept=".csv,text/csv"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          if (file !== undefined) pick(file)
          event.currentTarget.value = ''
        }}
      />
    </label>
  )
}

interface TrialProps {
  readonly result: ImportResult
  readonly busy: boolean
  readonly apply: () => void
  readonly cancel: () => void
}

function Trial({ result: { rows, changes, faults }, busy, apply, cancel }: TrialProps) {
  const words = useSiteWords()
  const isFaulty = faults.length > 0
  return (
    <div class="sheet-trial" role="status">
      <p>
        {isFaulty
          ? words.faults(faults.length)
          : changes.length === 0
            ? words.nothingToDo(rows)
            : words.dryRun(rows, changes.length)}
      </p>
      <ul class={isFaulty ? 'faults' : 'sheet-changes'}>
        {faults.slice(0, SHOWN).map(({ line, column, message }) => (
          <li key={`${line} ${column} ${message}`} class="error">
            {words.fault(line, column, message)}
          </li>
        ))}
        {changes.slice(0, SHOWN).map(({ site, fields }) => (
          <li key={site}>{words.change(site, fields.join(', '))}</li>
        ))}
      </ul>
      <p class="acts">
        {changes.length > 0 && (
          <button class="button button-main" type="button" data-act="apply-sheet" disabled={busy} onClick={apply}>
            {words.apply(changes.length)}
          </button>
        )}
        <button class="button" type="button" onClick={cancel}>
          {words.cancel}
        </button>
      </p>
    </div>
  )
}
