import { useState } from 'preact/hooks'
import { MapLayer, MOST_IMAGE_BYTES, MOST_LAYER_BYTES } from '../../../core/contract/map.ts'
import { mapEn } from '../i18n/map-en.ts'
import { mapZh } from '../i18n/map-zh-cn.ts'
import { usePage, useWords } from '../page.ts'
import { useAct } from './use-act.ts'

/** A file of thirty megabytes over a slow line, and reading it. */
const WITHIN_MS = 120_000

const KINDS = {
  geojson: { path: '/api/map/layers', accept: '.geojson,.json,application/geo+json', most: MOST_LAYER_BYTES },
  image: { path: '/api/map/images', accept: 'image/jpeg,image/png', most: MOST_IMAGE_BYTES },
} as const

const EDGES = ['west', 'east', 'south', 'north'] as const

interface Draft {
  readonly kind: keyof typeof KINDS
  readonly role: 'outline' | 'labels'
  readonly datum: 'cgcs2000' | 'wgs84' | 'gcj02'
  readonly title: string
  readonly review: string
  readonly boundary: boolean
  readonly west: string
  readonly east: string
  readonly south: string
  readonly north: string
}

const EMPTY: Draft = {
  kind: 'geojson',
  role: 'outline',
  datum: 'cgcs2000',
  title: '',
  review: '',
  boundary: false,
  west: '',
  east: '',
  south: '',
  north: '',
}

/** What is typed of a layer that is to be brought, and how it is sent. */
function useLayerDraft(done: () => void) {
  const { api } = usePage()
  const words = useWords({ 'zh-CN': mapZh, en: mapEn }).dialog
  const [draft, setDraft] = useState<Draft>(EMPTY)
  const [file, setFile] = useState<File | null>(null)
  const [lack, setLack] = useState<string | null>(null)
  const act = useAct()
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part })
    setLack(null)
  }
  const send = async (form: HTMLFormElement) => {
    const { path, most } = KINDS[draft.kind]
    if (file === null || file.size > most) {
      setLack(file === null ? words.fileLacks : words.fileLong(`${most >> 20} MB`))
      return
    }
    const call = { method: 'POST', body: file, answer: MapLayer, signal: AbortSignal.timeout(WITHIN_MS) } as const
    if (!(await act.run(() => api.ask(`${path}?${queryOf(draft)}`, call)))) return
    form.reset()
    setFile(null)
    setDraft(EMPTY)
    done()
  }
  const choose = (chosen: File | null) => {
    setFile(chosen)
    setLack(null)
  }
  return { draft, change, choose, send, busy: act.busy, fault: lack ?? act.fault }
}

/** Brings another layer: a file and what must be said of it. */
export function LayerForm({ done }: { readonly done: () => void }) {
  const words = useWords({ 'zh-CN': mapZh, en: mapEn }).dialog
  const { draft, change, choose, send, busy, fault } = useLayerDraft(done)
  return (
    <form
      class="layer-form"
      data-form="map-layer"
      onSubmit={(event) => {
        event.preventDefault()
        void send(event.currentTarget)
      }}
    >
      <h3>{words.add}</h3>
      <KindFields draft={draft} change={change} />
      <FileField kind={draft.kind} choose={choose} />
      <TextField name="title" label={words.name} value={draft.title} write={(title) => change({ title })} required />
      {draft.kind === 'image' && <EdgeFields draft={draft} change={change} />}
      <ReviewFields draft={draft} change={change} />
      {fault !== null && (
        <p class="error" role="alert">
          {fault}
        </p>
      )}
      <button
        class="button button-main"
        type="submit"
        data-act="import-layer"
        disabled={busy || draft.datum === 'gcj02'}
      >
        {busy ? words.busy : words.submit}
      </button>
    </form>
  )
}

interface FieldsProps {
  readonly draft: Draft
  readonly change: (part: Partial<Draft>) => void
}

