// Notes of prints, on the disk. The gate writes one before a job can bring paper. If this gate dies, the next one can then ask the
// printer for the outcome of the job. A note also keeps evidence that the agent has not received. It holds ids, digests and a count,
// and nothing of what is printed and nothing personal.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../../../drivers/base/replace-file.ts';
import type { PrinterJob } from '../../../drivers/contract/page.ts';
import { decode, encode } from '../../protocol/cbor.ts';
import { type PrintResult, printResult } from '../../protocol/evidence.ts';
import { count, digest, parse, someBytes, text, word } from '../../protocol/schema.ts';

const transactionName = word(/^[0-9a-f]{32}$/);

const printNote = v.strictObject({
  transaction: transactionName,
  job: v.strictObject({ id: count(0, 2 ** 31 - 1), uri: text(1023), uuid: v.optional(text(45)) }),
  manifestDigest: digest,
  pdfDigest: digest,
  /** Impressions in all: pages times copies. */
  expected: count(1, 9999),
  signed: v.optional(v.strictObject({ result: printResult, evidence: someBytes(2048) })),
});

export interface PrintNote {
  transaction: string;
  /** Its name at the printer is the transaction. */
  job: Omit<PrinterJob, 'name'>;
  /** SHA-256 of the signed manifest, and of the PDF. */
  manifestDigest: Buffer;
  pdfDigest: Buffer;
  expected: number;
  /** Print result and evidence, where the gate signed them and the agent has not received them. */
  signed?: { result: PrintResult; evidence: Buffer } | undefined;
}

const ending = '.note';

export class PrintNotes {
  readonly #folder: string;

  /** `folder` is created where it does not exist. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when the note is durable. Errors: the system's. */
  async write(note: PrintNote): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#pathOf(note.transaction), encode({ ...note, job: { ...note.job } }));
  }

  /** All notes that can be read. */
  async list(): Promise<PrintNote[]> {
    const names = await readdir(this.#folder).catch(() => []); // no print was ever begun
    const notes = await Promise.all(
      names.filter(name => name.endsWith(ending)).map(name => this.find(name.slice(0, -ending.length))),
    );
    return notes.filter(note => note !== undefined);
  }

  /** Undefined where there is no note, or an unreadable one. */
  async find(transaction: string): Promise<PrintNote | undefined> {
    try {
      const note = parse(printNote, decode(await readFile(this.#pathOf(transaction))));
      return note.transaction === transaction ? note : undefined;
    } catch {
      return undefined;
    }
  }

  async forget(transaction: string): Promise<void> {
    await rm(this.#pathOf(transaction), { force: true });
  }

  #pathOf(transaction: string): string {
    return join(this.#folder, `${transaction}${ending}`);
  }
}
