// The drain as a pure state machine: what to send next, what to wait for, when to go back to the hub's cursor.

export interface DrainState {
  online: boolean;
  /** Number of the youngest durable entry of the journal. */
  last: number;
  /** The hub's cursor, as the journal holds it. */
  acknowledged: number;
  /** Number of the youngest entry that was sent in this round. */
  sent: number;
  /** Number of the last entry of each batch that is not acknowledged, in order. A batch without entries only asks for the cursor. */
  inFlight: readonly number[];
  /** A batch waits for its turn on the line, or is being read and signed. */
  sending: boolean;
  /** Batches of this round that the link has and the broker has not: their bytes are still on their way. */
  leaving: number;
  /** Rises whenever we go back to the cursor. Events of an earlier round are ignored. */
  round: number;
  /** Waits in a row that ended without an acknowledgement. */
  silent: number;
  /** Since it was last asked, the hub has named a cursor before ours, in our generation. */
  wasBehind: boolean;
  /** Waits in a row that brought only such a cursor. */
  behind: number;
  /** The journal and the hub disagree. A person decides. */
  halted: boolean;
}

export type DrainEvent =
  | { is: 'online' }
  | { is: 'offline' }
  | { is: 'appended'; last: number }
  /** The link has the batch. */
  | { is: 'sent'; round: number; upto: number }
  /** The broker has answered a batch that was sent. A wait for the hub makes sense only from now on. */
  | { is: 'out'; round: number }
  | { is: 'notSent'; round: number }
  | { is: 'acknowledged'; seq: number }
  /** A cursor before ours, in our generation: a previous answer came late, or the hub has lost records. */
  | { is: 'behind' }
  | { is: 'silence' }
  /** Nothing was to be sent for a long time. The hub may have been restored from a backup meanwhile. */
  | { is: 'idle' }
  | { is: 'disagreement' };

export type DrainEffect =
  /** Send the entries after number `after`, as many as fit into a batch. */
  | { do: 'send'; round: number; after: number }
  /** Begin a new wait for the hub: the more waits were silent, the longer. */
  | { do: 'wait'; silent: number }
  /** End the wait: batches are still on their way, and the hub cannot answer what it does not have. */
  | { do: 'hold' }
  | { do: 'rest' };

export const drainFrom = (acknowledged: number, last: number): DrainState => ({
  online: false,
  last,
  acknowledged,
  sent: acknowledged,
  inFlight: [],
  sending: false,
  leaving: 0,
  round: 0,
  silent: 0,
  wasBehind: false,
  behind: 0,
  halted: false,
});

/** No late answer comes after so many waits in a row. */
const behindForGood = 3;

/** The hub lacks records that it acknowledged, in the same generation. It can take nothing that we could send. */
export const isHubBehind = ({ behind }: DrainState): boolean => behind >= behindForGood;

type Step = readonly [DrainState, readonly DrainEffect[]];

/** One step. `window`: max batches in flight. Pure. */
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
    case 'out':
      if (event.round !== state.round) return [state, []];
      return out(state);
    case 'notSent':
      if (event.round !== state.round) return [state, []];
      return [{ ...state, sending: false }, waitFor(state)];
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

/** Counts the wait where an older cursor was named, also if the link cut it short; else `behind` becomes `otherwise`. */
const afterWait = (state: DrainState, otherwise: number): DrainState => ({
  ...state,
  behind: state.wasBehind ? state.behind + 1 : otherwise,
});

const goBack = (state: DrainState): DrainState => ({
  ...state,
  sent: state.acknowledged,
  inFlight: [],
  sending: false,
  leaving: 0,
  round: state.round + 1,
});

/** Sends from the cursor even where nothing is new. The hub's answer shows whether it has what it acknowledged. */
const ask = (state: DrainState): Step => [
  { ...state, sending: true, wasBehind: false },
  [{ do: 'send', round: state.round, after: state.sent }],
];

/** After a silence only one batch is sent, until the hub answers: more copies would only fill the line. */
function fill(state: DrainState, window: number, effects: readonly DrainEffect[] = []): Step {
  const maxInFlight = state.silent > 0 ? 1 : window;
  const may =
    state.online && !state.sending && state.inFlight.length < maxInFlight && state.sent < state.last;
  if (!may) return [state, effects];
  return [{ ...state, sending: true }, [...effects, { do: 'send', round: state.round, after: state.sent }]];
}

/** An acknowledgement beyond `upto` may have come meanwhile: then nothing has to be sent again. */
function sent(state: DrainState, upto: number, window: number): Step {
  const inFlight = [...state.inFlight, upto];
  const leaving = state.leaving + 1;
  const after = { ...state, sending: false, sent: Math.max(upto, state.acknowledged), inFlight, leaving };
  return fill(after, window, [{ do: 'hold' }]);
}

function out(state: DrainState): Step {
  const after = { ...state, leaving: state.leaving - 1 };
  if (after.inFlight.length > 0) return [after, waitFor(after)];
  if (after.sending || after.leaving > 0) return [after, []];
  // acknowledged before it was out; a batch that could not be sent meanwhile has left its records for the next try
  return [after, after.acknowledged < after.last ? waitFor(after) : [{ do: 'rest' }]];
}

/** Begins a wait where every batch is out. Where one is not, the wait begins with its `out`. */
const waitFor = ({ leaving, silent }: DrainState): readonly DrainEffect[] =>
  leaving > 0 ? [] : [{ do: 'wait', silent }];

function acknowledged(state: DrainState, seq: number, window: number): Step {
  const now = { ...state, acknowledged: seq, silent: 0, wasBehind: false, behind: 0 };
  if (seq < state.acknowledged) return ask(goBack(now));
  const inFlight = state.inFlight.filter(upto => upto > seq);
  const after = { ...now, sent: Math.max(state.sent, seq), inFlight };
  return fill(after, window, inFlight.length > 0 ? waitFor(after) : [{ do: 'rest' }]);
}
