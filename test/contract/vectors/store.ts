// docs/contract/vectors: index.json, keys.json, and the bytes of each vector in a file of its own. Signatures and ephemeral keys are
// random, so a vector that was made once is kept.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const folder = new URL('../../../docs/contract/vectors/', import.meta.url);

export type Expected = { ok: true } | { code: string; path?: string };

/** As index.json has it. */
export interface Vector {
  name: string;
  what: string;
  /** The message, as agent/protocol/messages.ts and messages.cddl name it. */
  kind: string;
  /** Name of the key in keys.json that signed it, or that it is sealed to. */
  key?: string;
  topic?: string;
  terminal?: string;
  /** Hex. */
  transaction?: string;
  /** File of the root document that it has to be signed under; that document's own thumbprint, in hex. */
  root?: string;
  thumbprint?: string;
  /** Of the bytes, in this folder. */
  file: string;
  expected: Expected;
}

export const bytesOf = ({ file }: { file: string }): Buffer => readFileSync(new URL(file, folder));
export const readIndex = (): Vector[] => JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));

export class Store {
  readonly vectors: Vector[] = [];
  readonly #mode: 'add' | 'renew' | 'read';

  /** `add`: what is missing is made; `renew`: everything is; `read`: what is missing throws. */
  constructor(mode: 'add' | 'renew' | 'read') {
    this.#mode = mode;
    if (mode === 'renew') rmSync(folder, { recursive: true, force: true });
  }

  /** The vector's bytes: those of its file, or, where there is none, what `make` gives. */
  async keep(
    vector: Omit<Vector, 'file' | 'expected'> & { expected?: Expected },
    make: () => Buffer,
  ): Promise<Buffer> {
    const { expected = { ok: true }, ...facts } = vector;
    const file = `${vector.name}.cbor`;
    const bytes = await this.raw(file, make);
    this.vectors.push({ ...facts, file, expected });
    return bytes;
  }

  /** Bytes of a file that is no vector itself. */
  async raw(file: string, make: () => Buffer | Promise<Buffer>): Promise<Buffer> {
    const at = new URL(file, folder);
    if (this.#mode === 'read' || existsSync(at)) return readFileSync(at);
    const bytes = await make();
    this.#write(file, bytes);
    return bytes;
  }

  finish(keys: object): void {
    this.#write('index.json', Buffer.from(`${JSON.stringify(this.vectors, undefined, 2)}\n`));
    this.#write('keys.json', Buffer.from(`${JSON.stringify(keys, undefined, 2)}\n`));
  }

  #write(file: string, bytes: Buffer): void {
    const at = fileURLToPath(new URL(file, folder));
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, bytes);
  }
}
