import type { Fates } from '../../core/contract/config-lane.ts'

/** A part of a running gateway that is replaced as a whole. */
export interface Piece {
  readonly id: string
  /** Equal for two pieces that are made of the same: one can stay where the other is wanted. */
  readonly key: string
}

/** The way from the pieces that run to those that shall. */
export interface Change<P extends Piece> {
  /** Stay as they are: the objects that run, not their equals. */
  readonly kept: readonly P[]
  /** Stop, because they are wanted no longer or differently. */
  readonly stopped: readonly P[]
  /** Start, in place of one that stops or anew. */
  readonly started: readonly P[]
  /** The order in which they shall stand, by id. */
  readonly order: readonly string[]
}

/** The least that has to stop and start so that `to` runs where `from` ran. Ids are unique on either side. */
export function changeOf<P extends Piece>(from: readonly P[], to: readonly P[]): Change<P> {
  const running = new Map(from.map((piece) => [piece.id, piece]))
  const stays = ({ id, key }: P) => running.get(id)?.key === key
  const keptIds = new Set(to.filter(stays).map(({ id }) => id))
  return {
    kept: from.filter(({ id }) => keptIds.has(id)),
    stopped: from.filter(({ id }) => !keptIds.has(id)),
    started: to.filter((piece) => !keptIds.has(piece.id)),
    order: to.map(({ id }) => id),
  }
}

/** What runs after a change. */
export function changed<P extends Piece>({ kept, started, order }: Change<P>): readonly P[] {
  const pieces = new Map([...kept, ...started].map((piece) => [piece.id, piece]))
  return order.flatMap((id) => pieces.get(id) ?? [])
}

/** What becomes of each piece, by id. */
export function fatesOf({ kept, stopped, started }: Change<Piece>): Fates {
  const gone = new Set(stopped.map(({ id }) => id))
  const come = new Set(started.map(({ id }) => id))
  return {
    kept: kept.map(({ id }) => id),
    restarted: [...come].filter((id) => gone.has(id)),
    added: [...come].filter((id) => !gone.has(id)),
    removed: [...gone].filter((id) => !come.has(id)),
  }
}
