import type { DriverQuality } from '../../../core/contract/driver-quality.ts'

/** Where the camera driver stands on the quality ladder. */
export const isapiQuality: DriverQuality = {
  driver: 'isapi',
  claims: 'bronze',
  rules: {
    bronze: {
      vectors: { is: 'done', proof: 'test/gateway/drivers/isapi/digest.test.ts' },
      properties: { is: 'done', proof: 'test/gateway/drivers/isapi/multipart.test.ts' },
      simulator: { is: 'done', proof: 'test/gateway/drivers/isapi/driver.test.ts' },
      'checked-config': { is: 'done', proof: 'test/platform/site/loaded-gateway.test.ts' },
      'reads-only': { is: 'done', proof: 'test/gateway/drivers/isapi/driver.test.ts' },
    },
    silver: {
      reconnects: { is: 'done', proof: 'test/gateway/drivers/isapi/driver.test.ts' },
      'says-lost': { is: 'done', proof: 'test/gateway/drivers/isapi/driver.test.ts' },
      'matched-answers': { is: 'exempt', because: 'nothing is asked: a camera sends events on a stream of its own' },
      bounded: { is: 'done', proof: 'test/gateway/drivers/isapi/multipart.test.ts' },
      'independent-peer': { is: 'todo', missing: 'held against our own simulated camera only' },
      soak: { is: 'todo', missing: 'no long run with cut and malformed streams yet' },
    },
    gold: {
      hardware: { is: 'todo', missing: 'no real camera has been measured yet' },
      'limits-documented': { is: 'todo', missing: 'limits are from public sources only, not from measurements' },
      'field-faults': { is: 'todo', missing: 'no recording from the field yet' },
    },
  },
}
