// Each frame is answered by ACK or NAK, and is sent again after NAK or silence. EOT ends the session. Both sides do the same.
// Uniform PP791 manual p. 27, 203; VeriFone Mx800 guide p. 315-337.
import type { Clock } from '../base/clock.ts';
import type { Line } from '../line/line.ts';
import { type Arrival, Arrivals } from './arrivals.ts';
import type { Dialect, HandshakeTiming } from './dialect.ts';
import { ACK, EOT, encodeFrame, type Frame, type FrameKind, NAK } from './frame-codec.ts';
import { Framing } from './framing.ts';
import { PinPadError } from './pinpad-error.ts';

export class Handshake {
  /** Its `skipped` counts noise. */
  readonly framing: Framing;
  #line: Line;
  #clock: Clock;
  #timing: HandshakeTiming;
  #arrivals: Arrivals;
  /**
   * Until when an EOT is the end of a management frame that we acknowledged (PP791 manual p. 36-37, Mx800 guide p. 290-291). It may come
   * in our next session, and must not end that. Only for `ackMs`: a later EOT is the resident's cancel key.
   */
  #eotDueUntil = Number.NEGATIVE_INFINITY;

  constructor(line: Line, clock: Clock, dialect: Pick<Dialect, 'framing' | 'timing'>) {
    this.#line = line;
    this.#clock = clock;
    this.#timing = dialect.timing;
    this.framing = new Framing(dialect.framing, clock);
    // A frame whose ACK was lost, or that is late. It gets an ACK; otherwise the pad would end our next session.
    this.#arrivals = new Arrivals(line, this.framing, clock, arrival => {
      if (arrival.is === 'eot') this.#noEotDue();
      if (arrival.is === 'frame') void this.#acknowledge(arrival.frame).catch(() => undefined); // offline: the next session reports it
    });
  }

  /** Runs one session with the pad. Only one may run at a time. */
  session<T>(work: () => Promise<T>): Promise<T> {
    return this.#arrivals.during(work);
  }

  /**
   * Sends a frame until the pad acknowledges it. Returns `ended` if the pad answered EOT instead.
   * Errors: pinpad/offline (no answer, or no line), pinpad/protocol (NAK after every try).
   */
  async send(kind: FrameKind, body: string): Promise<'acknowledged' | 'ended'> {
    const bytes = encodeFrame(kind, body);
    let last: Arrival = { is: 'silence' };
    for (let sent = 0; sent < this.#timing.tries; sent++) {
      await this.#write(bytes);
      last = await this.#acknowledgement();
      if (last.is === 'ack') {
        this.#noEotDue(); // a pad takes a new request after the end of the session before
        return 'acknowledged';
      }
      if (last.is === 'eot') return 'ended';
    }
    await this.#write([EOT]);
    if (last.is === 'nak') throw new PinPadError('pinpad/protocol', { detail: { reason: 'notUnderstood' } });
    throw new PinPadError('pinpad/offline', { detail: { reason: 'noAnswer' } });
  }

  /**
   * Sends a request until the pad acknowledges it. EOT ends a session that was open before, e.g. that of a previous process.
   * Ours has not begun then, so the request is sent again.
   * Errors: those of `send`, and pinpad/protocol (EOT after every try).
   */
  async request(kind: FrameKind, body: string): Promise<void> {
    for (let sent = 0; sent < this.#timing.tries; sent++)
      if ((await this.send(kind, body)) === 'acknowledged') return;
    throw new PinPadError('pinpad/protocol', { detail: { reason: 'refused' } });
  }

  /**
   * Waits up to `waitMs` for a frame of this kind and acknowledges it. A frame of the other kind is the late answer to a
   * request that was given up: it is acknowledged and dropped.
   * Errors: pinpad/offline (no line), pinpad/protocol (the frame was broken at every try).
   */
  async receive(
    kind: FrameKind,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<Frame | 'ended' | 'silence' | 'aborted'> {
    const deadline = this.#clock.now() + waitMs;
    let broken = 0;
    while (broken < this.#timing.tries) {
      const arrival = await this.#next(deadline, signal);
      if (arrival.is === 'silence' || arrival.is === 'aborted') return arrival.is;
      if (arrival.is === 'eot') return 'ended';
      if (arrival.is === 'frame') {
        await this.#acknowledge(arrival.frame);
        if (arrival.frame.kind === kind) return arrival.frame;
      }
      if (arrival.is === 'broken' && ++broken < this.#timing.tries) await this.#write([NAK]);
    }
    await this.#write([EOT]);
    throw new PinPadError('pinpad/protocol', { detail: { reason: 'noise' } });
  }

  /** Waits up to `ackMs` for the EOT after a management frame, so that the pad takes the next request. */
  async end(): Promise<void> {
    while (this.#isEotDue()) {
      const arrival = await this.#arrival(this.#eotDueUntil);
      if (arrival.is === 'silence' || arrival.is === 'aborted') return;
      if (arrival.is === 'eot') this.#noEotDue();
      if (arrival.is === 'frame') await this.#acknowledge(arrival.frame); // the ACK before was lost
    }
  }

  close(): Promise<void> {
    this.#arrivals.close();
    return this.#line.close();
  }

  /** A frame that arrives before the pad's ACK is an old one that the pad repeats. It gets an ACK and is dropped. */
  async #acknowledgement(): Promise<Arrival> {
    const deadline = this.#clock.now() + this.#timing.ackMs;
    for (;;) {
      const arrival = await this.#next(deadline);
      if (arrival.is === 'frame') await this.#acknowledge(arrival.frame);
      else if (arrival.is !== 'broken') return arrival;
    }
  }

  /** The next arrival without the EOT of an earlier session. */
  async #next(deadline: number, signal?: AbortSignal): Promise<Arrival> {
    for (;;) {
      const arrival = await this.#arrival(deadline, signal);
      if (arrival.is !== 'eot' || !this.#isEotDue()) return arrival;
      this.#noEotDue();
    }
  }

  async #arrival(deadline: number, signal?: AbortSignal): Promise<Arrival> {
    const arrival = await this.#arrivals.next(Math.max(deadline - this.#clock.now(), 0), signal);
    if (arrival.is === 'gone') throw new PinPadError('pinpad/offline', { cause: arrival.cause });
    return arrival;
  }

  async #acknowledge({ kind }: Frame): Promise<void> {
    if (kind === 'management') this.#eotDueUntil = this.#clock.now() + this.#timing.ackMs;
    else this.#noEotDue();
    await this.#write([ACK]);
  }

  #isEotDue(): boolean {
    return this.#clock.now() < this.#eotDueUntil;
  }

  #noEotDue(): void {
    this.#eotDueUntil = Number.NEGATIVE_INFINITY;
  }

  async #write(bytes: Uint8Array | number[]): Promise<void> {
    try {
      await this.#line.write(Uint8Array.from(bytes));
    } catch (cause) {
      throw new PinPadError('pinpad/offline', { cause });
    }
  }
}
