import type { NoticeState } from '../../../core/contract/notice.ts'
import type { LedgerAct } from '../../../core/contract/ledger.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { ReasonCode } from '../../../core/contract/reading.ts'
import type { ErrorCode } from '../../../core/kit/errors.ts'

/** Words for true and for false. */
export type Pair = readonly [yes: string, no: string]

/** Words for on and off by quantity. */
export const switches: Partial<Record<Quantity, Pair>> & { other: Pair } = {
  contact: ['接通', '断开'],
  running: ['运行', '停止'],
  tamper: ['被动过', '完好'],
  presence: ['有', '无'],
  stream: ['在线', '中断'],
  fault: ['故障', '正常'],
  other: ['是', '否'],
}

/** Why a reading is not good. */
export const reasons: Record<ReasonCode, string> = {
  timeout: '设备无应答',
  exception: '设备返回异常码',
  'link-down': '通信口断开',
  malformed: '应答无法识别',
  sentinel: '设备报告无此值',
  'not-a-number': '不是有效数值',
  'out-of-range': '超出物理范围',
  'open-loop': '电流环断线',
  expired: '数据已过期',
  'identity-mismatch': '地址上是另一台设备',
  'stream-lost': '视频事件流中断',
}

/** What became of a message. */
export const noticeStates: Record<NoticeState, string> = {
  queued: '待发送',
  sending: '发送中',
  accepted: '对方已接收',
  delivered: '已送达',
  seen: '已读',
  failed: '发送失败',
  cancelled: '已取消',
}

/** What people call the ways of telling somebody, by the id a channel commonly has. */
export const channels: Readonly<Record<string, string>> = {
  phone: '手机',
  sms: '短信',
  mail: '邮件',
  email: '邮件',
  webhook: 'Webhook',
  desk: '席位',
  voice: '电话',
  ding: '钉钉',
  wecom: '企业微信',
  feishu: '飞书',
  push: '推送',
  siren: '现场警号',
}

/** Acts of the ledger. */
export const acts: Record<LedgerAct, string> = {
  'ledger-opened': '台账建立',
  'administrator-created': '创建管理员',
  'signed-in': '登录',
  'sign-in-refused': '登录被拒绝',
  'signed-out': '退出登录',
  'alarm-raised': '报警发生',
  'alarm-updated': '报警更新',
  'alarm-raised-again': '报警再次发生',
  'alarm-returned': '报警恢复',
  'alarm-acknowledged': '报警确认',
  'alarm-closed': '报警关闭',
  'alarm-noted': '添加备注',
  'alarm-judged': '核实结论',
  'feedback-applied': '网关已采纳核实结论',
  'feedback-refused': '网关未采纳核实结论',
  'notice-queued': '通知待发',
  'notice-accepted': '通知已接收',
  'notice-failed': '通知失败',
  'notice-cancelled': '通知取消',
  'nobody-on-duty': '无人值班',
  'gateway-online': '网关上线',
  'gateway-offline': '网关断线',
  'completeness-exported': '导出完整性证明',
  'enrolment-token-issued': '签发入网令牌',
  'enrolment-token-used': '入网令牌已使用',
  'enrolment-token-void': '入网令牌作废',
  'certificate-issued': '签发证书',
  'certificate-renewed': '更新证书',
  'certificate-presented': '登记外部证书',
  'certificate-revoked': '吊销证书',
  'configuration-pushed': '下发配置',
  'configuration-applied': '配置已应用',
  'configuration-confirmed': '配置已生效',
  'configuration-refused': '配置被网关拒绝',
  'configuration-rolled-back': '配置已自动退回',
  'alarm-re-alarmed': '再次报警',
  'alarm-reset': '报警复位',
  'alarm-withdrawn': '报警撤销',
  'alarm-shelved': '报警搁置',
  'alarm-suppressed': '按计划抑制',
  'alarm-out-of-service': '停用',
  'alarm-suppression-ended': '抑制结束',
  'alarm-announced': '报警通告',
  'alarm-announcement-held': '通告暂缓',
  'alarm-assigned': '指派',
  'alarm-finding': '到场或上报',
  'alarm-refused': '操作被拒绝',
  'notice-delivered': '通知送达',
  'notice-seen': '通知已读',
  'notice-throttled': '通道限流',
  'storm-began': '报警风暴开始',
  'storm-ended': '报警风暴结束',
  'channel-down': '通道不通',
  'channel-good': '通道恢复',
  'reply-refused': '回复被拒绝',
  'reply-locked': '回复号码锁定',
  'edge-acted': '网关独立处置',
  'watchman-alarmed': '值守进程直接告警',
  'roster-changed': '值班表修改',
  'override-entered': '临时替班',
  'swap-asked': '申请换班',
  'swap-agreed': '同意换班',
  'swap-approved': '批准换班',
  'swap-refused': '驳回换班',
  'contact-code-sent': '发送验证码',
  'contact-proven': '联系方式已验证',
  'checked-in': '签到',
  'leader-absent': '领导未到岗',
  'spot-check-sent': '查岗',
  'spot-check-answered': '查岗应答',
  'spot-check-missed': '查岗无应答',
  'duty-gap': '值班空缺',
  'test-call': '试呼',
  'daily-root': '当日根哈希',
  'clock-set-back': '时钟回拨',
  'siren-sounded': '警号鸣响',
  'alarm-no-op': '无效操作',
  'contact-code-refused': '验证码错误',
  'leave-entered': '登记请假',
  'override-ended': '替班结束',
  'report-refused': '回执被拒绝',
}

/** Refusals an operator may meet. */
export const errors: Partial<Record<ErrorCode, string>> = {
  'http/unauthenticated': '登录已失效，请重新登录。',
  'http/forbidden': '当前用户没有此权限。',
  'http/not-found': '没有找到。',
  'http/invalid': '内容不符合要求。',
  'http/conflict': '状态已被他人改变，请查看最新情况。',
  'http/too-many': '尝试次数过多，请稍后再试。',
  'history/unavailable': '历史库暂时没有应答。',
  'link/down': '控制室服务器没有应答。',
  'message/malformed': '服务器的回答不符合约定。',
}
