import type { Quantity } from '../../../core/contract/quantity.ts'
import type { Texts } from '../i18n/texts.ts'
import type { AtCursor } from '../stores/trend-cursor.ts'
import { inShownUnit, isSwitch, numberText, unitOf, valueText } from './number.ts'

/** What a trend says at the cursor, as a value with its unit or the word for none. */
export function cursorText(found: AtCursor, quantity: Quantity, texts: Texts): string {
  switch (found.is) {
    case 'gap':
      return texts.trend.gap
    case 'bad':
      return texts.quality.bad
    case 'good':
    case 'provisional': {
      const { text, unit } = valueText(isSwitch(quantity) ? found.mean >= 0.5 : found.mean, quantity, texts)
      return unit === '' ? text : `${text} ${unit}`
    }
  }
}

/** From the least to the greatest value of the column; empty where they are the same, and for a switch. */
export function bandText(found: AtCursor, quantity: Quantity): string {
  if (!('min' in found) || isSwitch(quantity)) return ''
  if (inShownUnit(found.max, quantity) <= inShownUnit(found.min, quantity)) return ''
  return `${numberText(found.min, quantity)}–${numberText(found.max, quantity)} ${unitOf(quantity)}`
}
