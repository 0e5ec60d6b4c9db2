import type { Priority } from '../../../core/contract/priority.ts'

/** Tones of a colour in Hz, one after the other. Blue is silent. */
const TONES: Readonly<Record<Priority, readonly number[]>> = {
  red: [880, 660, 880],
  orange: [660, 520],
  yellow: [520],
  blue: [],
}
const TONE_S = 0.18
const PAUSE_S = 0.06

export interface Sound {
  /** Sounds a colour once, where the browser lets it. */
  play(priority: Priority): void
  /** Whether a sound would be heard now, without making one. */
  isRunning(): boolean
}

/** What a browser takes as a sign that somebody is there and may be played to. */
const GESTURES = ['pointerdown', 'pointerup', 'keydown'] as const

/** Alarm tones made in the browser, with no file to load. The first gesture in `view` wakes what the browser has muted. */
export function openSound(view: Pick<Window, 'addEventListener'>): Sound {
  let context: AudioContext | null = null
  const awake = () => {
    context ??= new AudioContext()
    return context
  }
  const wake = () => {
    if (context?.state === 'suspended') void context.resume()
  }
  for (const gesture of GESTURES) view.addEventListener(gesture, wake, { capture: true, passive: true })
  return {
    isRunning: () => awake().state === 'running',
    play: (priority) => {
      const playing = awake()
      if (playing.state !== 'running') {
        void playing.resume()
        return
      }
      for (const [index, frequency] of TONES[priority].entries()) {
        tone(playing, frequency, playing.currentTime + index * (TONE_S + PAUSE_S))
      }
    },
  }
}

function tone(context: AudioContext, frequency: number, from: number): void {
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.type = 'triangle'
  oscillator.frequency.value = frequency
  gain.gain.setValueAtTime(0, from)
  gain.gain.linearRampToValueAtTime(0.25, from + 0.015)
  gain.gain.linearRampToValueAtTime(0, from + TONE_S)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(from)
  oscillator.stop(from + TONE_S)
}
