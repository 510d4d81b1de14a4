// Stores the last counter of each key set in one small JSON file, e.g. {"FFFF9876543210E00000": 17}. The value is "distrusted"
// instead of a counter if the pad was tampered with. The file contains no key.
import { readFile } from 'node:fs/promises';
import { replaceFile } from '../base/replace-file.ts';
import type { KsnStore } from '../contract/pinpad.ts';
import { PinPadError } from './pinpad-error.ts';

const distrusted = 'distrusted';
type Counters = Record<string, number | typeof distrusted>;

/** For use by one process. A damaged file stops PIN entry: without the counter an old response would be accepted again. */
export class FileKsnStore implements KsnStore {
  #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Errors: pinpad/counterFile. */
  async load(keySetId: string): Promise<number | undefined> {
    const counter = (await this.#read())[keySetId];
    return counter === distrusted ? undefined : counter;
  }

  /** Errors: pinpad/counterFile. */
  async isDistrusted(keySetId: string): Promise<boolean> {
    return (await this.#read())[keySetId] === distrusted;
  }

  /** Errors: pinpad/counterFile. */
  distrust(keySetId: string): Promise<void> {
    return this.#write(keySetId, distrusted);
  }

  /** Errors: pinpad/counterFile. */
  save(keySetId: string, counter: number): Promise<void> {
    return this.#write(keySetId, counter);
  }

  /** Replaces the whole file, so that a power failure leaves either the old or the new one. */
  async #write(keySetId: string, value: Counters[string]): Promise<void> {
    const text = JSON.stringify({ ...(await this.#read()), [keySetId]: value });
    try {
      await replaceFile(this.#path, text);
    } catch (cause) {
      throw new PinPadError('pinpad/counterFile', { cause });
    }
  }

  async #read(): Promise<Counters> {
    try {
      return counters(await readFile(this.#path, 'utf8'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}; // no pad was used here yet
      throw new PinPadError('pinpad/counterFile', { cause });
    }
  }
}

function counters(text: string): Counters {
  const value: unknown = JSON.parse(text);
  const isOne = ([id, counter]: [string, unknown]) =>
    /^[0-9A-F]{20}$/.test(id) && (Number.isInteger(counter) || counter === distrusted);
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    !Object.entries(value).every(isOne)
  ) {
    throw new SyntaxError('not a map from key sets to counters');
  }
  return value as Counters;
}
