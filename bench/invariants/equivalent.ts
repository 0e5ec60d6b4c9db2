/** Why a fault changes nothing that anybody could notice. */
export interface Equivalent {
  /** Where it is, and what it makes of what. */
  readonly at: string
  readonly why: string
}

/**
 * Faults that are none, by their keys. A key goes with the words of its declaration, so that whoever edits one is asked again; the bench
 * names entries nothing fits any more.
 */
export const EQUIVALENT: Readonly<Record<string, Equivalent>> = {
  fbabfc7c1fad: {
    at: 'dispatch-choose.ts chooseSends: room <= 0 → false',
    why: 'without a token for red there is none for others, so nothing is chosen further down either',
  },
  f9e9dcc27a8c: {
    at: 'dispatch-choose.ts chooseSends: room <= 0 → ((room) < (0))',
    why: 'the same: no token for red is none for others',
  },
  '89b2a43a5dcf': {
    at: 'dispatch-choose.ts chooseSends: slots <= 0 → false',
    why: 'what is folded without a slot is left out when slots are dealt out',
  },
  '87f583b1ead0': {
    at: 'dispatch-choose.ts chooseSends: slots <= 0 → ((slots) < (0))',
    why: 'the same: no slot, nothing of it goes',
  },
  b5bea4cb8dc5: { at: 'escalation.ts planLines: ?. → .', why: 'what is grouped by person has a first door' },
  a417ebb413f5: {
    at: 'escalation.ts callStep: step === undefined → false',
    why: 'a step is brought into its ladder before it is called',
  },
  dcb78e63c827: {
    at: 'escalation.ts rowsOf: 0 → 1',
    why: 'the larger of ten minutes and nothing, or of ten minutes and one millisecond',
  },
  '87bed600bfad': {
    at: 'escalation.ts rowsOf: quiet === undefined → false',
    why: 'a field that is undefined is one that is not there to whoever reads it',
  },
  b909fe0fb793: {
    at: 'escalation.ts rolesAt: ?. → .',
    why: 'a step is brought into its ladder before its roles are asked for',
  },
  '440bce8a2588': {
    at: 'lifecycle-acts.ts acknowledge: ?. → .',
    why: 'an alarm has an activation from its first raise on',
  },
  '02371ef78b8f': {
    at: 'lifecycle-acts.ts acknowledge: ?. → .',
    why: 'each state that awaits a person has its transition by an acknowledgement',
  },
  '3ae6a159bc80': {
    at: "lifecycle-acts.ts withdraw: 'withdraw' → ''",
    why: 'the only kind that is told from others there is out of service',
  },
  '44aca983b2bb': {
    at: 'lifecycle-edge.ts giveBack: ?. → .',
    why: 'a state a return leads from has an activation that goes on (I15)',
  },
  '5e2cdda0ec14': {
    at: 'lifecycle-edge.ts giveBack: closes → false',
    why: 'what closes by a return was acknowledged, and an acknowledgement has settled it',
  },
  '0bbf8a6c1b32': { at: 'lifecycle-edge.ts update: ?. → .', why: 'an alarm has an activation from its first raise on' },
  '855bd89b6d3a': {
    at: 'lifecycle-past.ts enterPast: ?. → .',
    why: 'what is entered in the past is older than the newest activation, so there is one after it',
  },
  '734219d981cc': {
    at: 'lifecycle-raise.ts raise: alarm?.latched ?? false → ((alarm?.latched) && (false))',
    why: 'no row of the table by a raise asks for the latch',
  },
  '4bf42dcc27f1': {
    at: 'lifecycle-raise.ts raise: false → true',
    why: 'no row of the table by a raise asks for the latch',
  },
  '70d1e72a3345': {
    at: 'lifecycle-raise.ts raisedAgain: ?. → .',
    why: 'an alarm has an activation from its first raise on',
  },
  '58324076724d': {
    at: 'lifecycle-raise.ts higher: comparePriority(a, b) <= 0 → ((comparePriority(a, b)) < (0))',
    why: 'of two equal priorities either is the higher',
  },
  '6b7cdc6c830f': {
    at: 'lifecycle-raise.ts sampledAt: at > newest → ((at) >= (newest))',
    why: 'of two equal instants either is the newest',
  },
  ccab634294e8: {
    at: 'lifecycle-step.ts activeOne: ?. → .',
    why: 'an alarm has an activation from its first raise on',
  },
  '947438d24500': {
    at: 'lifecycle-step.ts latest: a < b → ((a) <= (b))',
    why: 'of two equal instants either is the later',
  },
  e5c4d647df11: {
    at: 'lifecycle-step.ts earliest: b < a → ((b) <= (a))',
    why: 'of two equal instants either is the earlier',
  },
  '349dd257d23b': {
    at: 'lifecycle-suppress.ts owedOf: held: 0 → ...{}',
    why: 'what is announced owes nothing any more, whatever it owed before',
  },
  '47e3ead0f7b9': {
    at: 'lifecycle-suppress.ts owedOf: 0 → 1',
    why: 'what is announced owes nothing any more, whatever it owed before',
  },
  '6ba4f90a21ec': {
    at: 'lifecycle-table.ts transitionOf: find → findLast',
    why: 'no two rows of the table fit one state, mover and latch',
  },
  '199a762440d9': {
    at: "lifecycle-take.ts goOn: 'closed' → ''",
    why: 'what is closed has no activation that goes on (I15)',
  },
  ef9cd1ab8663: { at: 'lifecycle-take.ts goOn: ?. → .', why: 'whoever has an own alarm has a newest' },
  a8e56c3dcec4: { at: 'lifecycle-take.ts goOn: ?. → .', why: 'an alarm has an activation from its first raise on' },
  f17483d71ca4: { at: 'lifecycle-take.ts begin: ?. → .', why: 'a raise has at least one step, with an alarm' },
  e57312f39f4e: {
    at: 'lifecycle-take.ts begin: begun === null → false',
    why: 'a raise has at least one step, with an alarm',
  },
  '0c3227fa22ec': {
    at: 'lifecycle-take.ts raiseSteps: ?. → .',
    why: 'it is asked only of an open alarm, which has an activation',
  },
  '03f030f6c149': {
    at: "lifecycle-take.ts raiseSteps: kind: 'clear' as const → ...{}",
    why: 'a return is told by its event; nobody asks the transition for its kind',
  },
  '276383c40bd7': {
    at: "lifecycle-take.ts raiseSteps: 'clear' → ''",
    why: 'a return is told by its event; nobody asks the transition for its kind',
  },
  '7f7545b536f2': {
    at: 'merge-evidence.ts mergeEvidence: merged.length <= FIRST + NEWEST → ((merged.length) < (FIRST + NEWEST))',
    why: 'the first 20 and the newest 80 of exactly 100 are all of them',
  },
  '4c40ea8eee22': {
    at: 'priority.ts RANK: 3 → 4',
    why: 'the rank of blue is last either way; only the order is asked for',
  },
  e6617ab3b7db: {
    at: 'suppression.ts underPriority: one.until <= most → ((one.until) < (most))',
    why: 'cut to the end it has already',
  },
  '1827c2e21460': {
    at: 'suppression.ts nextExpiry: until < first → ((until) <= (first))',
    why: 'of two equal ends either is the first',
  },
}
