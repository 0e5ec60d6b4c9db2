import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Quantity } from '../../core/contract/quantity.ts'
import { en } from '../../dashboard/web/i18n/en.ts'
import { zhCN as zh } from '../../dashboard/web/i18n/zh-cn.ts'
import { inShownUnit, isSwitch, numberText, valueText } from '../../dashboard/web/show/number.ts'

describe('a value on the page', () => {
  it('shows watts as kilowatts, with a true minus', () => {
    expect(valueText(33_100, 'power', zh)).toEqual({ text: '33.10', unit: 'kW' })
    expect(valueText(-950, 'power', zh)).toEqual({ text: '−0.95', unit: 'kW' })
  })

  it('writes units as people do', () => {
    expect(valueText(19.44, 'temperature', en)).toEqual({ text: '19.4', unit: '°C' })
    expect(valueText(18_233.04, 'energy', en)).toEqual({ text: '18233.0', unit: 'kWh' })
  })

  it('never shows a minus before a zero', () => {
    expect(numberText(-0.001, 'voltage')).toBe('0.0')
  })

  it('shows a missing value as a dash without a unit, never as zero', () => {
    for (const quantity of Quantity.options) expect(valueText(null, quantity, zh)).toEqual({ text: '—', unit: '' })
  })

  it('shows switches as words of the language, also when they come as 0 and 1', () => {
    expect(valueText(true, 'running', zh).text).toBe('运行')
    expect(valueText(0, 'stream', en).text).toBe('Lost')
  })

  it('is the stored number again, within its decimals', () => {
    const numeric = Quantity.options.filter((quantity) => !isSwitch(quantity))
    fc.assert(
      fc.property(fc.constantFrom(...numeric), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (quantity, value) => {
        const shown = Number(numberText(value, quantity).replace('−', '-'))
        expect(Math.abs(shown - inShownUnit(value, quantity))).toBeLessThanOrEqual(0.5 + 1e-9)
      }),
    )
  })
})
