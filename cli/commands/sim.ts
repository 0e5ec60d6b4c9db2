import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { UtcMs } from '../../core/contract/time.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { scaledClock, systemClock } from '../../platform/clock.ts'
import { readConfig } from '../../platform/config.ts'
import { Addresses, busName, freeAddresses, PHONES, preferredAddresses } from '../../sim/addresses.ts'
import { keptCounters } from '../../sim/counters.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { openPty, type Pty } from '../../sim/pty.ts'
import { scenarioOf } from '../../sim/scenario.ts'
import type { SimSite } from '../../sim/site.ts'
import { openSimulation, type Simulation } from '../../sim/simulation.ts'
import { playedSite } from '../../sim/sites/played-load.ts'
import type { Call, Command } from '../command.ts'
import { speaker } from '../messages.ts'
import { addressOption, wholeOption } from '../option-values.ts'
import { BUS_OF_OPTIONS, serveBusOf } from '../sim/bus-of.ts'
import { listing } from '../sim/listing.ts'
import { PLAY_OPTIONS, seriesOf } from '../sim/play-options.ts'
import { SCRIPT_OPTIONS, scriptOf } from '../sim/script-options.ts'
import { keptSecret } from '../up/secrets.ts'
import { CAMERA_USER, cameraPassword, writeSites } from '../up/site-files.ts'

const TELL_EVERY_MS = 1_000
const BROKER = { host: '127.0.0.1', port: 1_883 }

const say = speaker({
  cameras: {
    'zh-CN': '摄像机：用户 {user}，密码 {password}',
    en: 'The cameras: user {user}, password {password}',
  },
})

/** Runs the simulated county until it is told to end. */
export const command: Command = {
  name: 'sim',
  summary: {
    'zh-CN': '单独运行模拟县（虚构的站点、设备、摄像机与手机）',
    en: 'run the simulated county on its own (fictional sites, devices, cameras and phones)',
  },
  operands: [],
  options: {
    ...SCRIPT_OPTIONS,
    host: {
      value: 'HOST',
      about: { 'zh-CN': '监听地址（默认 127.0.0.1）', en: 'address to listen on (default 127.0.0.1)' },
    },
    broker: {
      value: 'HOST:PORT',
      about: {
        'zh-CN': '消息代理，供可切断的线路与 --write 使用（默认 127.0.0.1:1883）',
        en: 'broker, for the line that is cut and for --write (default 127.0.0.1:1883)',
      },
    },
    write: {
      value: 'DIR',
      about: { 'zh-CN': '在目录中写好各站 site.yaml', en: 'write a ready site.yaml for each site into a folder' },
    },
    pty: {
      about: {
        'zh-CN': 'RTU 总线另开一个串口（需 socat）',
        en: 'offer the RTU bus as a serial port as well (needs socat)',
      },
    },
    ...PLAY_OPTIONS,
    ...BUS_OF_OPTIONS,
    'camera-password-file': {
      value: 'FILE',
      about: { 'zh-CN': '摄像机密码文件', en: "file with the cameras' password" },
    },
    addresses: { value: 'FILE', about: { 'zh-CN': '各部分端口（JSON）', en: 'ports by name, as JSON' } },
    counters: {
      value: 'FILE',
      about: {
        'zh-CN': '保存模拟电表的累计次数，下次启动时接着计',
        en: "keep the simulated meters' counters, so that the next start goes on from there",
      },
    },
    origin: { value: 'MS', about: { 'zh-CN': '剧本开始的时刻（UTC 毫秒）', en: "the script's second 0, as UTC ms" } },
  },
  run: async (call) => {
    const devices = call.option('bus-of')
    if (devices !== null) return serveBusOf(call, devices)
    const { scenario, speed, seed } = scriptOf(call)
    const clock = speed === null ? call.clock : scaledClock(systemClock.now(), systemClock.now(), speed)
    const series = seriesOf(call)
    const sites = series === null ? COUNTY_SITES : [playedSite(series, call.option('play-point') ?? undefined)]
    const host = call.option('host') ?? '127.0.0.1'
    const broker = addressOption(call, 'broker') ?? BROKER
    const addresses = await addressesOf(call, sites, host)
    const world = { seed, scenario: scenarioOf(scenario) }
    const origin = UtcMs.parse(wholeOption(call, 'origin') ?? clock.now())
    const data = call.option('write')
    const counted = call.option('counters')
    const cameras = { user: CAMERA_USER, password: cameraSecret(call, data) }
    await using simulation = await openSimulation(
      {
        ...{ sites, world, host, addresses, origin, cameras, broker },
        ...(counted === null ? {} : { counters: keptCounters(counted) }),
        ...(series === null ? {} : { recording: { stepMs: series.stepMs, values: series.watts.length } }),
      },
      { clock, log: call.log },
    )
    await using ptys = await openPtys(call, sites, { host, addresses: simulation.addresses, folder: data ?? '.' })
    if (data !== null) writeSites({ data, sites, host, addresses: simulation.addresses, broker, serial: ptys.paths })
    for (const line of listing({
      sites,
      host,
      addresses: simulation.addresses,
      language: call.language,
      paths: ptys.paths,
    })) {
      call.print(line)
    }
    call.tell({ kind: 'ready', facts: { phones: simulation.addresses[PHONES] ?? 0 } })
    await Promise.all([simulation.run(call.signal), tellProgress(call, simulation)])
    return 0
  },
}

async function tellProgress(call: Call, simulation: Simulation): Promise<void> {
  while (!call.signal.aborted) {
    call.tell({ kind: 'progress', seconds: simulation.seconds(), ...simulation.answered() })
    await systemClock.sleep(TELL_EVERY_MS, call.signal).catch(() => undefined)
  }
}

async function addressesOf(call: Call, sites: readonly SimSite[], host: string): Promise<Addresses> {
  const path = call.option('addresses')
  if (path === null) return freeAddresses(preferredAddresses(sites), host)
  try {
    return Addresses.parse(JSON.parse(readConfig(path)))
  } catch (error) {
    if (error instanceof HouseError) throw error
    const came = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new HouseError('config/invalid', `${path}: expected ports by name as JSON, came ${came}`, { path }, error)
  }
}

function cameraSecret(call: Call, data: string | null): string {
  const file = call.option('camera-password-file')
  if (file !== null) return readFileSync(file, 'utf8').trimEnd()
  if (data !== null) return keptSecret(cameraPassword(data))
  const password = randomBytes(12).toString('base64url')
  call.print(say(call.language, 'cameras', { user: CAMERA_USER, password }))
  return password
}

interface Ptys extends AsyncDisposable {
  readonly paths: Readonly<Record<string, string>>
}

async function openPtys(
  call: Call,
  sites: readonly SimSite[],
  facts: { host: string; addresses: Addresses; folder: string },
): Promise<Ptys> {
  const opened: Pty[] = []
  const paths: Record<string, string> = {}
  if (call.has('pty')) {
    for (const site of sites) {
      for (const bus of site.buses.filter(({ kind }) => kind === 'rtu-over-tcp')) {
        const name = busName(site, bus)
        const path = resolve(facts.folder, `${site.site.id}-${bus.id}.tty`)
        opened.push(await openPty(path, { host: facts.host, port: facts.addresses[name] ?? 0 }))
        paths[name] = path
      }
    }
  }
  const close = async () => {
    await Promise.all(opened.map((pty) => pty[Symbol.asyncDispose]()))
  }
  return { paths, [Symbol.asyncDispose]: close }
}
