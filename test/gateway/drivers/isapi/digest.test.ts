import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { authorization, chooseChallenge } from '../../../../gateway/drivers/isapi/digest.ts'

// RFC 7616 §3.9.1: one request, answered with both algorithms.
const CHALLENGE = (algorithm: string) =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
  `nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
const REQUEST = {
  user: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  nc: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
}

function responseTo(header: string): string | undefined {
  const challenge = chooseChallenge(header)
  return challenge === null ? undefined : /response="([0-9a-f]+)"/.exec(authorization(challenge, REQUEST))?.[1]
}

describe('digest authentication', () => {
  it('gives the answers of RFC 7616 §3.9.1', () => {
    expect(responseTo(CHALLENGE('MD5'))).toBe('8ca523f5e9506fed4657c9700eebdbec')
    expect(responseTo(CHALLENGE('SHA-256'))).toBe('753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1')
  })

  it('prefers SHA-256 wherever both are offered, in one header or several, and passes over Basic', () => {
    for (const header of [
      `${CHALLENGE('MD5')}, ${CHALLENGE('SHA-256')}`,
      `${CHALLENGE('SHA-256')}, ${CHALLENGE('MD5')}`,
      `Basic realm="camera", ${CHALLENGE('MD5')}, ${CHALLENGE('SHA-256')}`,
    ]) {
      expect(chooseChallenge(header)).toMatchObject({ hash: 'sha256', realm: 'http-auth@example.org' })
    }
  })

  it('answers none that it cannot: Basic alone, an unknown hash, auth-int alone, nonsense', () => {
    for (const header of [
      '',
      'Basic realm="camera"',
      CHALLENGE('SHA-512-256'),
      'Digest realm="x", nonce="y", qop="auth-int"',
      'Digest',
      'Digest realm="x',
    ]) {
      expect(chooseChallenge(header)).toBe(null)
    }
  })

  it('answers a challenge without qop the old way', () => {
    // RFC 2069, as corrected by erratum 749.
    const challenge = chooseChallenge(
      'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    )
    const header = authorization(challenge!, { ...REQUEST, password: 'CircleOfLife' })
    expect(header).toContain('response="1949323746fe6a43ef61f9606e7febea"')
    expect(header).not.toContain('cnonce')
    expect(header).not.toContain('algorithm')
  })

  it('counts the uses of a nonce in hexadecimal and mixes nonce and cnonce into a session', () => {
    const challenge = chooseChallenge(CHALLENGE('MD5-sess'))!
    const header = authorization(challenge, { ...REQUEST, nc: 26 })
    expect(header).toContain('nc=0000001a')
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    const a1 = md5(`${md5('Mufasa:http-auth@example.org:Circle of Life')}:${challenge.nonce}:${REQUEST.cnonce}`)
    const expected = md5(`${a1}:${challenge.nonce}:0000001a:${REQUEST.cnonce}:auth:${md5('GET:/dir/index.html')}`)
    expect(header).toContain(`response="${expected}"`)
  })
})
