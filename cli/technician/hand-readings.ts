import { createInterface } from 'node:readline/promises'
import type { DeviceProfile } from '../../core/contract/device-profile.ts'
import { QUANTITIES, type Quantity } from '../../core/contract/quantity.ts'
import type { GatewayConfig } from '../../core/contract/site.ts'
import { handFault, type HandReading, HandReadings } from '../../gateway/technician/sheet.ts'
import type { ReadDevice } from '../../gateway/technician/sheet-devices.ts'
import { numberText, unitText } from '../../gateway/technician/unit-text.ts'
import { expectedOneOf, type Fault, faultReport, invalidConfig, parseYaml, readConfig } from '../../platform/config.ts'
import type { Call } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  ask: {
    'zh-CN': '{point} 系统读数 {value} {unit}，仪表实测（回车跳过，q 结束）：',
    en: '{point} reads {value} {unit}; hand-held reading (Enter to skip, q to end): ',
  },
  notNumber: { 'zh-CN': '应为数字，却是 {came}', en: 'expected a number, came {came}' },
})

/** Hand-held readings from a file, each checked against the point it names; null when no file is given. */
export function readingsOption(
  call: Call,
  config: GatewayConfig,
  profiles: ReadonlyMap<string, DeviceProfile>,
): HandReadings | null {
  const path = call.option('readings')
  if (path === null) return null
  const text = readConfig(path)
  const readings = parseYaml(text, path, HandReadings)
  const quantities = new Map<string, Quantity>(
    config.devices.flatMap((device) => {
      const profile = profiles.get(device.profile)
      if (profile === undefined || profile.driver === 'isapi') return []
      const own = profile.points.filter(({ point }) => device.points?.includes(point) ?? true)
      return own.map(({ point, quantity }) => [`${device.id}/${point}`, quantity] as const)
    }),
  )
  const faults = Object.entries(readings.readings).flatMap(([ref, hand]): Fault[] => {
    const quantity = quantities.get(ref)
    const [device = ''] = ref.split('/')
    const known = [...quantities.keys()].filter((one) => one.startsWith(`${device}/`))
    const choice = known.length > 0 ? known : config.devices.map(({ id }) => id)
    const why = quantity === undefined ? expectedOneOf('a point that is read', ref, choice) : handFault(quantity, hand)
    return why === null ? [] : [{ path: ['readings', ref], message: why }]
  })
  if (faults.length > 0) throw invalidConfig([faultReport(path, text, faults)])
  return readings
}

/** Asks for a reading of each point that is a measurement; nothing where there is no terminal. */
export async function askedFor(call: Call, read: readonly ReadDevice[]): Promise<HandReadings> {
  const readings: Record<string, HandReading> = {}
  const asked = { tolerance: HandReadings.parse({ readings: {} }).tolerance, readings }
  if (!process.stdin.isTTY || !process.stdout.isTTY) return asked
  using terminal = createInterface({ input: process.stdin, output: process.stdout })
  for (const device of read) {
    for (const { point, value, quantity } of device.points) {
      if (typeof value !== 'number') continue
      const name = `${device.id}/${point}`
      const unit = unitText(QUANTITIES[quantity].unit)
      const question = say(call.language, 'ask', { point: name, value: numberText(value), unit })
      const answer = (await terminal.question(question, { signal: call.signal })).trim()
      if (answer === 'q') return asked
      const number = Number(answer.replace(',', '.'))
      if (answer !== '' && Number.isFinite(number)) readings[name] = number
      else if (answer !== '') call.complain(say(call.language, 'notNumber', { came: answer }))
    }
  }
  return asked
}
