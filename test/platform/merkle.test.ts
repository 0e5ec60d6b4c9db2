import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { merkleRoot, merkleTree } from '../../platform/merkle.ts'

/** The leaves and roots that implementations of Certificate Transparency test themselves with. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const sha256 = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

/** As RFC 6962 §2.1 defines it, by splitting at the greatest power of two below the count. */
function byDefinition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0]!)
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return sha256(Buffer.of(1), byDefinition(leaves.slice(0, k)), byDefinition(leaves.slice(k)))
}

describe('the root over a day', () => {
  it.each(ROOTS.map((root, count) => [count, root] as const))('of %i leaves is the published one', (count, root) => {
    expect(merkleRoot(LEAVES.slice(0, count))).toBe(root)
  })

  it('is what the recursive definition says, for any count of leaves', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 70 }), (leaves) => {
        const tree = merkleTree()
        for (const leaf of leaves) tree.add(leaf.toString('hex'))
        expect(tree.size).toBe(leaves.length)
        expect(tree.root()).toBe(byDefinition(leaves).toString('hex'))
      }),
    )
  })
})
