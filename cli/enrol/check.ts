import type { GatewayConfig } from '../../core/contract/site.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { type GatewayIdentity, identityFaults, openIdentityFolder } from '../../gateway/identity/folder.ts'
import { identityFolder, needsIdentity } from '../../gateway/identity/uplink-identity.ts'
import { systemClock } from '../../platform/clock.ts'
import { lifeOf } from '../../platform/identity/certificate.ts'
import type { Call } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  fine: {
    'zh-CN': '身份：站点 {site}，证书有效至 {until}。',
    en: 'Identity: site {site}, certificate good until {until}.',
  },
  missing: {
    'zh-CN':
      '身份：{folder} 中没有证书，网关无法连接 {url}。请在监控中心签发令牌，再执行 pitwatch enrol <令牌> --site {file}',
    en: 'identity: no certificate in {folder}, so {url} cannot be reached. Issue a token at the control room, then run pitwatch enrol TOKEN --site {file}',
  },
  'other-site': {
    'zh-CN': '身份：证书属于站点 {came}，不是 {site}。请为 {site} 重新入网',
    en: 'identity: the certificate is that of {came}, not of {site}. Enrol the gateway anew for {site}',
  },
  'other-group': {
    'zh-CN': '身份：证书属于 {came}，不是 {group}。请重新入网',
    en: 'identity: the certificate is of group {came}, not of {group}. Enrol the gateway anew',
  },
  expired: {
    'zh-CN': '身份：证书已于 {at} 过期（按本机时钟）。过期一年内网关会自动更新；否则请重新入网',
    en: 'identity: the certificate expired at {at}, by this machine’s clock. Within a year the gateway renews it by itself; after that enrol it anew',
  },
  'not-yet-valid': {
    'zh-CN': '警告：证书 {at} 起有效，而本机时钟更早；请校准时钟',
    en: 'warning: the certificate is good from {at}, and this machine’s clock is before that; set the clock',
  },
  soon: {
    'zh-CN': '警告：证书将于 {at} 过期，自动更新没有成功；检查网关能否访问监控中心的接口',
    en: 'warning: the certificate expires at {at} and has not been renewed; see whether the gateway reaches the control room’s API',
  },
  unusable: { 'zh-CN': '身份：{why}', en: 'identity: {why}' },
})

/** Says who the gateway is to its broker; false when it could not connect like that. Says nothing where no identity is wanted. */
export function judgeIdentity(call: Call, config: GatewayConfig, baseFolder: string): boolean {
  const { uplink, site, group, store } = config
  const { language, complain } = call
  const folder = identityFolder(uplink, { baseFolder, store })
  let identity: GatewayIdentity | null
  try {
    identity = openIdentityFolder(folder).read()
  } catch (error) {
    if (!isHouseError(error)) throw error
    complain(say(language, 'unusable', { why: error.message }))
    return false
  }
  if (identity === null) {
    if (!needsIdentity(uplink)) return true
    complain(say(language, 'missing', { folder, url: uplink.url, file: call.operand(0) }))
    return false
  }
  const faults = identityFaults(identity, { site: site.id, group, now: systemClock.now() })
  if (faults.length === 0)
    call.print(say(language, 'fine', { site: identity.site, until: dayOf(lifeOf(identity.certificate).to) }))
  for (const fault of faults) {
    const facts = 'at' in fault ? { at: dayOf(fault.at) } : { came: fault.came }
    complain(say(language, fault.is, { ...facts, site: site.id, group }))
  }
  return faults.every(({ is }) => is === 'soon' || is === 'not-yet-valid')
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
