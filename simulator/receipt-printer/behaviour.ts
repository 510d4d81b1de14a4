// The behaviours of the virtual printer. They are tried in order, faults before the good ones.
import type { Command } from './command-parser.ts';
import { automaticStatus, type PrinterState, paperStatus, realtimeStatus } from './printer-state.ts';
import type { Realtime } from './realtime-scanner.ts';

/** An event: a new connection, a real-time command, or the next command of the receive buffer. */
export type Came =
  | { is: 'connected' }
  | { is: 'realtime'; realtime: Realtime }
  | { is: 'command'; command: Command };

export interface Answer {
  /** Bytes to the host. */
  send?: Buffer;
  /** Give the command to the print head. */
  print?: boolean;
  /** Turn automatic status on or off (GS a). */
  automatic?: boolean;
  /** Clear the receive buffer (DLE ENQ 2). */
  clear?: boolean;
}

/**
 * Receives an event and the printer's state. It may change the state: a fault can start so.
 * It returns an answer, which may be empty, or undefined: then the next behaviour is tried. The printer waits for a promise.
 */
export type Behaviour = (came: Came, state: PrinterState) => Answer | undefined | Promise<Answer | undefined>;

/** DLE EOT n. */
const sendStatus: Behaviour = (came, state) => {
  if (came.is !== 'realtime' || came.realtime.is !== 'status') return undefined;
  return { send: realtimeStatus(state, came.realtime.n) };
};

/** DLE ENQ 1 and 2: recover from a recoverable error; 2 clears the buffer first. */
const recover: Behaviour = (came, state) => {
  if (came.is !== 'realtime' || came.realtime.is !== 'recover') return undefined;
  if (state.error === 'recoverable' || state.error === 'cutter') state.error = 'none';
  return { clear: came.realtime.n === 2 };
};

/** GS a n: turns automatic status on or off. The first status is sent at once. */
const automatic = command('GS a', ({ args: [n] }, state) =>
  n ? { automatic: true, send: automaticStatus(state) } : { automatic: false },
);

/** GS r 1: paper sensor. */
const sendPaper = command('GS r', (_, state) => ({ send: paperStatus(state) }));

/** GS I 66 and 67: maker and model. Some clients choose their commands by the maker. */
const sendIdentity = command('GS I', ({ args: [n] }) => {
  const text = { 66: 'EPSON', 67: 'VIRTUAL' }[n ?? 0];
  return text ? { send: Buffer.from(`_${text}\0`, 'latin1') } : {};
});

/** GS ( H fn 48 (process ID response): confirms that everything before it is printed. */
const answerFence = command('GS ( H', ({ data }) =>
  data[0] === 0x30 && data[1] === 0x30 && data.length === 6
    ? { send: Buffer.from([0x37, 0x22, ...data.subarray(2), 0]) }
    : {},
);

const printIt: Behaviour = came => (came.is === 'command' ? { print: true } : {});

/** A printer without fault. */
export const good: readonly Behaviour[] = [
  sendStatus,
  recover,
  automatic,
  sendPaper,
  sendIdentity,
  answerFence,
  printIt,
];

/** A behaviour for the command `name` only. */
export function command(
  name: string,
  answer: (command: Command, state: PrinterState) => Answer | undefined,
): Behaviour {
  return (came, state) =>
    came.is === 'command' && came.command.name === name ? answer(came.command, state) : undefined;
}
