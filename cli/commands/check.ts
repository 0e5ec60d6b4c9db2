import { resolve } from 'node:path'
import { isMap, parseDocument } from 'yaml'
import { HouseError } from '../../core/kit/errors.ts'
import { readConfig } from '../../platform/config.ts'
import type { Command } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  gateway: {
    'zh-CN': '{path}：正确。网关 {id}：{buses} 条总线，{devices} 台设备，{cameras} 台摄像机，{rules} 条规则。',
    en: '{path}: in order. Gateway {id}: {buses} buses, {devices} devices, {cameras} cameras, {rules} rules.',
  },
  control: {
    'zh-CN': '{path}：正确。监控中心 {id}：{persons} 名值班人员，历史 {history}，消息代理 {broker}。',
    en: '{path}: in order. Control room {id}: {persons} persons on duty, history {history}, broker {broker}.',
  },
  neither: {
    'zh-CN': '{path}：应为网关配置（含 site）或监控中心配置（含 duty），两者皆非',
    en: '{path}: expected the configuration of a gateway (with site) or of a control room (with duty), came neither',
  },
})

/** Checks a configuration file without any hardware; every fault of it is printed. */
export const command: Command = {
  name: 'check',
  summary: {
    'zh-CN': '检查配置文件（不需要硬件），列出全部错误',
    en: 'check a configuration file, without hardware, and list every fault',
  },
  operands: [{ name: 'FILE', about: { 'zh-CN': 'site.yaml 或 control.yaml', en: 'site.yaml or control.yaml' } }],
  options: {},
  run: async (call) => {
    const given = call.operand(0)
    const path = resolve(given)
    const kind = kindOf(readConfig(path))
    if (kind === 'neither') {
      throw new HouseError('config/invalid', say(call.language, 'neither', { path: given }), { path })
    }
    const values = kind === 'gateway' ? await gatewayFacts(path) : await controlFacts(path)
    call.print(say(call.language, kind, { path: given, ...values }))
    return 0
  },
}

/** A file that is no YAML at all counts as a gateway's, whose report then says so with its line. */
function kindOf(text: string): 'gateway' | 'control' | 'neither' {
  const document = parseDocument(text)
  if (document.errors.length > 0) return 'gateway'
  if (['site', 'devices', 'buses', 'cameras', 'rules', 'uplink'].some((key) => document.has(key))) return 'gateway'
  return ['duty', 'http', 'broker', 'history'].some((key) => has(document.contents, key)) ? 'control' : 'neither'
}

async function gatewayFacts(path: string): Promise<Readonly<Record<string, string | number>>> {
  const { loadGatewayConfig } = await import('../../gateway/config.ts')
  const { config } = loadGatewayConfig(path)
  return {
    id: config.site.id,
    buses: config.buses.length,
    devices: config.devices.length,
    cameras: config.cameras.length,
    rules: config.rules.length,
  }
}

async function controlFacts(path: string): Promise<Readonly<Record<string, string | number>>> {
  const { loadControlConfig } = await import('../../dashboard/server/config.ts')
  const config = loadControlConfig(path)
  return {
    id: config.group,
    persons: config.duty.persons.length,
    history: config.history.kind,
    broker: config.broker.kind,
  }
}

function has(contents: unknown, key: string): boolean {
  return isMap(contents) && contents.has(key)
}
