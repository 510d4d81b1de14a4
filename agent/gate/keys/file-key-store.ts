// Keys as files in one folder, for a machine without a TPM. Only the gate's user may access the folder and its files.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyStore } from '../../../drivers/base/key-store.ts';
import { GateRefusal } from '../gate-refusal.ts';

/** Max size of a key file, in bytes. */
const maxBytes = 8192;

export class FileKeyStore implements KeyStore {
  #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Errors: gate/key where the file does not exist, is a link or is too large; gate/keyExposed where group or others may access it. */
  async load(name: string): Promise<Buffer> {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9.-]*$/.test(name)) throw new GateRefusal('gate/key', { detail: { name } });
    const file = await this.#openSafely(name);
    try {
      const { mode, size } = await file.stat(); // of the open file, so that the checked file is the one that is read
      if ((mode & 0o077) !== 0) throw new GateRefusal('gate/keyExposed', { detail: { name } });
      if (size > maxBytes) throw new GateRefusal('gate/key', { detail: { name, size } });
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
