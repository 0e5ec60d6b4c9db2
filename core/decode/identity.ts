import type { IdentityRegister } from '../contract/device-profile.ts'
import type { ReadAnswer } from './modbus-pdu.ts'
import { numberOf } from './registers.ts'

/** The point that says whether another device answers where the site's own did. Its driver adds it; no profile has it. */
export const IDENTITY_POINT = 'identity-changed'

/** The raw number an identity register holds; a serial number is this number in decimal. NaN when the answer is too short. */
export function identityRaw(
  { type, words }: Pick<IdentityRegister, 'type' | 'words'>,
  answer: Exclude<ReadAnswer, { readonly kind: 'exception' }>,
): number {
  if (answer.kind === 'bits') return answer.bits[0] === undefined ? NaN : Number(answer.bits[0])
  return type === 'bit' ? NaN : numberOf(answer.words, type, words)
}
