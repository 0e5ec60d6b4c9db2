import { resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import type { Command } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  running: {
    'zh-CN':
      '网关 {site}（{name}）正在运行：{devices} 台设备，{cameras} 台摄像机，{rules} 条规则（连同自动规则 {armed} 条），上行 {uplink}。Ctrl-C 结束。',
    en: 'Gateway {site} ({name}) is running: {devices} devices, {cameras} cameras, {rules} rules ({armed} with the automatic ones), uplink {uplink}. Ctrl-C ends it.',
  },
})

/** Runs one site's gateway until it is told to end. */
export const command: Command = {
  name: 'gateway',
  summary: { 'zh-CN': '运行一个站点的网关', en: "run one site's gateway" },
  operands: [{ name: 'FILE', about: { 'zh-CN': '站点配置 site.yaml', en: "the site's configuration, site.yaml" } }],
  options: {},
  run: async (call) => {
    keepSmall()
    const { loadGatewayConfig } = await import('../../platform/site/loaded-gateway.ts')
    const { runGateway } = await import('../../gateway/main.ts')
    const loaded = loadGatewayConfig(resolve(call.operand(0)))
    const { config, plan } = loaded
    const facts = {
      site: config.site.id,
      name: config.site.name[call.language],
      devices: config.devices.length,
      cameras: config.cameras.length,
      rules: config.rules.length,
      armed: plan.rules.length,
      uplink: config.uplink.url,
    }
    const onReady = () => {
      call.print(say(call.language, 'running', facts))
      call.tell({ kind: 'ready', facts })
    }
    const { clock, log, signal } = call
    await runGateway(loaded, { clock, log, signal, onReady })
    return 0
  },
}

/**
 * A gateway shares a small box with others. Left alone, the engine lets its nursery of new objects grow to 64 MB before
 * it looks what can go; a gateway's objects live for one poll, so 2 MB serve as well. And it lets the heap grow several
 * times over what is in use before it collects it whole; with 70 % at 100,000 points a second a third less is held.
 */
function keepSmall(): void {
  setFlagsFromString('--max-semi-space-size=2')
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=70')
}
