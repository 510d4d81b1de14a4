// The driver of a receipt printer that uses ESC/POS on a serial line.
import { randomInt } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Receipt, ReceiptPrinter, ReceiptPrinterStatus } from '../contract/receipt.ts';
import type { Line } from '../line/line.ts';
import { LineError } from '../line/line-error.ts';
import { Dialogue } from './dialogue.ts';
import { printJob } from './print-job.ts';
import type { EscPosProfile } from './profile.ts';
import { ReceiptError } from './receipt-error.ts';
import type { PrinterAnswer } from './response-framing.ts';
import { absent, askStatus, isReady, readAutomatic, readRealtime } from './status-bits.ts';

/** Max. number of times that the status is asked for before a print. */
const statusTries = 3;

/**
 * A print is complete when the printer answers to its process id, GS ( H fn 48 (Epson, "ESC/POS command reference"). No
 * answer means receipt/unknown. Commands run one after another. Closing the printer closes the line.
 */
export class EscPosPrinter implements ReceiptPrinter {
  #line: Line;
  #clock: Clock;
  #profile: EscPosProfile;
  #dialogue: Dialogue;
  #turn: Promise<unknown> = Promise.resolve();
  /** Counts up from a random number, so that a late answer for an earlier receipt is not taken for this one's. [0..9999] */
  #processId = randomInt(10_000);
  /** The printer's last reported status, for the record of an unknown outcome. */
  #lastStatus = absent;
  #answersMayBeLate = false;

  constructor(line: Line, clock: Clock, profile: EscPosProfile) {
    this.#line = line;
    this.#clock = clock;
    this.#profile = profile;
    this.#dialogue = new Dialogue(line, clock, profile.pauseMs);
    this.#dialogue.onAnswer(answer => {
      if (answer.is === 'automatic') this.#lastStatus = readAutomatic(answer.bytes);
    });
  }

  status(): Promise<ReceiptPrinterStatus> {
    return this.#inTurn(async () => (await this.#readStatus()) ?? absent);
  }

  /** Errors: those of the contract, and receipt/amount if the total is not a whole number of yen (nothing was sent). */
  async print(receipt: Receipt, limitMs = Infinity): Promise<void> {
    const endMs = this.#clock.now() + limitMs;
    this.#processId = (this.#processId + 1) % 10_000;
    const id = String(this.#processId).padStart(4, '0');
    const job = printJob(receipt, this.#profile, id);
    await this.#inTurn(async () => {
      const status = await this.#readStatusBeforePrint(endMs);
      if (!status) throw new ReceiptError('receipt/offline');
      if (!isReady(status)) throw new ReceiptError('receipt/notReady', { detail: { ...status } });
      this.#lastStatus = status;
      await this.#send(job, id, endMs - this.#clock.now());
    });
  }

  close(): Promise<void> {
    return this.#dialogue.close();
  }

  /** Sends once. After any failure behind the first byte the paper may be out: receipt/unknown, and no second try. */
  async #send(job: Buffer, id: string, leftMs: number): Promise<void> {
    if (leftMs <= 0) throw new ReceiptError('receipt/offline'); // nothing was sent
    const isOurs = (answer: PrinterAnswer) => answer.is === 'process' && answer.id === id;
    try {
      await this.#dialogue.ask(
        job,
        (answer): answer is PrinterAnswer => isOurs(answer),
        Math.min(this.#profile.printMs, leftMs),
      );
    } catch (cause) {
      if (cause instanceof LineError && cause.code === 'line/offline')
        throw new ReceiptError('receipt/offline', { cause });
      throw new ReceiptError('receipt/unknown', { cause, detail: { processId: id, ...this.#lastStatus } });
    }
  }

  /**
   * A printer may miss a request, e.g. while it cuts. Nothing was sent yet, so a missed one must not cost the receipt: it is asked again
   * while a print could follow.
   */
  async #readStatusBeforePrint(endMs: number): Promise<ReceiptPrinterStatus | undefined> {
    for (let asked = 1; ; asked++) {
      const status = await this.#readStatus();
      const isTime = endMs - this.#clock.now() > 3 * this.#profile.statusMs; // the wait, an answer, and the print
      if (status || !this.#line.online || asked === statusTries || !isTime) return status;
    }
  }

  /** DLE EOT 1 to 4, one after another; undefined when the printer does not answer. */
  async #readStatus(): Promise<ReceiptPrinterStatus | undefined> {
    if (!this.#line.online) return undefined;
    // An answer does not name its request. So wait until late answers have arrived before the next request.
    if (this.#answersMayBeLate) await this.#clock.sleep(this.#profile.statusMs);
    this.#answersMayBeLate = true;
    try {
      const status = readRealtime([
        await this.#realtime(1),
        await this.#realtime(2),
        await this.#realtime(3),
        await this.#realtime(4),
      ]);
      this.#answersMayBeLate = false;
      return status;
    } catch {
      return undefined; // no answer, or no line: the caller reports the printer as offline
    }
  }

  async #realtime(n: 1 | 2 | 3 | 4): Promise<number> {
    const { bits } = await this.#dialogue.ask(
      askStatus(n),
      answer => answer.is === 'realtime',
      this.#profile.statusMs,
    );
    return bits;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // the caller of `work` gets the error; the next work starts nevertheless
    return done;
  }
}
