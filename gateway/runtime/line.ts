import { join } from 'node:path'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { OpenBus } from '../field-drivers.ts'
import { openBus } from '../link/bus.ts'
import type { BusPiece } from './pieces.ts'

/** An open bus with the recorder on it, where the site wants one. */
export interface Line extends OpenBus {
  readonly piece: BusPiece
  /** Closes the line, then writes what is left to record. */
  close(): Promise<void>
}

export interface LineParts {
  readonly clock: Clock
  readonly log: Log
  /** Where recordings are kept. */
  readonly folder: string
}

/** Opens a bus; nothing is connected before the first request. */
export async function openLine(piece: BusPiece, { clock, log, folder }: LineParts): Promise<Line> {
  const { config, recorderBytes } = piece
  const options = { clock, log: log.child({ bus: config.id }) }
  if (recorderBytes === 0) {
    const bus = openBus(config, options)
    const close = () => {
      bus.close()
      return Promise.resolve()
    }
    return { piece, config, bus, close }
  }
  // A gateway without a recorder does without its code.
  const { openRecorder } = await import('../recorder.ts')
  const path = join(folder, `${config.id}.bus`)
  const recorder = openRecorder(path, { ...options, maxBytes: recorderBytes, bus: config })
  const bus = openBus(config, { ...options, tap: recorder.tap })
  const close = async () => {
    bus.close()
    await recorder.close()
  }
  return { piece, config, bus, close }
}
