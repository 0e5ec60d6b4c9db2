import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const SECOND = 1_000

// Tests start real servers (brokers, databases, browsers) beside themselves, so each worker is left a core for them.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: Math.max(1, Math.floor(availableParallelism() / 2)),
    testTimeout: 120 * SECOND,
    hookTimeout: 120 * SECOND,
    teardownTimeout: 20 * SECOND,
  },
})
