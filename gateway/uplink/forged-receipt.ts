import { HouseError } from '../../core/kit/errors.ts'

/** A receipt that nobody can have given who has read what was sent. */
export function forgedReceipt(why: string, facts: Readonly<Record<string, string | number>>): HouseError {
  return new HouseError('message/malformed', `forged receipt: ${why}`, { ...facts, refused: 'forged receipt' })
}
