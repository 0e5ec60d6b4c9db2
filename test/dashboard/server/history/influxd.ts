import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, type StartedProcess, startProcess, testFolder } from '../../../support/processes.ts'
import { until } from '../../../support/until.ts'

export interface Influxd extends AsyncDisposable {
  readonly url: string
  stop(): Promise<void>
  /** Starts it again on the same port and data. */
  start(): Promise<void>
  /** The answer to a statement, as text. */
  ask(statement: string): Promise<string>
}

/** A real InfluxDB 1.x on a free port with its data in a temporary folder. */
export async function startInfluxd(): Promise<Influxd> {
  const folder = await testFolder()
  const [port, other] = [await freePort(), await freePort()]
  const config = join(folder.path, 'influx.conf')
  await writeFile(config, configText(folder.path, port, other))
  const url = `http://127.0.0.1:${port}`
  let running: StartedProcess | null = null
  const start = async () => {
    running = await startProcess('influxd', ['run', '-config', config], { ready: /./ })
    await until('influxd answers', () =>
      fetch(`${url}/ping`).then(
        (answer) => answer.status === 204,
        () => false,
      ),
    )
  }
  const stop = async () => {
    await running?.stop()
    running = null
  }
  await start()
  return {
    url,
    start,
    stop,
    ask: async (statement) => {
      const body = new URLSearchParams({ q: statement, db: 'pits', epoch: 'ms' })
      return (await fetch(`${url}/query`, { method: 'POST', body })).text()
    },
    [Symbol.asyncDispose]: async () => {
      await stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function configText(folder: string, port: number, other: number): string {
  return `reporting-enabled = false
bind-address = "127.0.0.1:${other}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  index-version = "tsi1"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[logging]
  level = "info"
`
}
