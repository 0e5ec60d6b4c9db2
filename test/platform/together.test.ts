import { describe, expect, it } from 'vitest'
import { together } from '../../platform/together.ts'

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, refuse) => signal.addEventListener('abort', () => refuse(new Error('aborted'))))

describe('together', () => {
  it('ends the others before a failure goes on', async () => {
    const ended: string[] = []
    const slow = async (signal: AbortSignal) => {
      await untilAborted(signal).catch(() => undefined)
      await Promise.resolve()
      ended.push('slow')
    }
    const failing = () => Promise.reject(new Error('the bus is gone'))
    await expect(together(new AbortController().signal, [slow, failing])).rejects.toThrow('the bus is gone')
    expect(ended).toEqual(['slow'])
  })

  it('takes an error after the abort as the end it is', async () => {
    const ending = new AbortController()
    const all = together(ending.signal, [untilAborted, untilAborted])
    ending.abort()
    await expect(all).resolves.toBeUndefined()
  })
})
