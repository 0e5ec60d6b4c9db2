import type { bus as firstBus, clock as firstClock } from './field-zh-cn.ts'

/** What a gateway says of its buses and its store. */
export const bus: typeof firstBus = {
  title: 'Field buses',
  none: 'The gateway has not reported on its buses yet.',
  receivedAt: 'reported',
  up: 'up',
  down: 'down',
  used: (share) => `in use ${share}`,
  dead: (share) => `of it for silent devices ${share}`,
  answered: (n) => `${n} exchanges`,
  timeouts: (n) => `${n} timeouts`,
  exceptions: (n) => `${n} exceptions`,
  malformed: (n) => `${n} malformed`,
  discarded: (n) => `${n} bytes discarded`,
  stale: (n) => `${n} late answers recognised and discarded`,
  reconnects: (n) => `reconnected ${n} times`,
  device: 'Device',
  state: 'State',
  latency: 'Latency',
  latencyHint: 'usual / worst',
  allowed: 'Given',
  round: 'Round takes',
  late: 'Late by',
  skipped: 'Rounds skipped',
  states: { answers: 'answers', silent: 'silent', 'identity-mismatch': 'another device' },
  waiting: (readings, alarm, evidence) => `To be sent: ${readings} readings, ${alarm} alarms, ${evidence} pictures`,
  room: (span) => `room for ${span} more`,
  reduced: (n) => `${n} readings kept as minutes only, because the store was full`,
  dropped: (n) => `${n} readings dropped, because the store was full`,
  inMemory: 'the disk refuses: what waits is in memory only',
}

/** What a gateway's time is worth. */
export const clock: typeof firstClock = {
  title: "The gateway's time",
  unknown: 'time unknown',
  within: 'right to the second',
  recorded: 'Recorded as',
  from: (source) => `time from ${source}`,
  own: (span, side) => `the machine's own clock is ${span} ${side}`,
  ownRight: "the machine's own clock is right",
  sources: {
    none: 'nobody',
    placed: 'what came before and after',
    rtc: 'its battery clock',
    'control-room': 'the control room',
    technician: 'a technician',
    ntp: 'NTP',
    gps: 'GPS',
  },
}
