import type { BusDevice } from '../../core/contract/site.ts'
import { QUANTITIES } from '../../core/contract/quantity.ts'
import type { BusProfile } from '../../core/decode/device-points.ts'
import { type LiveDeps, type LiveExchange, type LivePoint, readLive } from '../../gateway/technician/live.ts'
import { unitText } from '../../gateway/technician/unit-text.ts'
import { readWho, type Who } from '../../gateway/technician/who.ts'
import { expectedOneOf } from '../../platform/config.ts'
import { systemClock } from '../../platform/clock.ts'
import { type Call, UsageError } from '../command.ts'
import { speaker } from '../messages.ts'
import { progressOn } from '../progress.ts'
import { textTable } from '../text-table.ts'
import { printExchange } from './raw-table.ts'
import { stepText, valueText } from './steps-text.ts'
import { qualityText } from './words.ts'

/** Requests that a device leaves without a usable answer, from the first on, before it is taken not to be there. */
const SILENT_REQUESTS = 3

const say = speaker({
  point: { 'zh-CN': '测点', en: 'point' },
  value: { 'zh-CN': '值', en: 'value' },
  unit: { 'zh-CN': '单位', en: 'unit' },
  quality: { 'zh-CN': '质量', en: 'quality' },
  age: { 'zh-CN': '时效', en: 'age' },
  bytes: { 'zh-CN': '原始字节', en: 'raw bytes' },
  at: { 'zh-CN': '{device}，{time} UTC', en: '{device}, {time} UTC' },
  good: { 'zh-CN': '{good}/{all} 个测点良好。', en: '{good} of {all} points good.' },
  serial: { 'zh-CN': '序列号 {serial}', en: 'serial number {serial}' },
  'model-confirmed': { 'zh-CN': '型号寄存器相符', en: 'the model register is that of this model' },
  otherModel: {
    'zh-CN': '{device}：应为 {profile}，但型号寄存器是别的型号：此地址上是另一台设备',
    en: '{device}: expected {profile}, but its model register is not the one of this model: another device has this address',
  },
  otherSerial: {
    'zh-CN': '{device}：序列号应为 {expected}，却是 {came}：此地址上是另一台设备',
    en: '{device}: expected serial number {expected}, came {came}: another device has this address',
  },
  noSerial: {
    'zh-CN': '{device}：序列号应为 {expected}，但设备没有报出，无法核对',
    en: '{device}: expected serial number {expected}, but the device tells none, so this is not checked',
  },
  progress: { 'zh-CN': '已读 {read}/{all} 个测点', en: '{read} of {all} points read' },
  silent: {
    'zh-CN':
      '{device} 对前 {count} 个请求都没有可用的应答，不再继续。请检查：波特率与校验（与设备菜单一致）、地址、A/B 是否接反、供电与终端电阻、是否有别的程序占用线路。不清楚时：npx pitwatch scan',
    en: '{device} gave no usable answer to the first {count} requests, so the rest is not asked. Check baud rate and parity (as in its menu), the address, whether A and B are swapped, its supply, termination, and that no other master is on the line. When in doubt: npx pitwatch scan',
  },
})

interface Reading {
  readonly live: readonly LivePoint[]
  /** None when it does not answer. */
  readonly who: Who | null
}

interface What {
  readonly device: BusDevice
  readonly profile: BusProfile
}

/** Prints what a device says, once or, with `--watch`, until the end; answers the exit code. Throws UsageError, `link/down`, `link/busy`. */
export async function printPoints(call: Call, what: What, deps: LiveDeps): Promise<number> {
  const point = call.option('point')
  const known = what.profile.points.map((one) => one.point)
  if (point !== null && !known.includes(point)) throw new UsageError(expectedOneOf('a point', point, known))
  const points = point === null ? null : [point]
  for (;;) {
    const reading = await readOnce(call, what, { ...deps, points })
    if (call.has('watch') && process.stdout.isTTY) process.stdout.write('\u001b[H\u001b[2J')
    const isIt = printReading(call, what.device, reading)
    if (!call.has('watch')) return isIt && reading.live.some(({ decoded }) => decoded.quality === 'good') ? 0 : 1
    await systemClock.sleep(what.device.every, call.signal)
  }
}

