import type { Bus } from '../../core/contract/site.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { ArbitratedBus } from './arbitrated-bus.ts'
import type { Connect } from '../../platform/serial/channel.ts'
import type { FieldBus } from './field-bus.ts'
import { type LineOptions, type ModbusLine, newTally } from './line.ts'
import { RtuLine } from './rtu-line.ts'
import { serialConnect } from '../../platform/serial/serial-channel.ts'
import { lastingNameOf, type SerialFolders } from './serial-ports.ts'
import { Stations } from './stations.ts'
import { logTap, type Tap, tapped } from './tap.ts'
import { lockedTcpConnect, tcpConnect } from '../../platform/serial/tcp-channel.ts'
import { TcpLine } from './tcp-line.ts'
import type { Wire } from './wire.ts'

/** Least time any device is given on a wire, and behind a network that may have to send a packet again; in ms. */
const WIRE_FLOOR_MS = 30
const NETWORK_FLOOR_MS = 300
/** A connection can be dead without either side knowing; a port only when its adapter hangs, which is rare. */
const CONNECTION_HANGS_AFTER = 3
const PORT_HANGS_AFTER = 10

/** What a bus is opened with. */
export interface BusOptions {
  readonly clock: Clock
  readonly log: Log
  /** Times everything on the wire, the system's when absent. */
  readonly wireClock?: Clock
  /** Opens the channel in place of the port or host in the configuration. */
  readonly connect?: Connect
  /** Sees every byte both ways. */
  readonly tap?: Tap
  /** Where the lasting names of ports are looked for, the system's folders when absent. */
  readonly serialFolders?: SerialFolders
}

/** Opens a bus for use. The line itself is opened with the first request, and again after each loss. */
export function openBus(config: Bus, given: BusOptions): FieldBus {
  const { log, wireClock = systemClock, connect, tap } = given
  const tally = newTally()
  const floorMs = config.kind === 'rtu' ? WIRE_FLOOR_MS : NETWORK_FLOOR_MS
  const stations = new Stations({ timeoutMs: config.timeout, floorMs }, wireClock.mono())
  const logged = tapped(withHint(connect ?? connectOf(config), config, given), logTap(log), wireClock)
  const options: LineOptions = {
    bus: config.id,
    timeoutMs: config.timeout,
    connect: tap === undefined ? logged : tapped(logged, tap, wireClock),
    tally,
    log,
    clock: wireClock,
  }
  const { line, wire } = lineOf(config, options, stations)
  return new ArbitratedBus({ ...options, config, line, wire, stations })
}

function connectOf(config: Bus): Connect {
  switch (config.kind) {
    case 'tcp':
      return tcpConnect(config.host, config.port)
    case 'rtu-over-tcp':
      return lockedTcpConnect(config.host, config.port)
    case 'rtu':
      return serialConnect(config)
  }
}

function lineOf(
  config: Bus,
  options: LineOptions,
  stations: Stations,
): { readonly line: ModbusLine; readonly wire: Wire | null } {
  const worstMs = () => stations.worstMs()
  if (config.kind === 'tcp') return { line: new TcpLine({ ...options, worstMs }), wire: null }
  const hangsAfter = config.kind === 'rtu' ? PORT_HANGS_AFTER : CONNECTION_HANGS_AFTER
  const line = new RtuLine({ ...options, baud: config.baud, hangsAfter, worstMs })
  return { line, wire: line.wire }
}

/** Says once by which lasting name a port is found again that is named by its count. */
function withHint(connect: Connect, config: Bus, { log, serialFolders }: BusOptions): Connect {
  if (config.kind !== 'rtu') return connect
  const { path } = config
  let isSaid = false
  return async (events, signal) => {
    const channel = await connect(events, signal)
    if (isSaid) return channel
    isSaid = true
    const lasting = await lastingNameOf(path, serialFolders).catch(() => null)
    if (lasting !== null) {
      log.info(
        { path, lasting },
        'this port may have another number after it was unplugged: name it by its lasting name',
      )
    }
    return channel
  }
}
