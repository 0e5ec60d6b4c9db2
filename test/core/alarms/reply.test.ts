import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameNumber, subscriberOf } from '../../../core/alarms/reply.ts'

describe("a sender's number", () => {
  it.each([
    ['+8613900000001', '13900000001'],
    ['8613900000001', '13900000001'],
    ['008613900000001', '13900000001'],
    ['13900000001', '13900000001'],
    ['013900000001', '13900000001'],
    ['+86 139-0000-0001', '13900000001'],
    ['03562000003', '3562000003'],
    ['+863562000003', '3562000003'],
    ['+4913900000001', '+4913900000001'],
    ['10086', '10086'],
    ['cmcc', 'CMCC'],
  ])('%s is the subscriber %s', (number, subscriber) => {
    expect(subscriberOf(number)).toBe(subscriber)
  })
})

describe('two numbers', () => {
  const mobile = fc.stringMatching(/^1[3-9]\d{9}$/)

  it('are one subscriber however each is dialled, and of no two subscribers', () => {
    const dialled = fc.constantFrom('', '+86', '0086', '86', '+86 ', '0')
    fc.assert(
      fc.property(mobile, mobile, dialled, dialled, (one, other, a, b) => {
        expect(isSameNumber(a + one, b + one)).toBe(true)
        expect(isSameNumber(a + one, b + other)).toBe(one === other)
      }),
    )
  })

  it.each([
    ['10086', '10086'],
    ['Operator', 'operator'],
    ['', ''],
    ['13900000001', '3900000001'],
    ['+8613900000001', '+4413900000001'],
    ['+4913900000001', '13900000001'],
  ])('%j and %j are none', (one, other) => {
    expect([isSameNumber(one, other), isSameNumber(other, one)]).toEqual([false, false])
  })
})
