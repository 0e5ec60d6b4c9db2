import { describe, expect, it } from 'vitest'
import { Identity, identityValue, lookTwice, type Verdict } from '../../../gateway/device/identity.ts'
import { quietLog } from '../../support/quiet-log.ts'

const HOUR = 3_600_000

function known(serial: string | null) {
  const log = quietLog()
  return { log, identity: new Identity({ serial, recheckMs: 60_000, log, facts: { device: 'meter' } }) }
}
const told = (kind: Verdict, serial: string | null = null) => ({ kind, serial, found: serial })

describe('the identity of a device', () => {
  it('is that of the first one met, and no other one takes its place', () => {
    const { identity } = known(null)
    expect(identity.isOther('1')).toBe(false)
    expect(identity.settle(told('same', '1'), 0)).toEqual({ isNews: true, isBack: false, hasLearned: true })
    expect(identity.isOther('2')).toBe(true)
    expect(identity.settle(told('other', '2'), 1)).toEqual({ isNews: true, isBack: false, hasLearned: false })
    expect(identity.serial).toBe('1')
    expect(identity.settle(told('same', '1'), 2)).toEqual({ isNews: true, isBack: true, hasLearned: false })
  })

  it('is asked for hourly, of another device sooner, and at once after a doubt', () => {
    const { identity } = known('1')
    expect(identity.isDue(0)).toBe(true)
    identity.settle(told('same', '1'), 0)
    expect([identity.isDue(HOUR - 1), identity.isDue(HOUR)]).toEqual([false, true])
    identity.settle(told('other', '2'), 0)
    expect([identity.isDue(59_999), identity.isDue(60_000)]).toEqual([false, true])
    identity.suspect()
    expect(identity.isDue(0)).toBe(true)
  })

  it('is told once when it changes, and once when it is right again', () => {
    const { identity, log } = known('1')
    for (const kind of ['same', 'other', 'other', 'same', 'same'] as const) identity.settle(told(kind, '2'), 0)
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
    expect(log.lines[0]?.facts).toEqual({ code: 'identity-mismatch', device: 'meter', found: '2', expected: '1' })
  })

  it('is looked at twice before it is another’s', async () => {
    const seen = ['other', 'same', 'other', 'other', 'same']
    const look = () => lookTwice(() => Promise.resolve({ kind: seen.shift() ?? 'none' }))
    expect([await look(), await look(), await look()].map(({ kind }) => kind)).toEqual(['same', 'other', 'same'])
  })

  it('is no value where it is not known', () => {
    expect(identityValue('same', null)).toMatchObject({ value: false, quality: 'good' })
    expect(identityValue('other', 'identity-mismatch')).toMatchObject({ value: true, quality: 'good' })
    expect(identityValue('same', 'timeout')).toMatchObject({ value: null, reason: 'timeout' })
    for (const verdict of ['unknown', 'unchecked'] as const)
      expect(identityValue(verdict, null)).toMatchObject({ value: null, reason: 'exception' })
  })
})
