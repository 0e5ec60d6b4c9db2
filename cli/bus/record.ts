import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Bus } from '../../core/contract/site.ts'
import { loadGatewayConfig, type LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import { fieldDrivers } from '../../gateway/field-drivers.ts'
import { openBus } from '../../gateway/link/bus.ts'
import { openRecorder } from '../../gateway/recorder.ts'
import { supervise } from '../../gateway/supervisor.ts'
import { systemClock } from '../../platform/clock.ts'
import { together } from '../../platform/together.ts'
import { type Call, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { durationOption } from '../option-values.ts'
import { progressOn } from '../progress.ts'

const DEFAULT_MS = 600_000
const SHOW_EVERY_MS = 200

const say = speaker({
  whichBus: {
    'zh-CN': '--bus：应为 {known} 之一，却是 {came}',
    en: '--bus: expected one of {known}, came {came}',
  },
  begins: {
    'zh-CN': '录制总线 {bus}，{seconds} s，像网关一样只读轮询 {devices} 台设备。Ctrl-C 提前结束。',
    en: 'Recording bus {bus} for {seconds} s: {devices} devices are read as the gateway reads them. Ctrl-C ends it early.',
  },
  progress: {
    'zh-CN': '{exchanges} 次询问，{timeouts} 次超时，{stale} 个过期应答',
    en: '{exchanges} requests, {timeouts} timeouts, {stale} stale answers',
  },
  done: {
    'zh-CN': '{path}：{bytes} 字节。重放：npx pitwatch bus replay {path}',
    en: '{path}: {bytes} bytes. To play it: npx pitwatch bus replay {path}',
  },
  nothing: {
    'zh-CN': '{path}：未写入任何内容；总线没有打开或磁盘写入失败，见上方日志',
    en: '{path}: nothing was written; the bus did not open or the disk refused, see the log above',
  },
})

/** Nothing is remembered: a recording begins as a new gateway does. */
const forgetful = { recall: () => null, keep: () => undefined }

/** Records one bus of a site file while its devices are read as the gateway reads them. Throws UsageError, `config/…`. */
export async function record(call: Call, file: string): Promise<number> {
  const loaded = loadGatewayConfig(file)
  const config = busOf(call, loaded)
  const forMs = durationOption(call, 'for') ?? DEFAULT_MS
  const path = resolve(call.option('out') ?? `${config.id}.bus`)
  const log = call.log.child({ bus: config.id })
  const recorder = openRecorder(path, { maxBytes: Infinity, bus: config, clock: systemClock, log })
  const bus = openBus(config, { clock: systemClock, log, tap: recorder.tap })
  const devices = loaded.config.devices.filter((device) => device.bus === config.id)
  const drivers = await fieldDrivers(devices, {
    profiles: loaded.profiles,
    buses: new Map([[config.id, { config, bus }]]),
    clock: systemClock,
    log: call.log,
    memory: forgetful,
  })
  const seconds = Math.round(forMs / 1_000)
  call.print(say(call.language, 'begins', { bus: config.id, seconds, devices: drivers.length }))
  const progress = progressOn(process.stderr, systemClock)
  const over = AbortSignal.any([call.signal, AbortSignal.timeout(forMs)])
  const startedAt = systemClock.mono()
  try {
    await together(over, [
      ...drivers.map((driver) => (signal: AbortSignal) => {
        return supervise(driver, () => Promise.resolve(), { clock: systemClock, log: call.log, signal })
      }),
      async (signal) => {
        while (!signal.aborted) {
          const { exchanges, timeouts, staleAnswers } = bus.counters()
          const text = say(call.language, 'progress', { exchanges, timeouts, stale: staleAnswers })
          progress.update((systemClock.mono() - startedAt) / forMs, text)
          await systemClock.sleep(SHOW_EVERY_MS, signal)
        }
      },
    ])
  } finally {
    progress.clear()
    bus.close()
    await recorder.close()
  }
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  call.print(say(call.language, bytes > 0 ? 'done' : 'nothing', { path, bytes }))
  return bytes > 0 ? 0 : 1
}

function busOf(call: Call, { config }: LoadedGateway): Bus {
  const wanted = call.option('bus') ?? (config.buses.length === 1 ? config.buses[0]?.id : undefined)
  const found = config.buses.find(({ id }) => id === wanted)
  if (found !== undefined) return found
  const known = config.buses.map(({ id }) => id).join(', ')
  throw new UsageError(say(call.language, 'whichBus', { known, came: wanted ?? '-' }))
}
