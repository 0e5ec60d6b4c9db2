import { useEffect, useState } from 'preact/hooks'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import type { PushState } from '../stores/push.ts'
import { useAct } from './use-act.ts'

/** The switch for push messages to this browser, and why there is none where there is none. */
export function PushPanel() {
  const { push } = usePage()
  const texts = useWords(DUTY).push
  const act = useAct(useWords(DUTY).refusals)
  const [state, setState] = useState<PushState | null>(null)
  useEffect(() => {
    const ended = new AbortController()
    void act.run(async () => {
      const found = await push.look(ended.signal)
      if (!ended.signal.aborted) setState(found)
    })
    return () => ended.abort()
  }, [])
  const turn = (on: boolean) => void act.run(async () => setState(await (on ? push.turnOn() : push.turnOff())))
  return (
    <section class="panel" data-push={state === null ? 'unknown' : state.is === 'cannot' ? state.why : state.is}>
      <h2 class="panel-title">{texts.title}</h2>
      <div class="panel-body">
        <p class="hint">{texts.about}</p>
        {state !== null && state.is !== 'cannot' && (
          <button
            class="button"
            type="button"
            role="switch"
            aria-checked={state.is === 'on'}
            data-act="push"
            disabled={act.busy}
            onClick={() => turn(state.is === 'off')}
          >
            <span aria-hidden="true">{state.is === 'on' ? '●' : '○'}</span> {texts.switch}: {texts.states[state.is]}
          </button>
        )}
        {state?.is === 'cannot' && <p role="status">{texts.lacks[state.why]}</p>}
        {act.fault !== null && (
          <p class="error" role="alert">
            {act.fault}
          </p>
        )}
      </div>
    </section>
  )
}
