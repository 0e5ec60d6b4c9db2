import { useEffect, useRef, useState } from 'preact/hooks'
import { placeNameOf } from '../../../core/alarms/place-name.ts'
import { usePage, useRuleTexts, useTexts } from '../page.ts'
import { announce, NOTHING_HEARD } from '../stores/announce.ts'
import { NOTHING_TOLD, PRESENCE_MS, presenceOf } from '../stores/presence.ts'
import { mayAct } from '../stores/session.ts'

/** Says each new red alarm to a screen reader and sounds what nobody has acknowledged. Draws nothing but a note while the browser mutes it. */
export function Announcer() {
  const { live, clock, sound, preferences, hush } = usePage()
  const texts = useTexts()
  const rules = useRuleTexts()
  const heard = useRef(NOTHING_HEARD)
  const [said, setSaid] = useState('')
  const [blocked, setBlocked] = useState(false)
  const { alarms, sites, status } = live.state.value
  const now = live.now.value
  useEffect(() => {
    if (!live.alive.value) return
    const storm = status?.storm ?? false
    const due = announce(heard.current, [...alarms.values()], { mono: clock.mono(), storm, hushed: hush.hushed.value })
    heard.current = due.heard
    const [first] = due.fresh
    if (first !== undefined) {
      const site = placeNameOf(first.site, sites.get(first.site)?.site)[preferences.language.value]
      const sentence = texts.alarms.announce(site, rules.typeName(first.ruleType))
      setSaid(due.fresh.length === 1 ? sentence : `${sentence} ${texts.alarms.more(due.fresh.length - 1)}`)
    }
    if (!preferences.sound.value) return
    if (due.sound !== null) sound.play(due.sound)
    setBlocked(!sound.isRunning())
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

/** Says every 10 s, and at once when there is news, that somebody sits here, what has been shown, and whether the sound can be heard. */
function usePresence(): void {
  const { live, clock, sound, preferences, session } = usePage()
  const told = useRef(NOTHING_TOLD)
  const toldAt = useRef(Number.NEGATIVE_INFINITY)
  const { alarms, notices, epoch } = live.state.value
  const now = live.now.value
  useEffect(() => {
    // A new connection is a new desk to the control room, and says anew what it shows.
    told.current = NOTHING_TOLD
  }, [epoch])
  useEffect(() => {
    if (live.link.value !== 'live' || !mayAct(session.signedIn.value)) return
    const state = preferences.sound.value ? (sound.isRunning() ? 'running' : 'blocked') : 'off'
    const presence = presenceOf(told.current, { alarms, notices }, state)
    const isDue = clock.mono() - toldAt.current >= PRESENCE_MS
    if ((!isDue && !presence.isNews) || !live.tell(presence.request)) return
    told.current = presence.told
    toldAt.current = clock.mono()
  }, [alarms, notices, now])
}
