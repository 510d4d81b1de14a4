// The asking end of a door: agent towards gate, gate towards native process.
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { startDeadline } from '../base/deadline.ts';
import { MadoguchiError } from '../base/error.ts';
import { DoorError } from './error.ts';
import { DoorLink, type Greeting, greet } from './link.ts';
import type { DoorMessage, Hello } from './message.ts';
import type { CommandEvent, CommandTable, EventOf } from './types.ts';

/** Longest wait for a command's acknowledgement, in ms. It comes at once, whatever the command: later, the peer hangs. */
const acknowledgeMs = 10_000;

export interface CallOptions {
  /** Longest wait for the completion, in ms; the server is told it too. */
  timeoutMs: number;
  /** Asks the server to call the command off; its completion still decides what the call brings. */
  signal?: AbortSignal;
  onEvent?: (event: CommandEvent) => void;
}

export interface DoorOptions extends Greeting {
  clock: Clock;
  /** Commands that may run at once. Default 16. */
  maxPending?: number;
}

interface Pending {
  onEvent: CallOptions['onEvent'];
  settle(outcome: { ok: unknown } | { error: Error }): void;
}

/** Commands of table `C`, unsolicited events of table `E`. */
export class Door<C extends CommandTable<C>, E> {
  /** What the other side said of itself. */
  readonly peer: Hello;
  #link: DoorLink;
  #clock: Clock;
  #maxPending: number;
  #pending = new Map<number, Pending>();
  /** Ends the wait for the acknowledgement of each command that has none yet. */
  #unacknowledged = new Map<number, () => void>();
  #lastId = 0;
  #closedBy: DoorError | undefined;
  #listeners: ((event: EventOf<E>) => void)[] = [];

  constructor(link: DoorLink, peer: Hello, options: DoorOptions) {
    this.#link = link;
    this.peer = peer;
    this.#clock = options.clock;
    this.#maxPending = options.maxPending ?? 16;
    link.onClose(why => {
      this.#closedBy = why;
      for (const stop of this.#unacknowledged.values()) stop();
      for (const call of [...this.#pending.values()]) call.settle({ error: why });
    });
    link.listen(message => this.#take(message));
  }

  /**
   * Errors: the server's own codes, as a MadoguchiError; door/timeout (a cancel was sent), door/canceled,
   * door/queueFull (not sent), door/closed, door/stuck (no acknowledgement came: the door closes),
   * door/unknownCommand, door/badParams, door/internal.
   */
  async call<N extends keyof C & string>(name: N, params: C[N][0], options: CallOptions): Promise<C[N][1]> {
    const { timeoutMs, signal, onEvent } = options;
    if (this.#closedBy) throw this.#closedBy;
    if (signal?.aborted) throw new DoorError('door/canceled');
    if (this.#pending.size >= this.#maxPending) throw new DoorError('door/queueFull');
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<C[N][1]>();
    const cancel = () => this.#link.send({ is: 'cancel', id });
    const stop = startDeadline(this.#clock, timeoutMs, () => {
      cancel();
      settle({ error: new DoorError('door/timeout', { detail: { command: name } }) });
    });
    const settle: Pending['settle'] = outcome => {
      stop();
      signal?.removeEventListener('abort', cancel);
      this.#pending.delete(id);
      if ('error' in outcome) reject(outcome.error);
      else resolve(outcome.ok as C[N][1]);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    this.#pending.set(id, { onEvent, settle });
    try {
      this.#link.send({ is: 'command', id, name, params, timeoutMs });
      this.#expectWord(id, name);
    } catch (error) {
      settle({ error: error as Error });
    }
    return promise;
  }

  onEvent(listener: (event: EventOf<E>) => void): void {
    this.#listeners.push(listener);
  }

  /** Hears once why the door closed. */
  onClose(listener: (why: DoorError) => void): void {
    this.#link.onClose(listener);
  }

  /** Every pending command fails with door/closed. */
  close(): void {
    this.#link.close(new DoorError('door/closed'));
  }

  #expectWord(id: number, command: string): void {
    if (this.#closedBy) return;
    const hangs = () => this.#link.close(new DoorError('door/stuck', { detail: { command } }), 'now');
    this.#unacknowledged.set(id, startDeadline(this.#clock, acknowledgeMs, hangs));
  }

  #take(message: DoorMessage): void {
    if (message.is === 'event' && message.id === undefined) {
      const event = bare(message) as EventOf<E>;
      for (const listener of this.#listeners) listener(event);
      return;
    }
    if (message.is === 'hello' || message.is === 'command' || message.is === 'cancel')
      throw new DoorError('door/protocol', { detail: { is: message.is } });
    this.#unacknowledged.get(message.id!)?.();
    this.#unacknowledged.delete(message.id!);
    const call = this.#pending.get(message.id!);
    if (!call) return; // its time was over
    if (message.is === 'event') call.onEvent?.(bare(message) as CommandEvent);
    else if (message.is === 'completion') call.settle({ ok: message.ok });
    else if (message.error) call.settle({ error: asError(message.error) });
  }
}

/** Greets as a client. Errors: door/version, door/role, door/handshake, door/closed, door/frame. */
export async function openDoor<C extends CommandTable<C>, E>(
  duplex: Duplex,
  options: DoorOptions,
): Promise<Door<C, E>> {
  const link = new DoorLink(duplex);
  const peer = await greet(link, options, options.clock);
  return new Door<C, E>(link, peer, options);
}

/** Without this door's id: an event that is handed on goes out under another. */
const bare = ({ name, payload }: Extract<DoorMessage, { is: 'event' }>) => ({ name, payload });

type Wire = Extract<DoorMessage, { is: 'failure' }>['error'];

const asError = ({ code, message, hint, completion, detail }: Wire): MadoguchiError =>
  new MadoguchiError(code, message, hint, { completion, detail });
