import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startProcess, type StartedProcess, testFolder } from '../support/processes.ts'

/** A Modbus server on libmodbus, which shares no line of code with ours. */
export interface LibmodbusServer extends AsyncDisposable {
  /** Where it listens; 0 on a serial port. */
  readonly port: number
  readonly process: StartedProcess
}

/** Compiles libmodbus_server.c and starts it for one unit; see there for what it holds. */
export async function startLibmodbus(
  on: { readonly kind: 'tcp' } | { readonly kind: 'rtu'; readonly path: string; readonly baud: number },
  unit: number,
): Promise<LibmodbusServer> {
  const folder = await testFolder()
  try {
    const source = fileURLToPath(new URL('libmodbus_server.c', import.meta.url))
    const program = join(folder.path, 'libmodbus_server')
    await promisify(execFile)('gcc', ['-O1', '-Wall', '-Wextra', '-Werror', '-o', program, source, '-lmodbus'])
    const [where, baud] = on.kind === 'tcp' ? ['tcp', 0] : [on.path, on.baud]
    const process = await startProcess(program, [where, String(baud), String(unit)], { ready: /ready (\d+)/ })
    const close = async () => {
      await process.stop()
      await folder[Symbol.asyncDispose]()
    }
    return { port: Number(process.match[1]), process, [Symbol.asyncDispose]: close }
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
}
