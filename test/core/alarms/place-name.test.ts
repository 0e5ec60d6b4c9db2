import { describe, expect, it } from 'vitest'
import { placeNameOf } from '../../../core/alarms/place-name.ts'

describe('what people call a place', () => {
  it('is the name of its site, and of the control room itself, and else its id', () => {
    const name = { 'zh-CN': '试验废井', en: 'Trial old pit' }
    expect(placeNameOf('old-pit', { name })).toEqual(name)
    expect(placeNameOf('control-room', null)).toEqual({ 'zh-CN': '监控中心', en: 'Control room' })
    expect(placeNameOf('unheard-of', undefined)).toEqual({ 'zh-CN': 'unheard-of', en: 'unheard-of' })
  })
})
