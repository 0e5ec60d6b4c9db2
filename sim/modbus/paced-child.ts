import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { HouseError } from '../../core/kit/errors.ts'
import type { PacedDeviceOptions } from './paced-device.ts'
import { PacedFigures } from './paced-line.ts'

const PROGRAM = fileURLToPath(new URL('paced-device.ts', import.meta.url))

/** Devices on a paced line in a process of their own, so that nothing else disturbs their time. */
export interface PacedDevice extends AsyncDisposable {
  /** Ends it; answers what it has seen. */
  stop(): Promise<PacedFigures>
}

/** Starts `sim/modbus/paced-device.ts` and waits until it serves. Throws `link/down` with what it said when it does not. */
export async function startPacedDevice(options: PacedDeviceOptions): Promise<PacedDevice> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  const closed = once(child, 'close')
  const ready = Promise.withResolvers<undefined>()
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said.startsWith('ready')) ready.resolve(undefined)
  })
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  void closed.then(() => {
    ready.reject(
      new HouseError('link/down', `${options.path}: expected paced devices, came ${said}`, { path: options.path }),
    )
  })
  await ready.promise
  const stop = async (): Promise<PacedFigures> => {
    child.stdin.end()
    await closed
    const last = said.trim().split('\n').at(-1) ?? ''
    return PacedFigures.parse(JSON.parse(last))
  }
  return {
    stop,
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await closed
    },
  }
}
