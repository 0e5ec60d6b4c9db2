import { startProcess, type StartedProcess } from '../../support/processes.ts'

/** A pseudo-terminal at `path` that leads to a line device, as an adapter does. Ending it is unplugging it. */
export function startAdapter(path: string, devicePort: number): Promise<StartedProcess> {
  return startProcess('socat', ['-d', '-d', `pty,raw,echo=0,link=${path}`, `tcp:127.0.0.1:${devicePort}`], {
    ready: /starting data transfer loop/,
  })
}
