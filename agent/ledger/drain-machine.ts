// The ledger's drain as a pure machine: what to send next, what to wait for, when to go back to the hub's cursor.

export interface DrainState {
  online: boolean;
  /** Youngest durable entry of the journal. */
  last: number;
  /** The hub's cursor as the journal has it. */
  acknowledged: number;
  /** Youngest entry sent in this round. */
  sent: number;
  /** Last entry of each batch that is not acknowledged, in order. A batch without entries asks for the cursor only. */
  inFlight: readonly number[];
  /** A batch is being read, signed and published. */
  sending: boolean;
  /** Rises whenever we go back to the cursor; what an earlier round still tells is not heard. */
  round: number;
  /** Waits for the hub that ended without any news, in a row. */
  silent: number;
  /** Since it was last asked, the hub has named a cursor that lies before ours, in our generation. */
  wasBehind: boolean;
  /** Waits in a row that brought no other word than that. */
  behind: number;
  /** The journal and the hub disagree: a person decides. */
  halted: boolean;
}

export type DrainEvent =
  | { is: 'online' }
  | { is: 'offline' }
  | { is: 'appended'; last: number }
  | { is: 'sent'; round: number; upto: number }
  | { is: 'notSent'; round: number }
  | { is: 'acknowledged'; seq: number }
  /** A cursor before ours, in our generation: an answer of before that comes late, or the hub has lost records. */
  | { is: 'behind' }
  | { is: 'silence' }
  /** Nothing was to be sent for long: the hub may have been restored from a backup meanwhile. */
  | { is: 'idle' }
  | { is: 'disagreement' };

export type DrainEffect =
  /** Send the entries behind `after`, as many as fit into a batch. */
  | { do: 'send'; round: number; after: number }
  /** Begin to wait for the hub anew; the older the silence, the longer. */
  | { do: 'wait'; silent: number }
  | { do: 'rest' };

export const drainFrom = (acknowledged: number, last: number): DrainState => ({
  online: false,
  last,
  acknowledged,
  sent: acknowledged,
  inFlight: [],
  sending: false,
  round: 0,
  silent: 0,
  wasBehind: false,
  behind: 0,
  halted: false,
});

/** As many waits in a row no late answer lasts. */
const behindForGood = 3;

/** The hub lacks what it has acknowledged, and does not say that it was restored: it can take nothing that we could send. */
export const isHubBehind = ({ behind }: DrainState): boolean => behind >= behindForGood;

type Step = readonly [DrainState, readonly DrainEffect[]];

/** One step. `window` is the most batches in flight. Pure. */
export function next(state: DrainState, event: DrainEvent, window: number): Step {
  if (state.halted) return [state, []];
  switch (event.is) {
    case 'online':
      return ask({ ...goBack(state), online: true, silent: 0 });
    case 'offline':
      return [{ ...goBack(afterWait(state, state.behind)), online: false }, [{ do: 'rest' }]];
    case 'appended':
      return fill({ ...state, last: event.last }, window);
    case 'sent':
      if (event.round !== state.round) return [state, []];
      return sent(state, event.upto, window);
    case 'notSent':
      if (event.round !== state.round) return [state, []];
      return [{ ...state, sending: false }, [{ do: 'wait', silent: state.silent }]];
    case 'acknowledged':
      return acknowledged(state, event.seq, window);
    case 'behind':
      return [{ ...state, wasBehind: true }, []];
    case 'silence':
      return state.online ? ask(goBack({ ...afterWait(state, 0), silent: state.silent + 1 })) : [state, []];
    case 'idle':
      return state.online && !state.sending && state.inFlight.length === 0 ? ask(state) : [state, []];
    case 'disagreement':
      return [{ ...goBack(state), halted: true }, [{ do: 'rest' }]];
  }
}

/** `otherwise`: what `behind` is where not even an older cursor was named. A wait that the link cut short counts where one was. */
const afterWait = (state: DrainState, otherwise: number): DrainState => ({
  ...state,
  behind: state.wasBehind ? state.behind + 1 : otherwise,
});

const goBack = (state: DrainState): DrainState => ({
  ...state,
  sent: state.acknowledged,
  inFlight: [],
  sending: false,
  round: state.round + 1,
});

/** Sends from the cursor even where nothing is new: the hub's answer shows whether it has what we think it has. */
const ask = (state: DrainState): Step => [
  { ...state, sending: true, wasBehind: false },
  [{ do: 'send', round: state.round, after: state.sent }],
];

function fill(state: DrainState, window: number, effects: readonly DrainEffect[] = []): Step {
  const may = state.online && !state.sending && state.inFlight.length < window && state.sent < state.last;
  if (!may) return [state, effects];
  return [{ ...state, sending: true }, [...effects, { do: 'send', round: state.round, after: state.sent }]];
}

/** An acknowledgement may have come by that is further: then there is nothing to go back for. */
function sent(state: DrainState, upto: number, window: number): Step {
  const inFlight = [...state.inFlight, upto];
  const after = { ...state, sending: false, sent: Math.max(upto, state.acknowledged), inFlight };
  return fill(after, window, [{ do: 'wait', silent: state.silent }]);
}

function acknowledged(state: DrainState, seq: number, window: number): Step {
  const heard = { ...state, acknowledged: seq, silent: 0, wasBehind: false, behind: 0 };
  if (seq < state.acknowledged) return ask(goBack(heard));
  const inFlight = state.inFlight.filter(upto => upto > seq);
  const after = { ...heard, sent: Math.max(state.sent, seq), inFlight };
  return fill(after, window, [inFlight.length > 0 ? { do: 'wait', silent: 0 } : { do: 'rest' }]);
}
