import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useTexts } from '../page.ts'
import { actsFor } from '../stores/acts.ts'
import { mayAct } from '../stores/session.ts'

/** The buttons for everything that can be done about an alarm beside acknowledging it, and the sheet that proves what was. */
export function AlarmActs({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts().alarmActs
  const { session, desk, preferences } = usePage()
  const acts = mayAct(session.signedIn.value) ? actsFor(alarm) : []
  return (
    <div class="acts" role="group" aria-label={texts.label}>
      {acts.map((act) => (
        <button
          key={act}
          class={`button${act === 'reset' ? ' button-main' : ''}`}
          type="button"
          data-act={act}
          aria-keyshortcuts={act === 'shelve' ? 'h' : undefined}
          onClick={() => desk.open(act, alarm)}
        >
          {texts.names[act]}
          {act === 'shelve' && <kbd aria-hidden="true">H</kbd>}
        </button>
      ))}
      <a
        class="button"
        href={`/api/alarms/${encodeURIComponent(alarm.id)}/proof/sheet?lang=${preferences.language.value}`}
        target="_blank"
        rel="noopener"
        data-act="sheet"
      >
        {texts.sheet}
      </a>
    </div>
  )
}
