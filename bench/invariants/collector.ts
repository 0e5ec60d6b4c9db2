/** Stands in for the test runner's functions while tests are asked whether they notice a fault: they are kept, and called one by one. */
import { expect as check } from 'vitest'

type Body = (...values: readonly unknown[]) => unknown

/** One test of a file. */
export interface Collected {
  readonly name: string
  readonly body: () => unknown
}

interface Collect {
  (name: string, body: Body, timeout?: number): void
  each(rows: readonly unknown[]): (name: string, body: Body) => void
}

// Each fault loads this module anew, so a list is filled by the files of one suite.
export const collected: Collected[] = []

export const expect = check

export const describe: Collect = Object.assign((_name: string, body: Body) => void body(), {
  each: (rows: readonly unknown[]) => (_name: string, body: Body) => {
    for (const row of rows) body(...valuesOf(row))
  },
})

export const it: Collect = Object.assign(
  (name: string, body: Body) => {
    collected.push({ name, body: () => body() })
  },
  {
    each: (rows: readonly unknown[]) => (name: string, body: Body) => {
      for (const row of rows) collected.push({ name, body: () => body(...valuesOf(row)) })
    },
  },
)

export const test = it

function valuesOf(row: unknown): readonly unknown[] {
  return Array.isArray(row) ? row : [row]
}
