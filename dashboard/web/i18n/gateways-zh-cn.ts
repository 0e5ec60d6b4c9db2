import type { GatewayCertificate, Identities, PeerRefusal } from '../../../core/contract/identity.ts'

const states: Record<'valid' | 'expired' | 'revoked' | 'unseen', string> = {
  valid: '有效',
  unseen: '有效，还没有连接过',
  expired: '已过期',
  revoked: '已吊销',
}

const origins: Record<GatewayCertificate['origin'], string> = {
  enrolled: '令牌入网',
  renewed: '自动更新',
  presented: '外部签发',
}

const tokens: Record<Identities['tokens'][number]['state'], string> = {
  open: '待使用',
  used: '已使用',
  expired: '已过期',
  void: '已作废',
}

const refusals: Record<PeerRefusal, string> = {
  'unknown-user': '用户名或密码不符',
  'no-certificate': '没有出示证书',
  'foreign-certificate': '证书不是本中心签发',
  'expired-certificate': '证书已过期',
  'certificate-not-yet-valid': '证书尚未生效',
  'revoked-certificate': '证书已吊销',
  'unfit-certificate': '证书不属于本组网关',
  'session-not-clean': '要求保留会话',
  'client-id-taken': '冒用他人客户端编号',
  publish: '越权发布',
  subscribe: '越权订阅',
}

/** Texts of the gateways' page. */
export const gateways = {
  title: '网关身份',
  about: '每个网关用自己的证书连接，只能代表本站点说话。',
  authority: (fingerprint: string, until: string) => `签发机构 ${fingerprint}，有效至 ${until}`,
  elsewhere: '证书由外部机构签发，这里不能签发令牌。',
  issue: '签发入网令牌',
  site: '站点编号',
  siteHint: '小写字母、数字和连字符，与 site.yaml 中的 site.id 相同',
  validFor: '有效期',
  spans: { '1h': '1 小时', '24h': '24 小时', '7d': '7 天' },
  submit: '签发令牌',
  busy: '正在签发…',
  issued: (site: string, until: string) => `站点 ${site} 的令牌，一次有效，至 ${until}`,
  once: '令牌只显示这一次；再次签发会使它作废。',
  qr: (site: string) => `站点 ${site} 的入网令牌二维码`,
  run: '在网关上执行：',
  copy: '复制',
  copied: '已复制',
  done: '完成',
  certificates: '证书',
  none: '还没有网关证书。',
  tokens: '令牌',
  noTokens: '还没有签发过令牌。',
  refusals: '消息代理拒绝（自启动以来）',
  noRefusals: '没有拒绝过任何连接。',
  serial: '序列号',
  state: '状态',
  origin: '来源',
  issuedAt: '签发',
  notAfter: '有效至',
  seenAt: '首次连接',
  created: '签发',
  expires: '到期',
  revoke: '吊销',
  revokeAll: '吊销全部',
  revokeTitle: (site: string, all: boolean) =>
    all ? `吊销站点 ${site} 的全部证书和令牌` : `吊销站点 ${site} 的这张证书`,
  revokeEffect: '该网关的连接立即断开，之后不能再连接；要恢复须重新入网。',
  reason: '原因（至少 4 个字，记入台账）',
  cancel: '取消',
  revoking: '正在吊销…',
  revokedBy: (who: string, time: string, reason: string) => `${who} 于 ${time}：${reason}`,
  states,
  origins,
  tokenStates: tokens,
  refusalReasons: refusals,
}
