import { BlockList, isIP, isIPv6 } from 'node:net'

/** Addresses that no router of the internet takes: the machine itself, private networks, links. (RFC 1918, 3927, 4193, 4291) */
export const PRIVATE_NETWORKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
]

const OWN_MACHINE: readonly string[] = ['127.0.0.0/8', '::1/128']

/** Some networks, for asking whether an address lies in one of them. */
export interface Networks {
  has(address: string): boolean
}

/** Whether a text is a network such as 10.0.0.0/8, or one address. */
export function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/')
  const most = isIPv6(address) ? 128 : 32
  return rest.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

/** Networks by their texts, each of which `isNetwork`. */
export function networksOf(texts: readonly string[]): Networks {
  const list = new BlockList()
  for (const text of texts) {
    const [address = '', bits] = text.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return {
    has: (text) => {
      // A zone, such as %eth0, is no part of where an address lies.
      const address = text.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
      return isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
    },
  }
}

/** Where people sign in without a second factor: this machine, and the networks named. */
export function nearNetworks(networks: readonly string[] = PRIVATE_NETWORKS): Networks {
  return networksOf([...OWN_MACHINE, ...networks])
}
