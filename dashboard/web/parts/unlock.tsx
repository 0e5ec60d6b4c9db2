import { useEffect, useRef } from 'preact/hooks'
import { usePage, useTexts } from '../page.ts'
import { countByPriority } from '../stores/alarm-order.ts'
import { followActivity } from '../stores/activity.ts'
import { Mark } from './mark.tsx'
import { useAct } from './use-act.ts'

/** Locks the page when the control room says so, and keeps its place until the password opens it again. */
export function Unlock() {
  const { session, clock } = usePage()
  const signedIn = session.signedIn.value
  const known = signedIn.is === 'in' ? signedIn.session : null
  const locksAfterMs = known?.locksAfterMs ?? null
  const isLocked = known?.locked ?? false
  useEffect(() => {
    if (locksAfterMs === null || isLocked) return
    const ended = new AbortController()
    void followActivity({ clock, session, window, locksAfterMs }, ended.signal)
    return () => ended.abort()
  }, [locksAfterMs, isLocked])
  return known?.locked === true ? <Locked user={known.user} /> : null
}

function Locked({ user }: { readonly user: string }) {
  const { session } = usePage()
  const texts = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  const password = useRef<HTMLInputElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    password.current?.focus()
  }, [])
  const { busy, fault, unlock } = useUnlocking()
  return (
    <dialog
      ref={dialog}
      class="dialog is-unlock"
      aria-labelledby="unlock-title"
      onCancel={(event) => event.preventDefault()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void unlock(password.current)
        }}
      >
        <h2 id="unlock-title" class="dialog-title">
          {texts.unlock.title}
        </h2>
        <p>{texts.unlock.why(user)}</p>
        <OpenAlarms />
        <label class="field">
          <span class="field-label">{texts.unlock.password}</span>
          <input
            ref={password}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={256}
          />
        </label>
        <p class="error" role="alert">
          {fault}
        </p>
        <div class="dialog-foot">
          <button class="button" type="button" onClick={() => void session.signOut(AbortSignal.timeout(15_000))}>
            {texts.unlock.other}
          </button>
          <span class="hint" />
          <button class="button button-main" type="submit" data-act="unlock" disabled={busy}>
            {busy ? texts.unlock.busy : texts.unlock.submit}
          </button>
        </div>
      </form>
    </dialog>
  )
}

function useUnlocking() {
  const { session, live } = usePage()
  const { wrong } = useTexts().unlock
  const act = useAct({ 'password-wrong': wrong })
  const unlock = async (password: HTMLInputElement | null) => {
    if (await act.run(() => session.unlock(password?.value ?? '', AbortSignal.timeout(15_000)))) {
      // What the screens asked for while they were locked they ask for again.
      live.tell({ type: 'snapshot' })
    } else password?.select()
  }
  return { busy: act.busy, fault: act.fault, unlock }
}

/** What is open by colour: whoever passes sees that somebody is needed. Nothing while the feed is silent: it may be out of date. */
function OpenAlarms() {
  const texts = useTexts()
  const { live } = usePage()
  const { alarms } = live.state.value
  if (!live.alive.value) return <p class="error">{texts.header.silent}</p>
  const counts = countByPriority(alarms.values()).filter(({ open }) => open > 0)
  return (
    <p class="unlock-open">
      <span>{texts.unlock.open(alarms.size)}</span>
      {counts.map(({ priority, open, unacked }) => (
        <span key={priority} class="unlock-count">
          <Mark priority={priority} unacked={unacked > 0} size={26} />
          <span>
            {texts.priority[priority]} {open}
          </span>
        </span>
      ))}
    </p>
  )
}
