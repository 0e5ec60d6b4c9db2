import { useEffect, useRef } from 'preact/hooks'
import { type Page, usePage, useTexts } from '../page.ts'
import { countByPriority } from '../stores/alarm-order.ts'
import { FRAME_LOOK_MS, lookAtFrames, type Painted, wallReloadIsDue } from '../stores/wall.ts'
import { useZone } from './use-zone.ts'

/** The width the page is drawn for; on a wall it grows with the screen. */
const DRAWN_FOR_PX = 1920

/** Keeps a page on a wall going for months: it grows with the screen, starts anew in the night, and when nothing is painted any more. */
export function WallKeeper() {
  const { wall } = usePage()
  const isOn = wall.isOn.value
  useEffect(() => {
    document.documentElement.classList.toggle('is-wall', isOn)
  }, [isOn])
  return isOn ? <OnWall /> : null
}

function OnWall() {
  const texts = useTexts().shell
  useZoom()
  useNightReload()
  useFrameWatch()
  return <p class="wall-hint soft">{texts.wall}</p>
}

function useZoom(): void {
  useEffect(() => {
    const { style } = document.documentElement
    const fit = () => {
      const zoom = Math.max(1, window.innerWidth / DRAWN_FOR_PX)
      style.setProperty('--wall-zoom', String(zoom))
      style.setProperty('zoom', String(zoom))
    }
    fit()
    window.addEventListener('resize', fit)
    return () => {
      window.removeEventListener('resize', fit)
      style.removeProperty('--wall-zoom')
      style.removeProperty('zoom')
    }
  }, [])
}

function useNightReload(): void {
  const { live, clock, times } = usePage()
  const zone = useZone(null)
  const now = live.now.value
  const opened = useRef(clock.mono())
  useEffect(() => {
    const openRed =
      countByPriority(live.state.value.alarms.values()).find(({ priority }) => priority === 'red')?.open ?? 0
    const ageMs = clock.mono() - opened.current
    const isLive = live.link.value === 'live'
    if (wallReloadIsDue({ time: times(zone).time(now), ageMs, openRed, isLive })) location.reload()
  }, [now])
}

function useFrameWatch(): void {
  const { clock } = usePage()
  useEffect(() => {
    const ended = new AbortController()
    watchFrames(clock, ended.signal).catch(() => undefined)
    return () => ended.abort()
  }, [])
}

async function watchFrames(clock: Page['clock'], signal: AbortSignal): Promise<void> {
  let painted: Painted = { at: clock.mono(), looked: clock.mono() }
  for (;;) {
    let isPainted = false
    const frame = requestAnimationFrame(() => (isPainted = true))
    await clock.sleep(FRAME_LOOK_MS, signal)
    cancelAnimationFrame(frame)
    const isShown = document.visibilityState === 'visible'
    const look = lookAtFrames(painted, { mono: clock.mono(), painted: isPainted, isShown })
    painted = look.painted
    if (look.isFrozen) location.reload()
  }
}
