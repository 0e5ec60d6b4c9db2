import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import type { DeviceProfile } from '../../core/contract/device-profile.ts'
import { QUANTITIES } from '../../core/contract/quantity.ts'
import type { GatewayConfig } from '../../core/contract/site.ts'
import type { Language } from '../../core/contract/text.ts'
import { type HandReading, HandReadings } from '../../gateway/technician/sheet.ts'
import type { ReadDevice } from '../../gateway/technician/sheet-devices.ts'
import { handFaults } from '../../gateway/technician/sheet-making.ts'
import { numberText, unitText } from '../../gateway/technician/unit-text.ts'
import { expectedOneOf, type Fault, faultReport, invalidConfig, parseYaml, readConfig } from '../../platform/config.ts'
import type { Call } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  ask: {
    'zh-CN': '{point} 系统读数 {value} {unit}，仪表实测（回车跳过，q 或 Ctrl-C 结束）：',
    en: '{point} reads {value} {unit}; hand-held reading (Enter to skip, q or Ctrl-C to end): ',
  },
  notNumber: { 'zh-CN': '应为数字，却是 {came}，请再输一次', en: 'expected a number, came {came}; once more, please' },
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
  const unknown = (ref: string, points: readonly string[]) => {
    const [device = ''] = ref.split('/')
    const known = points.filter((one) => one.startsWith(`${device}/`))
    return expectedOneOf('a point that is read', ref, known.length > 0 ? known : config.devices.map(({ id }) => id))
  }
  const faults = handFaults({ config, profiles }, readings, unknown).map(({ ref, message }): Fault => ({
    path: ['readings', ref],
    message,
  }))
  if (faults.length > 0) throw invalidConfig([faultReport(path, text, faults)])
  return readings
}

/** Asks for a reading of each point that is a measurement; nothing where there is no terminal. */
export async function askedFor({ language, signal }: Call, read: readonly ReadDevice[]): Promise<HandReadings> {
  const { stdin: input, stdout: output } = process
  const readings = input.isTTY && output.isTTY ? await askReadings(read, { language, input, output }, signal) : {}
  return HandReadings.parse({ readings })
}

/** A person at a terminal. */
export interface Asked {
  readonly language: Language
  readonly input: Readable
  readonly output: Writable
}

/**
 * Readings typed for the points that are measurements, by device/point. What is no number is asked for again; `q`, Ctrl-C and
 * the end of the input end the questions and lose nothing that was typed. Throws the signal's reason.
 */
export async function askReadings(
  read: readonly ReadDevice[],
  { language, input, output }: Asked,
  signal: AbortSignal,
): Promise<Record<string, HandReading>> {
  const readings: Record<string, HandReading> = {}
  using terminal = createInterface({ input, output, terminal: true })
  const ended = new AbortController()
  terminal.once('SIGINT', () => ended.abort()).once('close', () => ended.abort())
  const either = AbortSignal.any([signal, ended.signal])
  const ask = async (question: string): Promise<number | 'skip' | 'end'> => {
    for (;;) {
      if (ended.signal.aborted) return 'end'
      const answer = await terminal.question(question, { signal: either }).catch((error: unknown) => {
        signal.throwIfAborted()
        if (!ended.signal.aborted) throw error
        return 'q'
      })
      const came = answer.trim()
      if (came === 'q') return 'end'
      if (came === '') return 'skip'
      const number = Number(came.replace(',', '.'))
      if (Number.isFinite(number)) return number
      output.write(`${say(language, 'notNumber', { came })}\n`)
    }
  }
  for (const device of read) {
    for (const { point, value, quantity } of device.points) {
      if (typeof value !== 'number') continue
      const name = `${device.id}/${point}`
      const unit = unitText(QUANTITIES[quantity].unit)
      const answer = await ask(say(language, 'ask', { point: name, value: numberText(value), unit }))
      if (answer === 'end') {
        output.write('\n')
        return readings
      }
      if (answer !== 'skip') readings[name] = answer
    }
  }
  return readings
}
