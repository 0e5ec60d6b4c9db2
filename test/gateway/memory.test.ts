import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HouseError } from '../../core/kit/errors.ts'
import { storeMemory } from '../../gateway/memory.ts'
import { openGatewayStore } from '../../gateway/store/open.ts'
import { storeOptions } from './store/world.ts'
import { temporaryFolder } from './uplink/county.ts'

describe('what drivers remember', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('is there after a restart, each under its own key, and as kept last', () => {
    {
      using store = openGatewayStore(folder.path, storeOptions())
      const memory = storeMemory(store)
      memory.keep('modbus/a', { serial: '1' })
      memory.keep('modbus/a', { serial: '2' })
      memory.keep('modbus/b', [])
      // Not a key of the store's own.
      memory.keep('stream', 'mine')
    }
    using store = openGatewayStore(folder.path, storeOptions())
    const memory = storeMemory(store)
    expect(memory.recall('modbus/a')).toEqual({ serial: '2' })
    expect(memory.recall('modbus/b')).toEqual([])
    expect(memory.recall('modbus/c')).toBeNull()
    expect(store.stream).not.toBe('mine')
  })

  it('is nothing where the disk refuses or the row is damaged, and stops nobody', () => {
    const failing = () => {
      throw new HouseError('store/failed', 'no disk')
    }
    const memory = storeMemory({ note: failing, keepNote: failing })
    memory.keep('a', 1)
    expect(memory.recall('a')).toBeNull()
    expect(storeMemory({ note: () => '{', keepNote: () => undefined }).recall('a')).toBeNull()
  })
})