async function readOnce(
  call: Call,
  what: What,
  deps: LiveDeps & { readonly points: readonly string[] | null },
): Promise<Reading> {
  const live: LivePoint[] = []
  const all = deps.points?.length ?? what.device.points?.length ?? what.profile.points.length
  const progress = progressOn(process.stderr, systemClock)
  // A log of what is watched is not to be filled with how far each round is.
  const isShown = process.stderr.isTTY && !call.has('watch')
  const show = () => {
    if (isShown) progress.update(live.length / all, say(call.language, 'progress', { read: live.length, all }))
  }
  let failed = 0
  try {
    show()
    for await (const some of readLive(what, deps, call.signal)) {
      live.push(...some)
      show()
      if (some.some(({ exchange }) => exchange.error !== null)) failed += 1
      if (failed === SILENT_REQUESTS && live.every(({ exchange }) => exchange.error !== null)) break
    }
    const answers = live.some(({ exchange }) => exchange.error === null)
    return { live, who: answers ? await readWho(what, deps, call.signal) : null }
  } finally {
    progress.clear()
  }
}

/** False when another device answers than the one that is meant. */
function printReading(call: Call, device: BusDevice, { live, who }: Reading): boolean {
  const { language, print } = call
  const now = systemClock.mono()
  const time = new Date(systemClock.now()).toISOString().slice(0, 19).replace('T', ' ')
  print(say(language, 'at', { device: `${device.id} (${device.profile})`, time }))
  const failed = [...new Set(live.map(({ exchange }) => exchange))].filter(({ error }) => error !== null)
  if (who === null && live.length > 0) {
    const [first] = failed
    if (first !== undefined) printExchange(call, first)
    call.complain(say(language, 'silent', { device: device.id, count: failed.length }))
    return true
  }
  const rows = live.map(({ point, quantity, decoded, mono, raw }) => [
    point,
    valueText(decoded.value),
    unitText(QUANTITIES[quantity].unit),
    qualityText(language, decoded.reason),
    `${((now - mono) / 1_000).toFixed(1)} s`,
    raw ?? '',
  ])
  const heads = (['point', 'value', 'unit', 'quality', 'age', 'bytes'] as const).map((key) => say(language, key))
  for (const line of textTable(heads, rows, [1, 4])) print(line)
  const good = live.filter(({ decoded }) => decoded.quality === 'good').length
  print(say(language, 'good', { good, all: live.length }))
  const isIt = who === null || printWho(call, device, who)
  if (call.has('steps')) printSteps(call, live)
  else for (const exchange of failed) printExchange(call, exchange)
  return isIt
}

function printWho({ language, print, complain }: Call, device: BusDevice, { serial, model }: Who): boolean {
  const told = [
    ...(serial === null ? [] : [say(language, 'serial', { serial })]),
    ...(model === 'confirmed' ? [say(language, 'model-confirmed')] : []),
  ]
  if (told.length > 0) print(told.join(', '))
  const values = { device: device.id, profile: device.profile, expected: device.serial ?? '', came: serial ?? '' }
  if (model === 'other') complain(say(language, 'otherModel', values))
  if (device.serial === undefined) return model !== 'other'
  if (serial === null) complain(say(language, 'noSerial', values))
  else if (serial !== device.serial) complain(say(language, 'otherSerial', values))
  return model !== 'other' && (serial === null || serial === device.serial)
}

function printSteps(call: Call, live: readonly LivePoint[]): void {
  for (const exchange of new Set<LiveExchange>(live.map((one) => one.exchange))) {
    call.print('')
    printExchange(call, exchange)
    for (const { point, steps, decoded, raw } of live.filter((one) => one.exchange === exchange)) {
      const told = steps.map((step) => stepText(call.language, step))
      const plain = `${raw ?? ''} → ${valueText(decoded.value)}, ${qualityText(call.language, decoded.reason)}`
      call.print(`  ${point}: ${told.length === 0 ? plain : told.join(' → ')}`)
    }
  }
}
