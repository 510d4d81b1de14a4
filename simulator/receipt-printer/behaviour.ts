// How the virtual printer answers: a list of behaviours, tried in order, faults before the good ones.
import type { Command } from './command-parser.ts';
import { automaticStatus, type PrinterState, paperStatus, realtimeStatus } from './printer-state.ts';
import type { Realtime } from './realtime-scanner.ts';

/** What came in: the connection itself, a real-time command, or a command at its turn in the receive buffer. */
export type Came =
  | { is: 'connected' }
  | { is: 'realtime'; realtime: Realtime }
  | { is: 'command'; command: Command };

export interface Answer {
  /** Bytes to the host. */
  send?: Buffer;
  /** Hand the command to the print head. */
  print?: boolean;
  /** Turn automatic status on or off (GS a). */
  automatic?: boolean;
  /** Throw away what waits in the receive buffer (DLE ENQ 2). */
  clear?: boolean;
}

/**
 * Sees what came and the printer's state, which it may change (a fault begins that way).
 * An answer, even an empty one, ends the search; undefined lets the next behaviour try. A promise holds the printer up.
 */
export type Behaviour = (came: Came, state: PrinterState) => Answer | undefined | Promise<Answer | undefined>;

/** DLE EOT n. */
const tellStatus: Behaviour = (came, state) => {
  if (came.is !== 'realtime' || came.realtime.is !== 'status') return undefined;
  return { send: realtimeStatus(state, came.realtime.n) };
};

/** DLE ENQ 1 and 2: recover from a recoverable error; 2 clears the buffer first. */
const recover: Behaviour = (came, state) => {
  if (came.is !== 'realtime' || came.realtime.is !== 'recover') return undefined;
  if (state.error === 'recoverable' || state.error === 'cutter') state.error = 'none';
  return { clear: came.realtime.n === 2 };
};

/** GS a n: automatic status, its first word at once. */
const automatic = command('GS a', ({ args: [n] }, state) =>
  n ? { automatic: true, send: automaticStatus(state) } : { automatic: false },
);

/** GS r 1: paper sensor. */
const tellPaper = command('GS r', (_, state) => ({ send: paperStatus(state) }));

/** GS I 66 and 67: maker and model. The maker is named for clients that choose their commands by it. */
const tellIdentity = command('GS I', ({ args: [n] }) => {
  const text = { 66: 'EPSON', 67: 'VIRTUAL' }[n ?? 0];
  return text ? { send: Buffer.from(`_${text}\0`, 'latin1') } : {};
});

/** GS ( H fn 48: says that all before it is printed. */
const answerFence = command('GS ( H', ({ data }) =>
  data[0] === 0x30 && data[1] === 0x30 && data.length === 6
    ? { send: Buffer.from([0x37, 0x22, ...data.subarray(2), 0]) }
    : {},
);

const printIt: Behaviour = came => (came.is === 'command' ? { print: true } : {});

/** A printer without fault. */
export const good: readonly Behaviour[] = [
  tellStatus,
  recover,
  automatic,
  tellPaper,
  tellIdentity,
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
