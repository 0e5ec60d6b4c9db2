import type { Bus } from '../../core/contract/site.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { closedError } from './connection.ts'
import type { FieldBus } from './field-bus.ts'
import type { Line, Tally } from './line.ts'
import { RtuLine } from './rtu-line.ts'
import { serialConnect } from './serial-channel.ts'
import { tcpConnect } from './tcp-channel.ts'
import { TcpLine } from './tcp-line.ts'
import { Turns } from './turns.ts'

/** Opens a bus for use. The line itself is opened with the first request, and again after each loss. */
export function openBus(config: Bus, { log }: { readonly clock: Clock; readonly log: Log }): FieldBus {
  const tally: Tally = { exchanges: 0, timeouts: 0, exceptions: 0, malformed: 0, discardedBytes: 0 }
  const later = { staleAnswers: 0, reconnects: 0, busyMs: 0, deadMs: 0 }
  const notYet = () => Promise.reject(new HouseError('link/down', 'not on this line'))
  const line = lineOf(config, tally, log)
  const turns = new Turns()
  return {
    id: config.id,
    timeoutMs: config.timeout,
    timing: config.kind === 'tcp' ? null : { baud: config.baud },
    read: async (request, signal) => {
      using _turn = await turns.take(request.unit, signal)
      const answer = await line.exchange(request, signal)
      if (answer.kind === 'exception') tally.exceptions += 1
      return answer
    },
    write: notYet,
    ask: notYet,
    identify: notYet,
    mayProbe: () => true,
    station: () => ({ latencyMs: null, timeoutMs: config.timeout }),
    recall: () => undefined,
    counters: () => ({ id: config.id, state: line.state, ...tally, ...later }),
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
