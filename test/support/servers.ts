import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, type StartedProcess, startProcess, testFolder } from './processes.ts'
import { until } from './until.ts'

export interface StartedServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly process: StartedProcess
}

/** Debian's Mosquitto on a free loopback port, anonymous, keeping nothing on disk. */
export async function startMosquitto(): Promise<StartedServer> {
  const folder = await testFolder()
  const port = await freePort()
  const path = join(folder.path, 'mosquitto.conf')
  await writeFile(path, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`)
  const process = await startProcess('/usr/sbin/mosquitto', ['-c', path], { ready: /running/ })
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    process,
    [Symbol.asyncDispose]: async () => {
      await process.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Debian's InfluxDB 1.6 on free loopback ports with an empty store. */
export async function startInflux(): Promise<StartedServer> {
  const folder = await testFolder()
  const [port, rpcPort] = [await freePort(), await freePort()]
  const path = join(folder.path, 'influx.conf')
  const lines = [
    'reporting-enabled = false',
    `bind-address = "127.0.0.1:${rpcPort}"`,
    `[meta]\n  dir = "${folder.path}/meta"`,
    `[data]\n  dir = "${folder.path}/data"\n  wal-dir = "${folder.path}/wal"\n  index-version = "tsi1"`,
    '[monitor]\n  store-enabled = false',
    `[http]\n  bind-address = "127.0.0.1:${port}"\n  log-enabled = false`,
    '[logging]\n  level = "info"',
  ]
  await writeFile(path, lines.join('\n'))
  const process = await startProcess('/usr/bin/influxd', ['run', '-config', path], { ready: /Listening on HTTP/ })
  const url = `http://127.0.0.1:${port}`
  await until('InfluxDB to answer', () => fetch(`${url}/ping`).then((answer) => answer.status === 204))
  return {
    url,
    port,
    process,
    [Symbol.asyncDispose]: async () => {
      await process.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

export interface StartedVictoria extends StartedServer {
  /** Makes what was written visible to queries, which it would otherwise be a few seconds later. */
  flush(): Promise<void>
}

/** Debian's VictoriaMetrics on a free loopback port with an empty store. */
export async function startVictoria(retention = '100y'): Promise<StartedVictoria> {
  const folder = await testFolder()
  const port = await freePort()
  const options = { storageDataPath: folder.path, httpListenAddr: `127.0.0.1:${port}`, retentionPeriod: retention }
  const flags = Object.entries(options).map(([name, value]) => `-${name}=${value}`)
  const process = await startProcess('/usr/bin/victoria-metrics', flags, { ready: /starting http server/ })
  const url = `http://127.0.0.1:${port}`
  await until('VictoriaMetrics to answer', () =>
    fetch(`${url}/health`).then(
      (answer) => answer.status === 200,
      () => false,
    ),
  )
  return {
    url,
    port,
    process,
    flush: async () => {
      await fetch(`${url}/internal/force_flush`)
    },
    [Symbol.asyncDispose]: async () => {
      await process.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}
