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
  /** Sounds a colour once. False when the browser does not let it, until somebody has clicked. */
  play(priority: Priority): boolean
  /** Whether a sound would be heard now, without making one. */
  isRunning(): boolean
}

/** Alarm tones made in the browser, with no file to load. */
export function openSound(): Sound {
  let context: AudioContext | null = null
  return {
    isRunning: () => {
      context ??= new AudioContext()
      return context.state === 'running'
    },
    play: (priority) => {
      context ??= new AudioContext()
      if (context.state !== 'running') {
        void context.resume()
        return false
      }
      for (const [index, frequency] of TONES[priority].entries()) {
        tone(context, frequency, context.currentTime + index * (TONE_S + PAUSE_S))
      }
      return true
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
