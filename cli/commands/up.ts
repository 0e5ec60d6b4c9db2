import { join, resolve } from 'node:path'
import type { Series } from '../../sim/models/series.ts'
import type { Call, Command } from '../command.ts'
import { portOption, urlOption } from '../option-values.ts'
import { PLAY_OPTIONS, playWords, seriesOf } from '../sim/play-options.ts'
import { SCRIPT_OPTIONS, scriptOf } from '../sim/script-options.ts'
import type { Playing } from '../up/plan.ts'
import { runUp } from '../up/run.ts'

/** Polls a second a recording is played with, unless `--speed` says otherwise. */
const PLAYED_PER_SECOND = 30

/** Runs the whole county: simulator, gateways, broker, control room, page and phones. */
export const command: Command = {
  name: 'up',
  summary: {
    'zh-CN': '一次启动全部：模拟县、网关、消息代理、监控中心、页面与值班手机',
    en: 'start everything: simulated county, gateways, broker, control room, page and phones',
  },
  operands: [],
  options: {
    data: {
      value: 'DIR',
      about: {
        'zh-CN': '数据目录（默认 data；回放时 data/play）',
        en: 'data folder (default data; data/play when playing)',
      },
    },
    port: {
      value: 'N',
      about: { 'zh-CN': '页面端口（默认 8080，被占用时另选）', en: "the page's port (default 8080, or a free one)" },
    },
    ...SCRIPT_OPTIONS,
    ...PLAY_OPTIONS,
    flows: { about: { 'zh-CN': '同时启动 Node-RED 流程', en: 'start Node-RED with the shipped flows as well' } },
    influx: {
      value: 'URL',
      about: {
        'zh-CN': '历史存入此 InfluxDB（默认内置）',
        en: 'keep the history in this InfluxDB (default: embedded)',
      },
    },
  },
  run: async (call) => {
    const series = seriesOf(call)
    const play = series === null ? null : playingOf(call, series)
    const { scenario, speed, seed } = scriptOf(call)
    const fallback = series === null ? 1 : (PLAYED_PER_SECOND * series.stepMs) / 1_000
    await runUp(
      {
        data: resolve(call.option('data') ?? (play === null ? 'data' : join('data', 'play'))),
        port: portOption(call, 'port'),
        scenario: play === null ? scenario : 'quiet',
        speed: speed ?? fallback,
        seed,
        play,
        flows: call.has('flows'),
        influx: urlOption(call, 'influx'),
      },
      { language: call.language, print: call.print, tell: call.tell, signal: call.signal },
    )
    return 0
  },
}

function playingOf(call: Call, series: Series): Playing {
  const point = call.option('play-point')
  return {
    series,
    path: call.option('play') ?? '',
    arguments: playWords(call),
    ...(point === null ? {} : { point }),
  }
}
