// Prints of a gate that died: the printer is asked what became of the job, and that is testified to. Nothing is printed.
import type { CommandEvent } from '../../commands/gate-door.ts';
import { JobEnd, type Printed, printTimes } from './job-end.ts';
import type { PrintNote } from './print-notes.ts';
import type { PrintParts } from './print-parts.ts';

export class ResolvedPrints {
  #parts: PrintParts;
  /** The last one: it is asked for again where the agent dies meanwhile. */
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

  /** One that waits has no document, and none will come: it is given back first. */
  async #resolve(
    note: PrintNote,
    timeoutMs: number,
    listener: (event: CommandEvent) => void,
  ): Promise<Printed> {
    const times = printTimes(this.#parts.clock, timeoutMs);
    const end = new JobEnd(this.#parts, note);
    const open = await this.#parts.printer.openJobs().catch(() => []); // it is asked again below
    if (open.some(({ id, waits }) => id === note.job.id && waits)) await end.cancel(times.stopMs);
    return await end.await(times, listener);
  }
}
