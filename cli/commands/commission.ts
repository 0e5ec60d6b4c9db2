import { writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { QUANTITIES } from '../../core/contract/quantity.ts'
import { canonicalJson } from '../../core/kit/canonical-json.ts'
import type { SheetPoint } from '../../gateway/technician/sheet.ts'
import type { ReadDevice } from '../../gateway/technician/sheet-devices.ts'
import { sheetHtml } from '../../gateway/technician/sheet-html.ts'
import { readSite, sheetOf, type SheetSite } from '../../gateway/technician/sheet-making.ts'
import { SignedSheet, signedSheet, signingKey } from '../../gateway/technician/sheet-signature.ts'
import { numberText, unitText } from '../../gateway/technician/unit-text.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'
import { type Call, type Command, UsageError } from '../command.ts'
import { askedFor, readingsOption } from '../technician/hand-readings.ts'
import { speaker } from '../messages.ts'
import { durationOption } from '../option-values.ts'
import { progressOn } from '../progress.ts'
import { mustBeNew } from '../technician/out-file.ts'
import { photoOf, verifySheet } from '../technician/sheet-check.ts'
import { valueText } from '../technician/steps-text.ts'

const say = speaker({
  noName: { 'zh-CN': '应给出 --by（技术员姓名）', en: "expected --by, the technician's name" },
  noOut: { 'zh-CN': '应给出 --out，如 sheet.html', en: 'expected --out, such as sheet.html' },
  reading: { 'zh-CN': '{device}：{points} 个测点', en: '{device}: {points} points' },
  line: {
    'zh-CN': '{device}/{point}：{value}，实测 {hand}，偏差 {deviation}：{verdict}',
    en: '{device}/{point}: {value}, by hand {hand}, off by {deviation}: {verdict}',
  },
  unreached: {
    'zh-CN': '总线 {bus} 连接不上，其设备没有读数：{why}',
    en: 'bus {bus} cannot be reached, its devices are on the sheet without values: {why}',
  },
  pass: { 'zh-CN': '合格', en: 'pass' },
  fail: { 'zh-CN': '不合格', en: 'fail' },
  incomplete: { 'zh-CN': '未完成', en: 'incomplete' },
  wrote: {
    'zh-CN': '{verdict}。已写入 {html} 与 {json}，签名公钥指纹 {fingerprint}。',
    en: '{verdict}. Wrote {html} and {json}, signed by the key {fingerprint}.',
  },
})

/** Makes the signed sheet that says what was found when a site was put into service, or checks one. */
export const command: Command = {
  name: 'commission',
  summary: {
    'zh-CN': '出具签名的投运核验单：设备、序列号、与仪表实测比对、照片',
    en: 'make the signed commissioning sheet: devices, serial numbers, values beside hand-held readings, photos',
  },
  operands: [
    {
      name: 'FILE',
      about: {
        'zh-CN': 'site.yaml；或与 --verify 同用的核验单 JSON',
        en: "site.yaml; with --verify a sheet's JSON file",
      },
    },
  ],
  options: {
    out: {
      value: 'FILE',
      about: { 'zh-CN': '核验单 HTML；同名 .json 写在旁边', en: 'the sheet as HTML; its .json is written beside it' },
    },
    by: { value: 'NAME', about: { 'zh-CN': '技术员姓名', en: "the technician's name" } },
    readings: {
      value: 'FILE',
      about: {
        'zh-CN': '仪表实测值 readings.yaml；没有则逐点询问',
        en: 'hand-held readings, readings.yaml; asked for one by one without',
      },
    },
    photo: { value: 'FILES', about: { 'zh-CN': '照片，多张用逗号分开', en: 'photos, several with commas between' } },
    'clock-within': {
      value: 'TIME',
      about: { 'zh-CN': '核对过的时钟误差，如 2s', en: "how far this machine's clock was found to be off, such as 2s" },
    },
    verify: { about: { 'zh-CN': '核对签名和照片', en: 'check the signature and the photos of a sheet' } },
  },
  run: (call) => (call.has('verify') ? Promise.resolve(verifySheet(call)) : commissioned(call)),
}

async function commissioned(call: Call): Promise<number> {
  const { language } = call
  const by = call.option('by')
  if (by === null || by.trim() === '') throw new UsageError(say(language, 'noName'))
  const out = call.option('out')
  if (out === null) throw new UsageError(say(language, 'noOut'))
  const { loadGatewayConfig } = await import('../../platform/site/loaded-gateway.ts')
  const path = resolve(call.operand(0))
  const { config, profiles } = loadGatewayConfig(path)
  const given = readingsOption(call, config, profiles)
  mustBeNew(language, [out, jsonOf(out)])
  const photos = (call.option('photo') ?? '')
    .split(',')
    .filter((file) => file !== '')
    .map((file) => photoOf(file, out))
  const site = { config, profiles }
  const read = await readDevices(call, site)
  const hand = given ?? (await askedFor(call, read))
  const clockWithinMs = durationOption(call, 'clock-within')
  const sheet = sheetOf(site, read, { by: by.trim(), at: systemClock.now(), clockWithinMs, photos, hand })
  return written(call, signedSheet(sheet, signingKey(resolve(dirname(path), config.store))), out)
}

function written(call: Call, signed: SignedSheet, out: string): number {
  const { sheet, signature } = signed
  const json = jsonOf(out)
  const text = `${canonicalJson(signed)}\n`
  writeFileSync(json, text, { flag: 'wx' })
  // Printed from what was written, as whoever verifies it will print it.
  writeFileSync(out, sheetHtml(SignedSheet.parse(JSON.parse(text))), { flag: 'wx' })
  for (const device of sheet.devices) {
    for (const point of device.points) {
      const { verdict } = point
      if (verdict !== 'pass' && verdict !== 'fail') continue
      const told = { device: device.id, ...comparisonText(point), verdict: say(call.language, verdict) }
      call.print(say(call.language, 'line', told))
    }
  }
  const verdict = say(call.language, sheet.verdict)
  call.print(say(call.language, 'wrote', { verdict, html: out, json, fingerprint: signature.fingerprint }))
  return sheet.verdict === 'pass' ? 0 : 1
}

function comparisonText({ point, quantity, value, hand, deviation }: SheetPoint) {
  const unit = unitText(QUANTITIES[quantity].unit)
  const withUnit = (one: number | boolean | null) =>
    `${valueText(one)}${typeof one === 'number' ? ` ${unit}` : ''}`.trim()
  const share = deviation !== null && typeof hand === 'number' && hand !== 0 ? (100 * deviation) / Math.abs(hand) : null
  const percent = share === null ? '' : ` (${numberText(Number(share.toPrecision(3)))} %)`
  return { point, value: withUnit(value), hand: withUnit(hand), deviation: `${withUnit(deviation)}${percent}` }
}

/** The signed data of a sheet stands beside its page. */
function jsonOf(out: string): string {
  return out.replace(/(\.html?)?$/i, '.json')
}

async function readDevices(call: Call, site: SheetSite): Promise<readonly ReadDevice[]> {
  const { openBus } = await import('../../gateway/link/bus.ts')
  const { openEar } = await import('../../gateway/technician/ear.ts')
  const log = openLog('commission', process.env.PITWATCH_LOG ?? 'silent')
  const progress = progressOn(process.stderr, systemClock)
  const { read, unreached } = await readSite(
    site,
    {
      open: (bus) => {
        const ear = openEar()
        return { bus: openBus(bus, { clock: systemClock, log, tap: ear.tap }), ear }
      },
      clock: systemClock,
      onPart: (device, points, before) =>
        progress.update(
          before / site.config.devices.length,
          say(call.language, 'reading', { device: device.id, points }),
        ),
      onBus: () => progress.clear(),
    },
    call.signal,
  )
  for (const { bus, error } of unreached) call.complain(say(call.language, 'unreached', { bus, why: error.message }))
  return read
}
