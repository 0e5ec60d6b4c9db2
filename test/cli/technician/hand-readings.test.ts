import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { UtcMs } from '../../../core/contract/time.ts'
import { askReadings } from '../../../cli/technician/hand-readings.ts'
import type { ReadDevice } from '../../../gateway/technician/sheet-devices.ts'
import { until } from '../../support/until.ts'

const DEVICE: ReadDevice = {
  id: 'feeder',
  name: { 'zh-CN': '进线表', en: 'Feeder' },
  profile: 'acrel/adl400',
  models: [],
  bus: 'line-1',
  address: '1',
  serial: null,
  expectedSerial: null,
  model: 'unknown',
  points: ['p1', 'p2', 'p3'].map((point) => ({
    point,
    name: null,
    quantity: 'power',
    value: 100,
    quality: 'good',
    reason: null,
    at: UtcMs.parse(1_700_000_000_000),
    raw: null,
  })),
}

/** Types one answer after each question. */
async function typed(answers: readonly string[]): Promise<{ readings: unknown; shown: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let shown = ''
  output.on('data', (bytes: Buffer) => (shown += bytes.toString()))
  const asked = () => shown.split('hand-held reading').length - 1
  const done = askReadings([DEVICE], { language: 'en', input, output }, new AbortController().signal)
  for (const [index, answer] of answers.entries()) {
    await until('the question', () => asked() > index)
    input.write(answer)
  }
  return { readings: await done, shown }
}

describe('the questions for hand-held readings', () => {
  it('ask again what was no number, and keep what was typed when Ctrl-C or q ends them', async () => {
    for (const end of ['\u0003', 'q\r', '\u0004']) {
      const { readings, shown } = await typed(['98\r', '9x\r', '97,5\r', end])
      expect(readings).toEqual({ 'feeder/p1': 98, 'feeder/p2': 97.5 })
      expect(shown).toContain('came 9x')
    }
  })

  it('skip a point at Enter', async () => {
    expect((await typed(['\r', '98\r', '\r'])).readings).toEqual({ 'feeder/p2': 98 })
  })
})
