import { type Call, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { portOption, positiveOption } from '../option-values.ts'
import { lint } from './lint.ts'
import { edgesIn } from './node-view.ts'
import { countsOf, reportLines, type Report, reportValue } from './report.ts'
import { listenIn } from './subscriber.ts'
import { openTap } from './tap.ts'
import type { Timeline } from './timeline.ts'

const DEFAULT_SECONDS = 60

const say = speaker({
  badBroker: {
    'zh-CN': '--broker：应为 mqtt://HOST[:PORT]，却是 {came}',
    en: '--broker: expected mqtt://HOST[:PORT], came {came}',
  },
  tapping: {
    'zh-CN': '请让边缘节点连到 {place}；{seconds} 秒后给出结果，Ctrl-C 提前。',
    en: 'Let the edge node connect to {place}; the report comes after {seconds} s, or at Ctrl-C.',
  },
  listening: {
    'zh-CN': '正在 {place} 监听；{seconds} 秒后给出结果，Ctrl-C 提前。',
    en: 'Listening at {place}; the report comes after {seconds} s, or at Ctrl-C.',
  },
  nobody: { 'zh-CN': '没有听到边缘节点', en: 'no edge node was heard' },
})

/** `sparkplug lint`: answers 1 when a clause is broken, or nobody was heard. */
export async function lintCommand(call: Call): Promise<number> {
  const timeline = await heardBy(call)
  const wanted = edgesIn(timeline).filter(
    ({ group, edge }) => (call.option('group') ?? group) === group && (call.option('edge') ?? edge) === edge,
  )
  const reports = wanted.map((edge): Report => ({ ...edge, verdicts: lint(timeline, edge) }))
  if (call.has('json')) call.print(JSON.stringify(reports.map(reportValue)))
  else for (const report of reports) for (const line of reportLines(report, call.language)) call.print(line)
  if (reports.length === 0) call.complain(say(call.language, 'nobody'))
  return reports.length > 0 && reports.every(({ verdicts }) => countsOf(verdicts).failed === 0) ? 0 : 1
}

async function heardBy(call: Call): Promise<Timeline> {
  const seconds = positiveOption(call, 'seconds') ?? DEFAULT_SECONDS
  const over = AbortSignal.any([call.signal, AbortSignal.timeout(seconds * 1_000)])
  const { url, host, port, isPlain } = brokerOf(call)
  const listen = portOption(call, 'listen')
  const { clock, log } = call
  if (listen === null) {
    call.complain(say(call.language, 'listening', { place: `${host}:${port}`, seconds }))
    const password = process.env.PITWATCH_MQTT_PASSWORD ?? null
    const access = { url, user: call.option('user') ?? undefined, password }
    return listenIn({ access, group: call.option('group') ?? '+', clock, log }, over)
  }
  if (!isPlain) throw new UsageError(say(call.language, 'badBroker', { came: url }))
  await using tap = await openTap({ host: '127.0.0.1', port: listen, to: { host, port }, clock })
  call.complain(say(call.language, 'tapping', { place: `mqtt://127.0.0.1:${tap.port}`, seconds }))
  await clock.sleep(seconds * 1_000, over).catch(() => undefined)
  return tap.timeline()
}

function brokerOf(call: Call) {
  const came = call.option('broker') ?? ''
  const url = URL.canParse(came) ? new URL(came) : null
  if (url === null || !/^mqtts?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError(say(call.language, 'badBroker', { came }))
  }
  const isPlain = url.protocol === 'mqtt:'
  const port = url.port === '' ? (isPlain ? 1_883 : 8_883) : Number(url.port)
  return { url: came, host: url.hostname.replace(/^\[|\]$/g, ''), port, isPlain }
}
