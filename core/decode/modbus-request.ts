import type { ReadAnswer, ReadRequest } from './modbus-pdu.ts'

/**
 * Everything that can be asked of a Modbus device: function codes 1–6, 8, 15, 16, 22, 23 and 43/14. Addresses count from 0.
 * (MODBUS Application Protocol V1.1b3 §6)
 */
export type ModbusRequest =
  | ({ readonly kind: 'read' } & ReadRequest)
  | { readonly kind: 'write-coil'; readonly unit: number; readonly address: number; readonly bit: boolean }
  | { readonly kind: 'write-register'; readonly unit: number; readonly address: number; readonly word: number }
  | { readonly kind: 'write-coils'; readonly unit: number; readonly address: number; readonly bits: readonly boolean[] }
  | {
      readonly kind: 'write-registers'
      readonly unit: number
      readonly address: number
      readonly words: readonly number[]
    }
  | {
      readonly kind: 'mask-write'
      readonly unit: number
      readonly address: number
      readonly and: number
      readonly or: number
    }
  | {
      readonly kind: 'read-write'
      readonly unit: number
      readonly read: { readonly address: number; readonly quantity: number }
      readonly write: { readonly address: number; readonly words: readonly number[] }
    }
  /** Return query data, function 8 with sub-function 0: the device sends `data` back. */
  | { readonly kind: 'loopback'; readonly unit: number; readonly data: readonly number[] }
  /** Read device identification, function 43 with MEI type 14. `access` 1 basic, 2 regular, 3 extended, 4 one object. */
  | { readonly kind: 'identify'; readonly unit: number; readonly access: 1 | 2 | 3 | 4; readonly object: number }

/** What a device can answer. An exception is an answer: the device is there and says no. */
export type ModbusAnswer =
  | ReadAnswer
  /** The device says that it has written what it was told. */
  | { readonly kind: 'written' }
  | { readonly kind: 'echo' }
  | {
      readonly kind: 'identification'
      readonly conformity: number
      /** Object id from which to go on asking, null when that was all. */
      readonly next: number | null
      /** Texts by object id: 0 vendor, 1 product code, 2 revision, 4 product name, 5 model name. */
      readonly objects: ReadonlyMap<number, string>
    }
