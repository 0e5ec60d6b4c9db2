import { hash } from 'node:crypto'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** A Merkle tree that leaves are added to one by one; it keeps one hash a level. (RFC 6962 §2.1, SHA-256) */
export interface MerkleTree {
  /** Leaves so far. */
  readonly size: number
  /** Adds a leaf: the bytes that a hexadecimal hash names. */
  add(leaf: string): void
  /** The root over the leaves so far, as hexadecimal digits; over none it is the hash of nothing. */
  root(): string
}

/** An empty tree. */
export function merkleTree(): MerkleTree {
  /** The complete subtrees, largest first: `count` leaves under `hash`. */
  const subtrees: { count: number; hash: Uint8Array }[] = []
  let size = 0
  return {
    get size() {
      return size
    },
    add: (leaf) => {
      size += 1
      subtrees.push({ count: 1, hash: sha256(LEAF, Buffer.from(leaf, 'hex')) })
      for (;;) {
        const [left, right] = subtrees.slice(-2)
        if (right === undefined || left?.count !== right.count) return
        subtrees.splice(-2, 2, { count: left.count * 2, hash: sha256(NODE, left.hash, right.hash) })
      }
    },
    root: () => {
      const whole = subtrees.reduceRight<Uint8Array | null>(
        (right, left) => (right === null ? left.hash : sha256(NODE, left.hash, right)),
        null,
      )
      return Buffer.from(whole ?? sha256()).toString('hex')
    },
  }
}

/** The root over hexadecimal hashes. */
export function merkleRoot(hashes: Iterable<string>): string {
  const tree = merkleTree()
  for (const each of hashes) tree.add(each)
  return tree.root()
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return hash('sha256', Buffer.concat(parts), 'buffer')
}
