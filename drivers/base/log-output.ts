// The queue between a log and its descriptor. Whoever logs never waits and never fails: lines that the descriptor does not take
// stay here, bounded, and are tried again. Lines for which there is no room are dropped, oldest first; their number is logged.

/** Writes some bytes of a line at once. Returns how many. Throws the system's error where it can take none now. */
export type Send = (bytes: Buffer) => number;

const maxBytes = 256 << 10;
const retryMs = 500;

/** Unreferenced: a log that nobody reads does not keep a process alive. */
const soon = (run: () => void): void => void setTimeout(run, retryMs).unref();

export class LogOutput {
  readonly #send: Send;
  readonly #later: (run: () => void) => void;
  /** The line that says how many were dropped. */
  readonly #notice: (dropped: number) => string;
  readonly #lines: Buffer[] = [];
  #bytes = 0;
  /** What is left of a line that was taken in part. It comes first, or two lines would be mixed. */
  #rest: Buffer | undefined;
  #dropped = 0;
  /** Of the dropped lines, those that no written notice has counted yet. */
  #unreported = 0;
  #retrying = false;

  constructor(send: Send, notice: (dropped: number) => string, later = soon) {
    this.#send = send;
    this.#notice = notice;
    this.#later = later;
  }

  /** Lines that were dropped, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** `line` ends with a line feed. Never throws. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    this.#lines.push(bytes);
    this.#bytes += bytes.length;
    this.flush();
    while (this.#bytes > maxBytes) {
      this.#bytes -= this.#lines.shift()!.length;
      this.#dropped++;
      this.#unreported++;
    }
  }

  /** Tries to write all that waits. Never throws and never waits. */
  flush(): void {
    for (;;) {
      const isNotice = this.#rest === undefined && this.#unreported > 0;
      const bytes = this.#rest ?? (isNotice ? Buffer.from(this.#notice(this.#unreported)) : this.#lines[0]);
      if (!bytes) return;
      const taken = this.#try(bytes);
      if (taken === 0) {
        this.#retry();
        return;
      }
      if (isNotice) this.#unreported = 0;
      else if (this.#rest === undefined) this.#bytes -= this.#lines.shift()!.length;
      this.#rest = taken < bytes.length ? bytes.subarray(taken) : undefined;
    }
  }

  /** Whatever the error is, it may pass: a reader that stalls (EAGAIN), a full disk (ENOSPC), a FIFO without a reader (EPIPE). */
  #try(bytes: Buffer): number {
    try {
      return this.#send(bytes);
    } catch {
      return 0;
    }
  }

  #retry(): void {
    if (this.#retrying) return;
    this.#retrying = true;
    this.#later(() => {
      this.#retrying = false;
      this.flush();
    });
  }
}
