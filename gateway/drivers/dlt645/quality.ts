import type { DriverQuality } from '../../../core/contract/driver-quality.ts'

/** Where the DL/T 645 driver stands on the quality ladder. */
export const dlt645Quality: DriverQuality = {
  driver: 'dlt645',
  claims: 'bronze',
  rules: {
    bronze: {
      vectors: { is: 'done', proof: 'test/core/decode/dlt645.test.ts' },
      properties: { is: 'done', proof: 'test/core/decode/dlt645.test.ts' },
      simulator: { is: 'done', proof: 'test/gateway/drivers/dlt645/bus.test.ts' },
      'checked-config': { is: 'done', proof: 'test/core/decode/dlt645-points.test.ts' },
      'reads-only': { is: 'done', proof: 'test/core/decode/dlt645.test.ts' },
    },
    silver: {
      reconnects: { is: 'done', proof: 'test/gateway/drivers/dlt645/driver.test.ts' },
      'says-lost': { is: 'done', proof: 'test/gateway/drivers/dlt645/driver.test.ts' },
      'matched-answers': { is: 'done', proof: 'test/gateway/drivers/dlt645/bus.test.ts' },
      bounded: { is: 'done', proof: 'test/gateway/link/turns.test.ts' },
      'independent-peer': {
        is: 'todo',
        missing: 'no other program that plays such a meter has been run against it yet',
      },
      soak: { is: 'todo', missing: 'the soak of two million transactions' },
    },
    gold: {
      hardware: { is: 'todo', missing: 'no real meter has been measured yet' },
      'limits-documented': { is: 'todo', missing: 'limits are from public sources only, not from measurements' },
      'field-faults': { is: 'todo', missing: 'no recording from the field yet' },
    },
  },
}
