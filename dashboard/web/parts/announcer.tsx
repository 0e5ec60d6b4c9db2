import { useEffect, useRef, useState } from 'preact/hooks'
import { ruleTypeName } from '../../../core/rules/explain.ts'
import { usePage, useTexts } from '../page.ts'
import { announce, NOTHING_HEARD } from '../stores/announce.ts'
import { NOTHING_TOLD, PRESENCE_MS, presenceOf } from '../stores/presence.ts'
import { mayAct } from '../stores/session.ts'

/** Says each new red alarm to a screen reader and sounds what nobody has acknowledged. Draws nothing but a note when the browser mutes it. */
export function Announcer() {
  const { live, clock, sound, preferences } = usePage()
  const texts = useTexts()
  const heard = useRef(NOTHING_HEARD)
  const [said, setSaid] = useState('')
  const [blocked, setBlocked] = useState(false)
  const { alarms, sites } = live.state.value
  const now = live.now.value
  useEffect(() => {
    if (!live.alive.value) return
    const due = announce(heard.current, [...alarms.values()], clock.mono())
    heard.current = due.heard
    const [first] = due.fresh
    if (first !== undefined) {
      const site = sites.get(first.site)?.site.name[preferences.language.value] ?? first.site
      const sentence = texts.alarms.announce(site, ruleTypeName(first.ruleType, preferences.language.value))
      setSaid(due.fresh.length === 1 ? sentence : `${sentence} ${texts.alarms.more(due.fresh.length - 1)}`)
    }
    if (due.sound !== null && preferences.sound.value) setBlocked(!sound.play(due.sound))
  }, [alarms, now])
  usePresence()
  return (
    <>
      <div class="unseen" role="alert">
        {said}
      </div>
      {blocked && preferences.sound.value && <p class="toast">{texts.header.soundBlocked}</p>}
    </>
  )
}

/** Says every 10 s, and at once when an alarm has come, that somebody sits here, and whether the sound can be heard. */
function usePresence(): void {
  const { live, clock, sound, preferences, session } = usePage()
  const told = useRef(NOTHING_TOLD)
  const toldAt = useRef(Number.NEGATIVE_INFINITY)
  const { alarms, notices } = live.state.value
  const now = live.now.value
  useEffect(() => {
    if (!live.alive.value || !mayAct(session.signedIn.value)) return
    const state = preferences.sound.value ? (sound.isRunning() ? 'running' : 'blocked') : 'off'
    const { request, told: next } = presenceOf(told.current, { alarms, notices }, state)
    const isDue = clock.mono() - toldAt.current >= PRESENCE_MS
    if (!isDue && request.shown.length + request.notices.length === 0) return
    live.tell(request)
    told.current = next
    toldAt.current = clock.mono()
  }, [alarms, notices, now])
}
