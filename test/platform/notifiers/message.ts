import type { NoticeMessage } from '../../../core/contract/notice.ts'
import { UtcMs } from '../../../core/contract/time.ts'

/** A message as a notifier gets it. */
export const MESSAGE: NoticeMessage = {
  notice: 'n0tice',
  kind: 'raise',
  to: '林值班',
  language: 'zh-CN',
  priority: 'red',
  site: { 'zh-CN': '北沟废井', en: 'North Gully closed pit' },
  title: '【红】北沟废井 有电',
  text: '原因：有功功率 4.2 kW\n请您：确认\nhttp://127.0.0.1:8080/api/notices/t/acknowledge',
  short: '【红】北沟废井有电，回复Q4821签收',
  alarm: 'north-gully.feeder-live.abc',
  number: 'PW-20260112-0007',
  raisedAt: UtcMs.parse(1_768_000_000_000),
  simulated: false,
  acknowledge: { url: 'http://127.0.0.1:8080/api/notices/t/acknowledge', code: '4821' },
}
