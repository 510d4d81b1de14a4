// One end of a door: messages over a byte stream until it closes. Both ends send a greeting before anything else.
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { startDeadline } from '../base/deadline.ts';
import { DoorError, isDoorError } from './error.ts';
import { DoorFraming } from './framing.ts';
import {
  type DoorMessage,
  type DoorRole,
  decodeMessage,
  doorVersion,
  encodeMessage,
  type Hello,
} from './message.ts';

/** Max. bytes that wait to be sent to a peer that does not read. With more, the door closes. */
const maxUnsent = 4 << 20;
/** Max. wait for the greeting of a running process, in ms. */
const defaultHelloMs = 5000;

export interface Greeting {
  /** The role of this process. `peer`: the role that the other process must have. */
  role: DoorRole;
  peer: DoorRole;
  /** Our name and version, for the other side's log. Max. 80 characters. */
  software: string;
  /** Max. wait for the other side's greeting, in ms. Default 5000, which is too short for a process that is starting. */
  helloMs?: number;
}

export class DoorLink {
  #duplex: Duplex;
  #framing = new DoorFraming();
  #receive: (message: DoorMessage) => void = () => {};
  #listeners: ((why: DoorError) => void)[] = [];
  #why: DoorError | undefined;

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
    duplex.on('error', cause => this.close(new DoorError('door/closed', { cause }), 'now'));
    duplex.on('close', () => this.close(new DoorError('door/closed'), 'now'));
    this.#framing.on('error', error => this.close(error as DoorError));
    this.#framing.on('end', () => this.close(new DoorError('door/closed')));
    this.#framing.on('data', (body: Buffer) => this.#take(body));
    this.#framing.pause();
    duplex.pipe(this.#framing);
  }

  /** Passes each further message to `listener`. A DoorError that `listener` throws closes the door. */
  listen(listener: (message: DoorMessage) => void): void {
    this.#receive = listener;
    this.#framing.resume();
  }

  /** Buffers messages until the next `listen`. */
  hold(): void {
    this.#framing.pause();
  }

  /** Does nothing on a closed door. Errors: door/frame if the message is too long. */
  send(message: DoorMessage): void {
    if (this.#why) return;
    const bytes = encodeMessage(message);
    if (this.#duplex.writableLength > maxUnsent) this.close(new DoorError('door/slowReader'), 'now');
    else this.#duplex.write(bytes);
  }

  /** Calls `listener` once, with the reason why the door closed; at once if it is already closed. */
  onClose(listener: (why: DoorError) => void): void {
    if (this.#why) listener(this.#why);
    else this.#listeners.push(listener);
  }

  /** `afterwards`: waiting bytes are sent before the door closes. */
  close(why: DoorError, when: 'afterwards' | 'now' = 'afterwards'): void {
    if (this.#why) {
      if (when === 'now') this.#duplex.destroy();
      return;
    }
    this.#why = why;
    this.#receive = () => {};
    if (when === 'now') this.#duplex.destroy();
    else this.#duplex.end(() => this.#duplex.destroy());
    for (const listener of this.#listeners.splice(0)) listener(why);
  }

  #take(body: Buffer): void {
    if (this.#why) return;
    try {
      this.#receive(decodeMessage(body));
    } catch (error) {
      if (!isDoorError(error)) throw error;
      this.close(error);
    }
  }
}

/**
 * Sends our greeting and waits for the other side's. Later messages are buffered until `listen`.
 * Errors, after which the door is closed: door/version, door/role, door/handshake, door/closed, door/frame.
 */
export async function greet(link: DoorLink, greeting: Greeting, clock: Clock): Promise<Hello> {
  const { promise, resolve, reject } = Promise.withResolvers<Hello>();
  link.onClose(reject);
  link.listen(message => {
    link.hold();
    const refusal = judge(message, greeting);
    if (refusal) link.close(refusal);
    else resolve(message as Hello);
  });
  link.send({
    is: 'hello',
    door: 'madoguchi',
    version: doorVersion,
    role: greeting.role,
    software: greeting.software,
  });
  const { helloMs = defaultHelloMs } = greeting;
  const stop = startDeadline(clock, helloMs, () => link.close(new DoorError('door/handshake')));
  try {
    return await promise;
  } finally {
    stop();
  }
}

function judge(message: DoorMessage, greeting: Greeting): DoorError | undefined {
  if (message.is !== 'hello' || message.door !== 'madoguchi') return new DoorError('door/protocol');
  const { version, role, software } = message;
  if (version !== doorVersion)
    return new DoorError('door/version', { detail: { ours: doorVersion, theirs: version, software } });
  return role === greeting.peer ? undefined : new DoorError('door/role', { detail: { role } });
}
