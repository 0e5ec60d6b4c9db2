import { speaker } from '../messages.ts'

/** What `pitwatch enrol` says. */
export const say = speaker({
  needed: { 'zh-CN': '{what} 需要 --{name}', en: '{what} needs --{name}' },
  issued: {
    'zh-CN': '站点 {site} 的入网令牌（一次有效，至 {until}）：',
    en: 'Enrolment token of {site}, good once, until {until}:',
  },
  scan: {
    'zh-CN': '在网关上执行：pitwatch enrol <令牌> --site site.yaml。令牌只显示这一次；再次签发会使它作废。',
    en: 'On the gateway: pitwatch enrol TOKEN --site site.yaml. Shown this once; issuing another makes it void.',
  },
  onlyHere: {
    'zh-CN':
      '注意：令牌把网关引向 {url}，只有本机能访问。请在 control.yaml 中设置 http.publicUrl，或 http.tls 与 identity.names。',
    en: 'Mind: the token leads gateways to {url}, which only this machine reaches. Set http.publicUrl, or http.tls with identity.names, in control.yaml.',
  },
  enrolled: {
    'zh-CN': '站点 {site}（{group}）已入网：私钥和证书在 {folder}，有效至 {until}，到期前自动更新。',
    en: '{site} of {group} is enrolled: its key and certificate are in {folder}, good until {until}, and renewed by themselves before that.',
  },
  authority: { 'zh-CN': '签发机构 SHA-256：{authority}', en: 'Authority, SHA-256: {authority}' },
  nextFits: {
    'zh-CN': '下一步：pitwatch check {file}，然后启动（或让它继续运行）pitwatch gateway {file}。',
    en: 'Next: pitwatch check {file}, then start pitwatch gateway {file}, or leave it running.',
  },
  nextUrl: {
    'zh-CN':
      '下一步：把 {file} 的 uplink 改为只含 url: {broker}（去掉 user 和 password…），再执行 pitwatch check {file}。',
    en: 'Next: make the uplink of {file} just url: {broker} (without user and password…), then pitwatch check {file}.',
  },
  nextUnknown: {
    'zh-CN': '监控中心没有给出消息代理地址；请把 {file} 的 uplink.url 设为它的 mqtts:// 地址。',
    en: 'The control room does not say where its broker is; set uplink.url of {file} to its mqtts:// address.',
  },
  none: { 'zh-CN': '还没有网关证书。', en: 'There are no certificates of gateways yet.' },
  site: { 'zh-CN': '站点', en: 'site' },
  serial: { 'zh-CN': '序列号', en: 'serial number' },
  state: { 'zh-CN': '状态', en: 'state' },
  until: { 'zh-CN': '有效至', en: 'good until' },
  seen: { 'zh-CN': '首次连接', en: 'first seen' },
  valid: { 'zh-CN': '有效', en: 'valid' },
  expired: { 'zh-CN': '已过期', en: 'expired' },
  revoked: { 'zh-CN': '已吊销：{reason}', en: 'revoked: {reason}' },
  taken: {
    'zh-CN': '已吊销站点 {site} 的 {count} 张证书；在线连接一秒内断开，crl.pem 已更新。',
    en: '{count} certificate(s) of {site} taken back; connections end within a second, crl.pem is written anew.',
  },
  written: { 'zh-CN': '已写入 {path}', en: 'written: {path}' },
  mosquitto: {
    'zh-CN':
      '下一步：让 mosquitto 用户能读 {folder}（chown -R mosquitto），用 mosquitto -c {folder}/pitwatch.conf 启动；吊销后重新执行本命令并发送 SIGHUP。',
    en: 'Next: let the user mosquitto read {folder} (chown -R mosquitto), start mosquitto -c {folder}/pitwatch.conf; after a revocation run this again and send it SIGHUP.',
  },
})