/** What kind of layer, and what its positions count from. */
function KindFields({ draft: { kind, role, datum }, change }: FieldsProps) {
  const all = useWords({ 'zh-CN': mapZh, en: mapEn })
  const words = all.dialog
  const roles = { outline: words.role.outline, labels: words.role.labels }
  return (
    <>
      <div class="layer-fields">
        <Choice
          name="kind"
          label={words.kind}
          value={kind}
          options={words.kinds}
          choose={(next) => change({ kind: next })}
        />
        {kind === 'geojson' && (
          <Choice
            name="role"
            label={words.kind}
            value={role}
            options={roles}
            choose={(next) => change({ role: next })}
          />
        )}
        <Choice
          name="datum"
          label={words.datum}
          value={datum}
          options={all.datum}
          choose={(next) => change({ datum: next })}
        />
      </div>
      {datum === 'gcj02' && (
        <p class="error" role="alert">
          {words.shifted}
        </p>
      )}
    </>
  )
}

interface FileFieldProps {
  readonly kind: Draft['kind']
  readonly choose: (file: File | null) => void
}

function FileField({ kind, choose }: FileFieldProps) {
  const words = useWords({ 'zh-CN': mapZh, en: mapEn }).dialog
  return (
    <label class="field">
      <span class="field-label">{words.file}</span>
      <input
        name="file"
        type="file"
        accept={KINDS[kind].accept}
        aria-describedby="layer-file-hint"
        onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
      />
      <span class="hint" id="layer-file-hint">
        {words.fileHint[kind]}
      </span>
    </label>
  )
}

function EdgeFields({ draft, change }: FieldsProps) {
  const words = useWords({ 'zh-CN': mapZh, en: mapEn }).dialog
  return (
    <div class="layer-fields is-edges">
      {EDGES.map((edge) => (
        <TextField
          key={edge}
          name={edge}
          label={words.edges[edge]}
          value={draft[edge]}
          write={(text) => change({ [edge]: text })}
          isNumber
          required
        />
      ))}
    </div>
  )
}

/** Whether boundaries are shown, and the number under which that was approved. */
function ReviewFields({ draft: { boundary, review }, change }: FieldsProps) {
  const words = useWords({ 'zh-CN': mapZh, en: mapEn }).dialog
  return (
    <>
      <label class="check">
        <input
          name="boundary"
          type="checkbox"
          checked={boundary}
          onChange={(event) => change({ boundary: event.currentTarget.checked })}
        />{' '}
        {words.boundary}
      </label>
      <TextField
        name="review"
        label={words.review}
        hint={words.reviewHint}
        value={review}
        write={(next) => change({ review: next })}
        required={boundary}
      />
    </>
  )
}

function queryOf({ kind, role, datum, title, review, boundary, ...edges }: Draft): string {
  const about = { title, datum, review, boundary: boundary ? 'yes' : 'no' }
  return new URLSearchParams({ ...about, ...(kind === 'geojson' ? { role } : edges) }).toString()
}

interface ChoiceProps<T extends string> {
  readonly name: string
  readonly label: string
  readonly value: T
  readonly options: Readonly<Record<T, string>>
  readonly choose: (value: T) => void
}

function Choice<T extends string>({ name, label, value, options, choose }: ChoiceProps<T>) {
  const names = Object.keys(options).filter((option): option is T => Object.hasOwn(options, option))
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select
        name={name}
        value={value}
        onChange={(event) => {
          const chosen = names.find((option) => option === event.currentTarget.value)
          if (chosen !== undefined) choose(chosen)
        }}
      >
        {names.map((option) => (
          <option key={option} value={option}>
            {options[option]}
          </option>
        ))}
      </select>
    </label>
  )
}

interface TextFieldProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly write: (text: string) => void
  readonly hint?: string
  readonly isNumber?: boolean
  readonly required?: boolean
}

function TextField({ name, label, value, write, hint, isNumber = false, required = false }: TextFieldProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        name={name}
        inputMode={isNumber ? 'decimal' : 'text'}
        maxLength={80}
        required={required}
        value={value}
        onInput={(event) => write(event.currentTarget.value)}
      />
      {hint !== undefined && <span class="hint">{hint}</span>}
    </label>
  )
}
