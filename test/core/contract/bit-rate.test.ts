import { expect, it } from 'vitest'
import { BitRate, UplinkAccess } from '../../../core/contract/site.ts'

it('reads a bit rate as people write it, and says what it expects of any other', () => {
  expect(['64kbit', '2Mbit', '9600bit', '1.5Mbit'].map((text) => BitRate.parse(text))).toEqual([
    64_000, 2_000_000, 9_600, 1_500_000,
  ])
  for (const text of ['64', '64k', '64 kbit', '-1kbit', 'kbit', '64kB', '500bit', '0kbit'])
    expect(() => BitRate.parse(text)).toThrow(/expected (a bit rate such as 64kbit|at least 1kbit)/)
})

it('takes all of the line, and waits for no host, where nothing else is said', () => {
  expect(UplinkAccess.parse({ url: 'mqtt://broker' })).toEqual({ url: 'mqtt://broker', primaryHost: false })
})
