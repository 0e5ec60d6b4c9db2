import { useEffect, useRef } from 'preact/hooks'
import { usePage, useTexts } from '../page.ts'
import type { Texts } from '../i18n/texts.ts'
import { PRIORITIES } from '../stores/alarm-order.ts'
import { ROOM_KEYS } from '../stores/keys.ts'
import { placesFor } from '../stores/places.ts'
import { Mark } from './mark.tsx'

/** The keys of this screen and of every screen, what the marks mean, and what has gone wrong with the page itself. */
export function Help({ close }: { readonly close: () => void }) {
  const texts = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="dialog help" aria-labelledby="help-title" onClose={close}>
      <h2 class="dialog-title" id="help-title">
        {texts.help.title}
      </h2>
      <Keys />
      <h3>{texts.help.marks}</h3>
      <ul class="marks">
        {PRIORITIES.map((priority) => (
          <li key={priority}>
            <Mark priority={priority} size={28} />
            {texts.priority[priority]} · {texts.priorityMeaning[priority]}
          </li>
        ))}
        <li>
          <Mark priority="red" unacked size={28} />
          {texts.help.outline}
        </li>
        <li>
          <Mark priority="orange" hollow size={28} />
          {texts.help.hollow}
        </li>
        <li>
          <Mark priority="red" suppressed size={28} />
          {texts.help.suppressed}
        </li>
        <li>
          <span class="hatch-sample" aria-hidden="true" />
          {texts.help.hatch}
        </li>
      </ul>
      <State />
      <button class="button button-main" type="button" onClick={() => dialog.current?.close()}>
        {texts.alarm.close}
      </button>
    </dialog>
  )
}

interface Row {
  readonly key: string
  readonly words: string
}

function Keys() {
  const texts = useTexts()
  const { keys, session } = usePage()
  const signedIn = session.signedIn.value
  const places = signedIn.is === 'in' ? placesFor(signedIn.session.role) : []
  const own = keys.all()
  return (
    <div class="key-tables">
      <KeyTable title={texts.shell.onThisPage} rows={own} />
      <KeyTable
        title={texts.shell.onEveryPage}
        rows={ROOM_KEYS.filter(({ key }) => !own.some((one) => one.key === key)).map(({ name, key }) => ({
          key,
          words: texts.shell.keys[name],
        }))}
      />
      <KeyTable
        title={texts.shell.goTo}
        rows={places.map(({ name, letter }) => ({ key: `g ${letter}`, words: texts.nav[name] }))}
      />
    </div>
  )
}

function KeyTable({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  const texts = useTexts()
  if (rows.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {rows.map(({ key, words }) => (
          <div key={key}>
            <dt>
              <kbd>{keyText(key, texts)}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function keyText(key: string, { shell }: Texts): string {
  const names: Readonly<Record<string, string>> = shell.keyNames
  return names[key] ?? (key.length === 1 ? key.toUpperCase() : key)
}

/** What whoever is asked for help will want to know. */
function State() {
  const texts = useTexts().shell
  const { faults, live } = usePage()
  const count = faults.count.value
  const refused = live.refused.value
  return (
    <p class="help-state soft">
      {live.hello.value !== null && `${texts.version(live.hello.value.version)} · `}
      {texts.faults(count)}
      {faults.last.value !== null && ` · ${texts.lastFault}: ${faults.last.value}`}
      {refused > 0 && ` · ${texts.refused(refused)}`}
    </p>
  )
}
