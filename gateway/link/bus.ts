import type { GatewayHealth } from '../../core/contract/lanes.ts'
import type { Bus } from '../../core/contract/site.ts'
import type { ReadAnswer, ReadRequest } from '../../core/decode/modbus-pdu.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { closedError } from './connection.ts'
import type { Line, Tally } from './line.ts'
import { RtuLine } from './rtu-line.ts'
import { serialConnect } from './serial-channel.ts'
import { tcpConnect } from './tcp-channel.ts'
import { TcpLine } from './tcp-line.ts'
import { Turns } from './turns.ts'

/** What a bus tells of itself; counts since start. */
export type BusHealth = GatewayHealth['buses'][number]

/** One physical bus: all requests to it go through here, one exchange at a time, fairly by unit. */
export interface ModbusBus {
  readonly id: string
  /** How long a device may think before it counts as silent, in ms. */
  readonly timeoutMs: number
  /** Baud of the line, or null where there is none. */
  readonly baud: number | null
  /**
   * Asks and answers; an exception code is an answer. Waits for its turn first; the timeout starts with the request.
   * Throws `link/timeout`, `link/down` (at once, while the line is lost), `link/busy`, `modbus/malformed`, or the
   * signal's reason when it aborts.
   */
  read(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer>
  counters(): BusHealth
  /** Closes the line; whoever waits gets `link/down`. */
  close(): void
}

/** Opens a bus for use. The line itself is opened with the first request, and again after each loss. */
export function openBus(config: Bus, { log }: { readonly clock: Clock; readonly log: Log }): ModbusBus {
  const tally: Tally = { exchanges: 0, timeouts: 0, exceptions: 0, malformed: 0, discardedBytes: 0 }
  const line = lineOf(config, tally, log)
  const turns = new Turns()
  return {
    id: config.id,
    timeoutMs: config.timeout,
    baud: config.kind === 'tcp' ? null : config.baud,
    read: async (request, signal) => {
      using _turn = await turns.take(request.unit, signal)
      const answer = await line.exchange(request, signal)
      if (answer.kind === 'exception') tally.exceptions += 1
      return answer
    },
    counters: () => ({ id: config.id, state: line.state, ...tally }),
    close: () => {
      turns.close(closedError(config.id))
      line.close()
    },
  }
}

function lineOf(config: Bus, tally: Tally, log: Log): Line {
  const common = { bus: config.id, timeoutMs: config.timeout, tally, log }
  switch (config.kind) {
    case 'tcp':
      return new TcpLine({ ...common, connect: tcpConnect(config.host, config.port) })
    case 'rtu-over-tcp':
      return new RtuLine({
        ...common,
        connect: tcpConnect(config.host, config.port),
        baud: config.baud,
        halfOpen: true,
      })
    case 'rtu':
      return new RtuLine({ ...common, connect: serialConnect(config), baud: config.baud, halfOpen: false })
  }
}
