import type { Deterrent } from '../../../core/contract/site.ts'
import { GatewayConfig } from '../../../core/contract/site.ts'
import type { Reach } from '../../../gateway/deterrent/output.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import { serveBus } from '../../../sim/modbus/bus.ts'
import { systemClock } from '../../../platform/clock.ts'
import { keptLog } from '../uplink/county.ts'

export const COIL = 2
export const SHOWN = 7

/** A relay board on Modbus TCP with a siren on one coil, and a contact that shows whether it sounds. */
export class Relay implements AsyncDisposable {
  /** What was written to the coil, in order. */
  readonly written: number[] = []
  /** The siren is broken: the contact never closes. */
  isDumb = false
  /** The relay sticks: it takes the write and does nothing. */
  isStuck = false
  readonly coil = new Map<number, number>([[COIL, 0]])
  #listener: Awaited<ReturnType<typeof serveBus>> | null = null
  #bus: ReturnType<typeof openBus> | null = null

  get isOn(): boolean {
    return this.coil.get(COIL) === 1
  }

  async listen(port = 0): Promise<void> {
    const station = {
      unit: 5,
      maxRegisters: 100,
      image: () => ({
        coil: this.coil,
        'discrete-input': new Map([[SHOWN, this.isOn && !this.isDumb ? 1 : 0]]),
        'holding-register': new Map<number, number>(),
        'input-register': new Map<number, number>(),
      }),
      write: (_table: string, address: number, values: readonly number[]) => {
        this.written.push(values[0] ?? -1)
        if (!this.isStuck) this.coil.set(address, values[0] ?? 0)
      },
    }
    this.#listener = await serveBus({ kind: 'tcp', host: '127.0.0.1', port, stations: [station] })
    this.#bus = openBus(
      { id: 'main', kind: 'tcp', host: '127.0.0.1', port: this.#listener.port, timeout: 300, pipeline: 1 },
      { clock: systemClock, log: keptLog() },
    )
  }

  readonly reach = (device: string): Reach | null =>
    this.#bus === null || device !== 'relay' ? null : { bus: this.#bus, unit: 5 }

  /** What was asked of it before is answered. */
  async settled(): Promise<void> {
    const request = { unit: 5, table: 'coil', address: COIL, quantity: 1, purpose: 'command' } as const
    await this.#bus?.read(request, new AbortController().signal)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bus?.close()
    await this.#listener?.close()
  }
}

export function deterrent(change: Record<string, unknown> = {}): Deterrent {
  const raw = { id: 'siren', kind: 'siren', device: 'relay', coil: COIL, most: '30s', ...change }
  return GatewayConfig.shape.deterrents.parse([raw])[0]!
}
