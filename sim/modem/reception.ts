import type { ModemFaults } from './faults.ts'

/** What a modem says of the network it is in; null for another question. */
export function reception(verb: string, { noSignal, noSim }: ModemFaults): readonly string[] | null {
  switch (verb) {
    case '+CREG':
    case '+CEREG':
      return [`${verb}: 0,${noSignal || noSim ? 2 : 1}`]
    case '+CSQ':
      return [noSignal ? '+CSQ: 99,99' : '+CSQ: 21,99']
    case '+COPS':
      return [noSignal ? '+COPS: 0' : '+COPS: 0,0,"SIMULATED NET",7']
    default:
      return null
  }
}
