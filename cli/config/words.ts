import type { ConfigReport } from '../../core/contract/config-lane.ts'
import type { Language } from '../../core/contract/text.ts'
import { speaker } from '../messages.ts'

const sayState = speaker({
  received: { 'zh-CN': '网关已收到', en: 'received' },
  validated: { 'zh-CN': '网关已校验', en: 'validated' },
  applied: { 'zh-CN': '已应用，等待确认', en: 'applied, to be confirmed' },
  confirmed: { 'zh-CN': '已生效', en: 'in effect' },
  refused: { 'zh-CN': '被网关拒绝', en: 'refused' },
  'rolled-back': { 'zh-CN': '已自动退回', en: 'rolled back' },
})

const sayReason = speaker({
  off: { 'zh-CN': '网关自己的配置不接受远程下发', en: "the gateway's own file takes none from here" },
  malformed: { 'zh-CN': '内容损坏', en: 'it is damaged' },
  signature: { 'zh-CN': '没有可信的签名', en: 'its signature is not trusted' },
  'other-site': { 'zh-CN': '是别的站点的', en: 'it is of another site' },
  'old-version': { 'zh-CN': '版本号过旧', en: 'its version is too old' },
  invalid: { 'zh-CN': '有错误', en: 'it has faults' },
  'not-kept': { 'zh-CN': '网关的磁盘写不进去', en: "the gateway's disk refuses it" },
  'not-applied': { 'zh-CN': '无法应用', en: 'it could not be applied' },
  unreachable: { 'zh-CN': '应用后联系不上监控中心', en: 'the control room was not heard afterwards' },
  'file-changed': { 'zh-CN': '现场改过网关自己的配置', en: "the gateway's own file was changed on site" },
})

/** What a gateway said of a version, in a few words. */
export function reportWords({ state, reason }: ConfigReport, language: Language): string {
  const said = sayState(language, state)
  return reason === null ? said : `${said} (${sayReason(language, reason)})`
}
