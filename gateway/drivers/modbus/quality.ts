import type { DriverQuality } from '../../../core/contract/driver-quality.ts'

/** Where the Modbus driver stands on the quality ladder. */
export const modbusQuality: DriverQuality = {
  driver: 'modbus',
  claims: 'silver',
  rules: {
    bronze: {
      vectors: { is: 'done', proof: 'test/devices.test.ts' },
      properties: { is: 'done', proof: 'test/core/decode/modbus-rtu.test.ts' },
      simulator: { is: 'done', proof: 'test/gateway/drivers/modbus/driver.test.ts' },
      'checked-config': { is: 'done', proof: 'test/core/decode/profile-faults.test.ts' },
      'reads-only': { is: 'done', proof: 'test/gateway/drivers/modbus/plan.test.ts' },
    },
    silver: {
      reconnects: { is: 'done', proof: 'test/gateway/link/rtu-line.test.ts' },
      'says-lost': { is: 'done', proof: 'test/gateway/drivers/modbus/driver.test.ts' },
      'matched-answers': { is: 'done', proof: 'bench/wrong-value.ts' },
      bounded: { is: 'done', proof: 'test/gateway/link/turns.test.ts' },
      'independent-peer': { is: 'done', proof: 'test/sim/pymodbus.test.ts' },
      soak: { is: 'done', proof: 'bench/soak.ts' },
    },
    gold: {
      hardware: { is: 'todo', missing: 'no real device has been measured yet' },
      'limits-documented': { is: 'todo', missing: 'limits are from public sources only, not from measurements' },
      'field-faults': { is: 'todo', missing: 'no recording from the field yet' },
    },
  },
}
