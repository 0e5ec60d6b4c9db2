import { useEffect, useRef } from 'preact/hooks'
import { useTexts } from '../page.ts'
import { PRIORITIES } from '../stores/alarm-order.ts'
import { Mark } from './mark.tsx'

/** The keys, and what the marks mean. */
export function Help({ close }: { readonly close: () => void }) {
  const texts = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="dialog help" aria-labelledby="help-title" onClose={close}>
      <h2 class="dialog-title" id="help-title">
        {texts.help.title}
      </h2>
      <dl class="keys">
        {texts.help.keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
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
      <button class="button button-main" type="button" onClick={() => dialog.current?.close()}>
        {texts.alarm.close}
      </button>
    </dialog>
  )
}
