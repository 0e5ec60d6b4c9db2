import { messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Channel, Connect } from '../serial/channel.ts'

/** Longest sound of one event, ms. (alarms.md §3.8: buzzer, max 60 s per event) */
export const LONGEST_SOUND_MS = 60_000
const PULSE_MS = 1_000
const OFF_TRIES = 3
const OFF_PAUSE_MS = 200
/** How often a port that was not there is looked for. */
const LOOK_EVERY_MS = 30_000

/** Relay 1 of an LCUS board on and off: A0, relay, state, and the sum of these. */
export const RELAY_ON = Uint8Array.of(0xa0, 0x01, 0x01, 0xa2)
export const RELAY_OFF = Uint8Array.of(0xa0, 0x01, 0x00, 0xa1)

/** How long a buzzer sounds, and when earlier. */
export interface Sound {
  /** At most LONGEST_SOUND_MS. */
  readonly forMs: number
  /** Whether somebody has it now and there is nothing to sound for. A rejection counts as no. */
  isOver(): Promise<boolean>
}

/** A relay board on a serial port, with something on it that anybody in the room hears. */
export interface Buzzer {
  /** Looks for the board, switches it off as whoever had it before may have been killed, and goes on looking. */
  run(signal: AbortSignal): Promise<void>
  /**
   * Sounds in pulses, and is off at the end whatever happens. A sound that is asked for during another lengthens that. Answers how long it
   * sounded, ms; 0 = there is no board. Never rejects.
   */
  sound(sound: Sound, signal: AbortSignal): Promise<number>
  /** `gone`: the port is not there, or takes no bytes. */
  state(): 'ready' | 'gone'
}

export interface BuzzerDeps {
  /** Opens its port; `serialConnect` for a real one. */
  readonly connect: Connect
  /** Real time. */
  readonly clock: Clock
  readonly log: Log
}

/** A buzzer; the board cannot be read back, so `ready` means that its port takes bytes. */
export function openBuzzer({ connect, clock, log }: BuzzerDeps): Buzzer {
  let state: 'ready' | 'gone' | null = null
  let sounding: { untilMono: number; sounds: Sound[]; done: Promise<number> } | null = null

  const become = (is: 'ready' | 'gone', why = '') => {
    if (state === is) return
    state = is
    if (is === 'ready') log.info({}, 'the buzzer is there')
    else log.error({ code: 'link/down', why }, 'there is no buzzer')
  }
  const open = async (signal: AbortSignal): Promise<Channel> => {
    const channel = await connect({ received: () => undefined, lost: (error) => become('gone', error.message) }, signal)
    return channel
  }
  /** A connection of its own each time: who is unplugged in the middle of a sound is to be off all the same. */
  const off = async (): Promise<void> => {
    for (let tried = 0; tried < OFF_TRIES; tried += 1) {
      try {
        const channel = await open(AbortSignal.timeout(5_000))
        channel.write(RELAY_OFF)
        channel.close()
        become('ready')
        return
      } catch (error) {
        become('gone', messageOf(error))
        await clock.sleep(OFF_PAUSE_MS)
      }
    }
  }
  const pulses = async (signal: AbortSignal): Promise<number> => {
    const began = clock.mono()
    try {
      const channel = await open(signal)
      try {
        await pulse(channel, signal)
      } finally {
        channel.write(RELAY_OFF)
        channel.close()
      }
      become('ready')
    } catch (error) {
      // What was aborted has been switched off by `finally`.
      if (!signal.aborted) become('gone', messageOf(error))
    }
    const sounded = clock.mono() - began
    if (state !== 'ready') await off()
    return sounded
  }
  const pulse = async (channel: Channel, signal: AbortSignal): Promise<void> => {
    while (sounding !== null && clock.mono() < sounding.untilMono && !signal.aborted) {
      if (await allOver(sounding.sounds)) return
      channel.write(RELAY_ON)
      become('ready')
      await clock.sleep(PULSE_MS, signal)
      channel.write(RELAY_OFF)
      await clock.sleep(PULSE_MS, signal)
    }
  }
  return {
    run: async (signal) => {
      while (!signal.aborted) {
        if (sounding === null && state !== 'ready') await off()
        await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
      }
    },
    sound: async (sound, signal) => {
      const untilMono = clock.mono() + Math.min(sound.forMs, LONGEST_SOUND_MS)
      if (sounding !== null) {
        sounding.untilMono = Math.max(sounding.untilMono, untilMono)
        sounding.sounds.push(sound)
        return await sounding.done
      }
      sounding = { untilMono, sounds: [sound], done: Promise.resolve(0) }
      sounding.done = pulses(signal).finally(() => (sounding = null))
      const sounded = await sounding.done
      return state === 'ready' ? sounded : 0
    },
    state: () => state ?? 'gone',
  }
}

async function allOver(sounds: readonly Sound[]): Promise<boolean> {
  const over = await Promise.all(sounds.map((sound) => sound.isOver().catch(() => false)))
  return over.every(Boolean)
}
