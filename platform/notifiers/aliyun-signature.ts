import { createHmac } from 'node:crypto'

/** Parameters of a request, without the signature. */
export type AliyunParameters = Readonly<Record<string, string>>

/** Percent-encoding as the signature wants it: everything but letters, digits and `-_.~`. (RFC 3986 §2.3) */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The parameters in the order of their names, as the signature and the request carry them. */
export function canonicalQuery(parameters: AliyunParameters): string {
  return Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`)
    .join('&')
}

/** Signature of a call in RPC style (version 1.0): base64 of HMAC-SHA1 with the secret and `&` as the key. */
export function aliyunSign(method: 'GET' | 'POST', parameters: AliyunParameters, secret: string): string {
  const text = `${method}&${percentEncoded('/')}&${percentEncoded(canonicalQuery(parameters))}`
  return createHmac('sha1', `${secret}&`).update(text).digest('base64')
}
