import { type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from '../../core/kit/canonical-json.ts'

/** What a signature is for; a signature for one purpose is none for another. */
type Purpose = 'config' | 'command' | 'renewal'

/** Of fixed length, and shorter as text than the other form. (IEEE P1363) */
const ENCODING = 'ieee-p1363'

/** Signs a configuration with the key of the authority, over its canonical JSON; base64. */
export function signConfig(config: unknown, key: KeyObject): string {
  return signed('config', config, key)
}

/** Whether the authority with this public key has signed a configuration. */
export function verifyConfig(config: unknown, signature: string, key: KeyObject): boolean {
  return holds('config', config, { signature, key })
}

/** Signs the order of a command with the key of the authority; base64. */
export function signCommand(order: unknown, key: KeyObject): string {
  return signed('command', order, key)
}

/** Whether the authority with this public key has signed the order of a command. */
export function verifyCommand(order: unknown, signature: string, key: KeyObject): boolean {
  return holds('command', order, { signature, key })
}

/** What a renewal says, beside its signature. */
export interface Renewal {
  /** Of the certificate whose key signs. */
  readonly serial: string
  /** The request for the next one, PEM. */
  readonly request: string
}

/** Signs the request for the next certificate with the key of the present one; base64. */
export function signRenewal({ serial, request }: Renewal, key: KeyObject): string {
  return signed('renewal', { serial, request }, key)
}

export function verifyRenewal({ serial, request }: Renewal, signature: string, key: KeyObject): boolean {
  return holds('renewal', { serial, request }, { signature, key })
}

function signed(purpose: Purpose, value: unknown, key: KeyObject): string {
  return sign('sha256', bytesOf(purpose, value), { key, dsaEncoding: ENCODING }).toString('base64')
}

function holds(purpose: Purpose, value: unknown, by: { readonly signature: string; readonly key: KeyObject }): boolean {
  const signature = Buffer.from(by.signature, 'base64')
  try {
    return verify('sha256', bytesOf(purpose, value), { key: by.key, dsaEncoding: ENCODING }, signature)
  } catch {
    // A key that cannot sign so has not signed it.
    return false
  }
}

function bytesOf(purpose: Purpose, value: unknown): Buffer {
  return Buffer.from(`pitwatch ${purpose}\n${canonicalJson(value)}`, 'utf8')
}
