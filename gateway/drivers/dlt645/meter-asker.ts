import type { FieldBus, Purpose } from '../../link/field-bus.ts'
import { askAddress, askItem, type Outcome, stationOf } from './ask-item.ts'

/** One meter on its bus. */
export class MeterAsker {
  readonly #bus: Pick<FieldBus, 'ask'>
  readonly #address: string

  constructor(bus: Pick<FieldBus, 'ask'>, address: string) {
    this.#bus = bus
    this.#address = address
  }

  item(
    { item, bytes }: { readonly item: string; readonly bytes?: number },
    purpose: Purpose,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const known = bytes === undefined ? {} : { bytes }
    return askItem(this.#bus, { address: this.#address, item, ...known, purpose }, signal)
  }

  /** The address of whatever meter answers on the line; only where there is no other. */
  anybody(signal: AbortSignal): Promise<string | null> {
    return askAddress(this.#bus, { station: stationOf(this.#address), purpose: 'probe' }, signal)
  }
}
