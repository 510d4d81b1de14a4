// Takes a later key set, which the agent carries here: verified under the gate's own root document, and kept in the gate's own folder. It
// comes into use when the next transaction is opened: one that is under way ends with the keys that it began with.
import { replaceFile } from '../../../drivers/base/replace-file.ts';
import { type KeySet, readNextKeySet } from '../../protocol/key-set.ts';
import type { Root } from '../../protocol/root.ts';
import { GateRefusal, refusing } from '../gate-refusal.ts';

export class KeySetUpdates {
  readonly #root: Root;
  readonly #path: string;
  #waiting: KeySet | undefined;

  /** `path`: of key-set.cbor. */
  constructor(root: Root, path: string) {
    this.#root = root;
    this.#path = path;
  }

  /** `present`: in use. Nothing happens where it is the very one. Errors: gate/keySet, gate/keySetUnsaved. */
  async take(message: Buffer, present: KeySet): Promise<void> {
    const next = refusing('gate/keySet', () => readNextKeySet(message, this.#root, this.#waiting ?? present));
    if (!next) return;
    await replaceFile(this.#path, message).catch(cause => {
      throw new GateRefusal('gate/keySetUnsaved', { cause });
    });
    this.#waiting = next;
  }

  /** The youngest key set. */
  youngest(present: KeySet): KeySet {
    return this.#waiting ?? present;
  }
}
