import type { Clock } from '../../platform/clock.ts'
import type { Heard, Said, Timeline } from './timeline.ts'

/** Entries of a timeline; a tap that is forgotten must not fill the memory. */
const MOST = 1_000_000

/** A timeline while it is made. */
export interface Notes {
  add(connection: number, said: Said): void
  timeline(): Timeline
}

export function openNotes(tap: Timeline['tap'], clock: Clock): Notes {
  const heard: Heard[] = []
  const [beganAt, began] = [clock.now(), clock.mono()]
  return {
    add: (connection, said) => {
      if (heard.length < MOST) heard.push({ index: heard.length + 1, atMs: clock.mono() - began, connection, said })
    },
    timeline: () => ({ tap, beganAt, heard: [...heard], lastedMs: clock.mono() - began }),
  }
}

export function isSparkplugTopic(topic: string): boolean {
  return topic.startsWith('spBv1.0/')
}
