// Prints of a previous gate that died: asks the printer for the outcome of the job, and signs evidence of it. Prints nothing.
import type { CommandEvent } from '../../commands/gate-door.ts';
import { JobEnd, type Printed, printTimes } from './job-end.ts';
import type { PrintNote } from './print-notes.ts';
import type { PrintParts } from './print-parts.ts';

export class ResolvedPrints {
  #parts: PrintParts;
  /** The last print: it is asked for again where the agent dies meanwhile. */
  #last: { transaction: string; printed: Promise<Printed> } | undefined;

  constructor(parts: PrintParts) {
    this.#parts = parts;
  }

  of(note: PrintNote, timeoutMs: number, listener: (event: CommandEvent) => void): Promise<Printed> {
    const { transaction } = note;
    if (this.#last?.transaction !== transaction)
      this.#last = { transaction, printed: this.#resolve(note, timeoutMs, listener) };
    return this.#last.printed;
  }

  /** A job that waits for its document will never get it: it is cancelled first. */
  async #resolve(
    note: PrintNote,
    timeoutMs: number,
    listener: (event: CommandEvent) => void,
  ): Promise<Printed> {
    const times = printTimes(this.#parts.clock, timeoutMs);
    const end = new JobEnd(this.#parts, note);
    const { transaction } = note;
    const open = await this.#parts.printer.openJobs().catch(() => []); // the printer is asked again below
    if (open.some(({ name, waits }) => name === transaction && waits)) await end.cancel(times.stopMs);
    return await end.await(times, listener);
  }
}
