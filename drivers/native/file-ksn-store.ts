// Remembers the last counter of each key set in one JSON file. Durable: temporary file, fsync, rename, fsync of the folder.
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { KsnStore } from '../contract/pinpad.ts';
import { NativeError } from './native-error.ts';

/** 21-bit counter (ANSI X9.24-1:2009, A.2) of each key set. */
const counters = v.record(
  v.pipe(v.string(), v.regex(/^[0-9A-F]{20}$/)),
  v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(0x1fffff)),
);

type Counters = v.InferOutput<typeof counters>;

/** A file that is there and can't be understood is never taken for an empty one: native/ksnFile. */
export class FileKsnStore implements KsnStore {
  private path: string;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  async load(keySetId: string): Promise<number | undefined> {
    return (await this.read())[keySetId];
  }

  save(keySetId: string, counter: number): Promise<void> {
    const saved = this.turn.then(async () => this.write({ ...(await this.read()), [keySetId]: counter }));
    this.turn = saved.catch(() => undefined); // its caller hears it; the next save starts all the same
    return saved;
  }

  private async read(): Promise<Counters> {
    try {
      return v.parse(counters, JSON.parse(await readFile(this.path, 'utf8')));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw new NativeError('native/ksnFile', { cause });
    }
  }

  private async write(now: Counters): Promise<void> {
    const temporary = `${this.path}.new`;
    try {
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(now)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
      const folder = await open(dirname(this.path), 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch (cause) {
      throw new NativeError('native/ksnFile', { cause });
    }
  }
}
