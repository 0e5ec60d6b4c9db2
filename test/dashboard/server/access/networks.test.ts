import { describe, expect, it } from 'vitest'
import { shortAgent } from '../../../../dashboard/server/access/agent.ts'
import { passwordFault } from '../../../../dashboard/server/access/common-passwords.ts'
import { isNetwork, nearNetworks, networksOf } from '../../../../dashboard/server/access/networks.ts'
import { clientAddress } from '../../../../dashboard/server/http/address.ts'

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '10.3.2.1',
    '172.31.0.9',
    '192.168.1.1',
    '169.254.3.4',
    'fe80::1%eth0',
    'fd00::7',
    '::ffff:10.0.0.1',
  ])('%s is near', (address) => expect(nearNetworks().has(address)).toBe(true))

  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '2001:db8::1',
    '::ffff:8.8.8.8',
    '',
    'localhost',
    '10.0.0.1 (forwarded)',
    '10.0.0.1.2',
  ])('%s is from outside', (address) => expect(nearNetworks().has(address)).toBe(false))

  it('is near only in the networks that are named, and on the machine itself', () => {
    const near = nearNetworks(['10.8.0.0/16', '203.0.113.7'])
    const addresses = ['10.8.3.4', '203.0.113.7', '127.0.0.1', '10.9.0.1', '192.168.1.1']
    expect(addresses.map((address) => near.has(address))).toEqual([true, true, true, false, false])
  })

  it.each([
    ['10.0.0.0/8', true],
    ['fd00::/8', true],
    ['203.0.113.7', true],
    ['10.0.0.0/33', false],
    ['10.0.0/8', false],
    ['10.0.0.0/8/9', false],
    ['10.0.0.0/', false],
    ['office', false],
  ])('%s as a network: %s', (text, expected) => expect(isNetwork(text)).toBe(expected))
})

describe('where a request comes from', () => {
  const from = (peer: string, forwarded: string | undefined, proxies: readonly string[] = []) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
    return clientAddress({ headers, socket: { remoteAddress: peer } as never }, networksOf(proxies))
  }

  it('is its peer where no proxy says anything', () => {
    expect(from('10.0.0.7', undefined)).toBe('10.0.0.7')
    expect(from('10.0.0.7', undefined, ['10.0.0.7'])).toBe('10.0.0.7')
  })

  it('is nowhere where a proxy nobody named has passed it on', () => {
    expect(nearNetworks().has(from('127.0.0.1', '10.0.0.7'))).toBe(false)
  })

  it('is what the own proxies wrote, and not what was written before them', () => {
    expect(from('127.0.0.1', '10.0.0.7', ['127.0.0.1'])).toBe('10.0.0.7')
    expect(from('127.0.0.1', '203.0.113.9, 10.0.0.2', ['127.0.0.1', '10.0.0.2'])).toBe('203.0.113.9')
    // Somebody outside says to be at the desk.
    expect(nearNetworks().has(from('127.0.0.1', '10.0.0.7, 203.0.113.9', ['127.0.0.1']))).toBe(false)
    expect(nearNetworks().has(from('127.0.0.1', '10.0.0.7, 10.0.0.9', ['127.0.0.1']))).toBe(false)
  })
})

describe('a password somebody chose', () => {
  it.each([
    ['short', 'k3vx-9qtm', 'wang'],
    ['common', 'Password2026!', 'wang'],
    ['common', 'P@ssw0rd1234', 'wang'],
    ['common', 'Pitwatch-2026', 'wang'],
    ['common', 'woaini5201314', 'wang'],
    ['name', 'in-the-pit-wang-7', 'wang'],
    ['pattern', '123456789012', 'wang'],
    ['pattern', '210987654321', 'wang'],
    ['pattern', '1qaz2wsx3edc', 'wang'],
    ['pattern', 'abcxyabcxyabcxy', 'wang'],
    ['pattern', 'aaaaaaaaaaaaaaab', 'wang'],
  ])('is refused as %s: %s', (fault, password, user) => expect(passwordFault(password, user)).toBe(fault))

  it.each(['k3vx-9qtm-aaaa', '铁塔下面的鸽子飞得很高很高啊', 'correct horse battery'])('is taken: %s', (password) =>
    expect(passwordFault(password, 'wang')).toBeNull(),
  )
})

describe('a user agent', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox 140, Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0',
      'Edge 138, Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
      'Chrome 126, Android',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari 17, iOS',
    ],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['', ''],
    ['\u0007<script>alert(1)</script>', '<script>alert'],
  ])('%s is told as %s', (agent, told) => expect(shortAgent(agent)).toBe(told))
})
