// Faulty behaviours of a PIN pad, of its wire, or of an attacker on the wire. Each comes before the good behaviours.
import { sealed } from './good-behaviours.ts';
import type { Action, Behaviour } from './pad.ts';
import { packed } from './wire.ts';

const success = { success: '710', noKey: '71A', usedUp: '71F' };

/** Answers the first `times` packets with NAK, although they are right. */
export function refusing(times: number): Behaviour {
  let left = times;
  return event => (event.is === 'packet' && left-- > 0 ? [{ do: 'nak' }] : undefined);
}

/** Ignores the first `times` packets. */
export function deaf(times = Number.POSITIVE_INFINITY): Behaviour {
  let left = times;
  return event => (event.is === 'packet' && left-- > 0 ? [] : undefined);
}

/** Encrypts the PIN for another account number, as if the PIN block came from another session. */
export const sealsForAnother: Behaviour = (event, state) =>
  event.is === 'entered'
    ? [{ do: 'idle' }, sealed({ ...event.entry, account: '9990000000000000' }, state, success)]
    : undefined;

/** Sets the counter back to 0 before each answer, so that the same KSN is sent again. */
export const repeatsKsn: Behaviour = (event, state) => {
  if (event.is === 'entered') state.counter = 0;
  return undefined;
};

/** Answers any entry with `text`. */
export const answers =
  (text: string): Behaviour =>
  event =>
    event.is === 'entered' ? [{ do: 'idle' }, { do: 'packet', shell: 'stx', text }] : undefined;

/** Sends `noise` before each answer with a PIN. */
export const noisy =
  (noise: string): Behaviour =>
  (event, state) =>
    event.is === 'entered'
      ? [{ do: 'idle' }, { do: 'raw', characters: noise }, sealed(event.entry, state, success)]
      : undefined;

/** Sends each answer with a PIN `times` times with a wrong check character, without a wait, and then correctly. */
export function garbled(times: number): Behaviour {
  return (event, state) => {
    if (event.is !== 'entered') return undefined;
    const right = sealed(event.entry, state, success);
    if (right.do !== 'packet') return [right];
    const whole = packed(right.shell, right.text);
    const characters = whole.slice(0, -1) + String.fromCharCode(whole.charCodeAt(whole.length - 1) ^ 1);
    return [
      { do: 'idle' },
      ...Array.from({ length: times }, (): Action => ({ do: 'raw', characters })),
      right,
    ];
  };
}
