import { createReadStream } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { RuleConfig } from '../../core/contract/site.ts'
import type { Language } from '../../core/contract/text.ts'
import { armRules } from '../../core/rules/arm.ts'
import {
  type DrainageCertificate,
  type DrainageSample,
  type DrainageVerdict,
  judgeDrainage,
} from '../../core/rules/drainage.ts'
import { drainageTestOf } from '../../core/rules/types/drainage-test.ts'
import { allLaw } from '../../platform/site/law.ts'
import { checkYaml, expectedOneOf, faultReport, invalidConfig, readConfig } from '../../platform/config.ts'
import { slowLine } from '../backtest/slow-line.ts'
import type { Call, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { textTable } from '../text-table.ts'

const say = speaker({
  heads: { 'zh-CN': '项目|水泵|要求|实测|结论', en: 'criterion|pump|wanted|found|verdict' },
  time: { 'zh-CN': '全部水泵同时运行', en: 'all pumps together' },
  share: { 'zh-CN': '运行时间占比', en: 'share of the time it ran' },
  current: { 'zh-CN': '电流与额定电流之比', en: 'current to rated current' },
  level: { 'zh-CN': '水位持续下降', en: 'level falls all the time' },
  flow: { 'zh-CN': '总流量', en: 'flow in all' },
  atLeast: { 'zh-CN': '不少于 {value}', en: 'at least {value}' },
  atMost: { 'zh-CN': '不大于 {value}', en: 'at most {value}' },
  falls: { 'zh-CN': '下降', en: 'falls' },
  minutes: { 'zh-CN': '{value} 分钟', en: '{value} min' },
  pass: { 'zh-CN': '合格', en: 'pass' },
  fail: { 'zh-CN': '不合格', en: 'FAIL' },
  unknown: { 'zh-CN': '无数据', en: 'NOT MEASURED' },
  passed: { 'zh-CN': '联合排水试验：合格', en: 'Joint drainage test: passed' },
  failed: { 'zh-CN': '联合排水试验：不合格', en: 'Joint drainage test: not passed' },
  skipped: { 'zh-CN': '{count} 行无法识别，已略过', en: '{count} lines are no readings and were left out' },
})

/** What of a site file the certificate needs. */
const SiteFile = z.looseObject({ law: z.string().min(1).optional(), rules: z.array(RuleConfig).default([]) })

/** Judges a recording of a joint drainage test by the site's rule, and prints the certificate. */
export const command: Command = {
  name: 'drainage',
  summary: {
    'zh-CN': '按录得的数据评定一次联合排水试验，给出合格证明',
    en: 'judge a recorded joint drainage test and print its certificate',
  },
  operands: [
    {
      name: 'SITE',
      about: { 'zh-CN': '站点配置，其中有 drainage-test 规则', en: 'the site.yaml with a drainage-test rule' },
    },
    {
      name: 'READINGS',
      about: { 'zh-CN': '读数文件，每行一个 JSON 对象', en: 'the readings, one JSON object a line' },
    },
  ],
  options: {
    rule: { value: 'ID', about: { 'zh-CN': '有多条此类规则时指定', en: 'which, where there are several such rules' } },
  },
  run: async (call) => {
    const { test, points } = testOf(call)
    const samples: DrainageSample[] = []
    let skipped = 0
    const input = createReadStream(call.operand(1))
    for await (const line of createInterface({ input, crlfDelay: Infinity, signal: call.signal })) {
      if (line.trim() === '') continue
      const read = slowLine(line)
      if (read === null) skipped += 1
      const what = read === null ? undefined : points.get(read.point)
      if (read !== null && what !== undefined && !Number.isNaN(read.value))
        samples.push({ ...what, at: read.at, value: read.value })
    }
    samples.sort((a, b) => a.at - b.at)
    const certificate = judgeDrainage(test, samples)
    for (const line of certificateLines(certificate, call.language)) call.print(line)
    if (skipped > 0) call.complain(say(call.language, 'skipped', { count: skipped }))
    return certificate.isPassed ? 0 : 1
  },
}

function testOf(call: Call): ReturnType<typeof drainageTestOf> {
  const path = call.operand(0)
  const text = readConfig(path)
  const { value, faults } = checkYaml(text, SiteFile)
  if (value === null) throw invalidConfig([faultReport(path, text, faults)])
  const law = allLaw(value.law === undefined ? null : resolve(dirname(path), value.law))
  const rules = value.rules.filter(({ type }) => type === 'drainage-test')
  const wanted = call.option('rule')
  const rule = wanted === null && rules.length === 1 ? rules[0] : rules.find(({ id }) => id === wanted)
  if (rule === undefined) {
    const ids = rules.map(({ id }) => id)
    throw new UsageError(`--rule: ${expectedOneOf('a rule of type drainage-test', wanted ?? 'none', ids)}`)
  }
  const armed = armRules('site', [rule], { law })
  const index = value.rules.indexOf(rule)
  const wrong = armed.faults.map((one) => ({ ...one, path: ['rules', index, ...one.path.slice(1)] }))
  if (wrong.length > 0) throw invalidConfig([faultReport(path, text, wrong)])
  return drainageTestOf(rule, law)
}

/** The certificate as people read it. */
function certificateLines({ isPassed, verdicts }: DrainageCertificate, language: Language): readonly string[] {
  const rows = verdicts.map((one) => [
    say(language, one.criterion),
    one.pump ?? '',
    wantedText(one, language),
    one.found === null ? '—' : amountText(one, one.found, language),
    say(language, one.verdict),
  ])
  return [...textTable(say(language, 'heads').split('|'), rows), '', say(language, isPassed ? 'passed' : 'failed')]
}

function wantedText(one: DrainageVerdict, language: Language): string {
  if (one.criterion === 'level') return say(language, 'falls')
  const value = amountText(one, one.wanted, language)
  return say(language, one.criterion === 'current' && one.wanted > 1 ? 'atMost' : 'atLeast', { value })
}

function amountText({ criterion }: DrainageVerdict, value: number, language: Language): string {
  switch (criterion) {
    case 'time':
      return say(language, 'minutes', { value: Math.round(value / 6_000) / 10 })
    case 'share':
    case 'current':
      return `${Math.round(value * 1_000) / 10} %`
    case 'level':
      return `${Math.round(value * 100) / 100} m`
    case 'flow':
      return `${Math.round(value * 10) / 10} m³/h`
  }
}
