/** What is wrong with a simulated modem; to be switched while it runs. */
export interface ModemFaults {
  /** No network: it looks for one. */
  noSignal: boolean
  /** The operator lets the SIM send nothing. */
  noCredit: boolean
  /** `+CMS ERROR` every text is refused with; null for none. */
  refuseWith: number | null
  /** It takes what comes and says nothing. */
  silent: boolean
  /** Pause before each answer, ms. */
  slowMs: number
  /** The next text it is given makes it start anew instead of answering. */
  rebootInSend: boolean
  /** Nothing new is stored: what comes waits in the network. */
  storageFull: boolean
  /** There is no SIM in it. */
  noSim: boolean
}

/** A modem nothing is wrong with. */
export function noFaults(): ModemFaults {
  return {
    ...{ noSignal: false, noCredit: false, refuseWith: null, silent: false },
    ...{ slowMs: 0, rebootInSend: false, storageFull: false, noSim: false },
  }
}
