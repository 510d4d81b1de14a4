// Keys as files of one folder, for a machine without a TPM. The folder and its files belong to the gate's user alone.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyStore } from '../../../drivers/base/key-store.ts';
import { GateRefusal } from '../gate-refusal.ts';

/** Longest key file, in bytes. */
const longest = 8192;

export class FileKeyStore implements KeyStore {
  #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Errors: gate/key where there is no such file; gate/keyExposed where group or others may touch it, or it is a link. */
  async load(name: string): Promise<Buffer> {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9.-]*$/.test(name)) throw new GateRefusal('gate/key', { detail: { name } });
    const file = await this.#openSafely(name);
    try {
      const { mode, size } = await file.stat(); // of the open file: what is checked is what is read
      if ((mode & 0o077) !== 0) throw new GateRefusal('gate/keyExposed', { detail: { name } });
      if (size > longest) throw new GateRefusal('gate/key', { detail: { name, size } });
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  async #openSafely(name: string): Promise<FileHandle> {
    try {
      return await open(join(this.#folder, name), constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (cause) {
      throw new GateRefusal('gate/key', { cause, detail: { name } });
    }
  }
}
