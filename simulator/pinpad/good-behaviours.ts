// The behaviours of a PIN pad without fault. Faults come before these, so that they answer first.
import { counterAfter, ksnAt, pinKey, sealPin } from './dukpt.ts';
import type { Action, Behaviour, Entry, PadState } from './pad.ts';
import { type Request, readTestRequest, readUniformRequest, readVerifoneRequest } from './requests.ts';

export interface PadDialect {
  read: (text: string) => Request | undefined;
  /** Prefix before the KSN in an answer with a PIN. */
  success: string;
  noKey: string;
  usedUp: string;
}

export const padDialects: Record<string, PadDialect> = {
  'visa-70': { read: readUniformRequest, success: '710', noKey: '71A', usedUp: '71F' },
  'verifone-ipp': { read: readVerifoneRequest, success: '73.00000', noKey: '711', usedUp: '716' },
};

/** All behaviours of a pad without fault. An unknown packet gets no answer (Uniform PP791 manual p. 27). */
export function goodBehaviours(dialect: PadDialect): Behaviour[] {
  return [asksAgain, sendsSerial, stops, resets, testsPin, promptsFor(dialect), answersEntry(dialect)];
}

const asksAgain: Behaviour = event =>
  event.is === 'broken' ? [event.count < 3 ? { do: 'nak' } : { do: 'eot' }] : undefined;

const sendsSerial: Behaviour = (event, state) =>
  event.is === 'packet' && event.shell === 'si' && event.text === '06'
    ? [{ do: 'ack' }, { do: 'packet', shell: 'si', text: `06${state.serial}` }, { do: 'eot' }]
    : undefined;

const stops: Behaviour = (event, state) =>
  event.is === 'packet' && event.text === '72'
    ? state.entry
      ? [{ do: 'idle' }, { do: 'eot' }]
      : [{ do: 'ack' }]
    : undefined;

const resets: Behaviour = event =>
  event.is === 'packet' && event.text === 'Z1' ? [{ do: 'idle' }, { do: 'ack' }] : undefined;

/** Packet 76 is answered by 71 in every dialect. */
const testsPin: Behaviour = (event, state) => {
  const request = event.is === 'packet' ? readTestRequest(event.text) : undefined;
  if (!request) return undefined;
  if ('error' in request) return [{ do: 'ack' }, answer(`71${request.error}`)];
  return [{ do: 'ack' }, sealed(request.entry, state, { success: '710', noKey: '711', usedUp: '716' })];
};

const promptsFor =
  (dialect: PadDialect): Behaviour =>
  (event, state) => {
    const request = event.is === 'packet' ? dialect.read(event.text) : undefined;
    if (!request) return undefined;
    if ('error' in request) return [{ do: 'ack' }, answer(`71${request.error}`)];
    if (!state.initialKey) return [{ do: 'ack' }, answer(dialect.noKey)];
    return [{ do: 'ack' }, { do: 'prompt', entry: request.entry }];
  };

const answersEntry =
  (dialect: PadDialect): Behaviour =>
  (event, state) => {
    if (event.is === 'packet' || event.is === 'broken') return undefined;
    if (!state.entry) return []; // a key was pressed twice: the entry has ended already
    return [{ do: 'idle' }, event.is === 'entered' ? sealed(event.entry, state, dialect) : { do: 'eot' }];
  };

/** The answer with the PIN, encrypted under the key of the next counter. That counter is used then. */
export function sealed(entry: Entry, state: PadState, words: Omit<PadDialect, 'read'>): Action {
  if (!state.initialKey) return answer(words.noKey);
  const counter = counterAfter(state.counter);
  if (counter === undefined) return answer(words.usedUp);
  state.counter = counter;
  const ksn = ksnAt(state.ksn, counter).toString('hex').toUpperCase().replace(/^F+/, '');
  const block = sealPin(pinKey(state.initialKey, state.ksn, counter), entry.digits, entry.account);
  return answer(words.success + ksn + block.toString('hex').toUpperCase());
}

const answer = (text: string): Action => ({ do: 'packet', shell: 'stx', text });
