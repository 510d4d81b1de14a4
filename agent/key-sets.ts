// Later key sets from the hub: verified, kept, and handed to the gate, which verifies them for itself.
import { join } from 'node:path';
import { failure, type Log } from '../drivers/base/log.ts';
import { replaceFile } from '../drivers/base/replace-file.ts';
import { type AgentHome, acceptNumbers } from './config/home.ts';
import type { GateKeeper } from './counter/gate-connection.ts';
import type { Link } from './link/link-options.ts';
import type { Unused } from './link/unused.ts';
import { readConfiguration } from './protocol/configuration.ts';
import { isProtocolError } from './protocol/error.ts';
import { readNextKeySet } from './protocol/key-set.ts';

export interface KeySetsOptions {
  folder: string;
  /** Its key set is replaced by a later one. */
  home: AgentHome;
  log: Log;
  link: Pick<Link, 'listen'>;
  gate: Pick<GateKeeper, 'call' | 'onNews'>;
  onUnused: (unused: Unused) => void;
}

/** For the gate: it writes a file. */
const gateMs = 10_000;

export class KeySets {
  readonly #options: KeySetsOptions;
  /** One after the other: the hub may send several. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: KeySetsOptions) {
    this.#options = options;
  }

  start(): void {
    const { link, gate } = this.#options;
    link.listen('keySet', message => {
      this.#work = this.#work.then(() => this.#take(message));
    });
    // the gate may have been away when the key set came
    gate.onNews(({ is }) => is === 'open' && void this.#offer());
  }

  /** Never rejects. */
  async #take(message: Buffer): Promise<void> {
    const { folder, home, log, onUnused } = this.#options;
    try {
      const next = readNextKeySet(message, home.root, home.keySet);
      if (!next) return;
      // at the next start the present configuration must still verify
      readConfiguration(home.signed.configuration, home.terminal, next.keys.configuration);
      await replaceFile(join(folder, 'key-set.cbor'), message);
      home.keySet = next;
      home.signed.keySet = message;
      await acceptNumbers(folder, home);
      log.info('key set taken', { generation: next.generation });
    } catch (error) {
      log.warn('key set not taken', failure(error));
      if (isProtocolError(error)) onUnused({ topic: 'keySet', code: error.code, path: error.path });
      return;
    }
    await this.#offer();
  }

  /** Never rejects. */
  async #offer(): Promise<void> {
    const { gate, home, log } = this.#options;
    await gate
      .call('takeKeySet', { keySet: home.signed.keySet }, { timeoutMs: gateMs })
      .catch(error => log.warn('key set not taken by the gate', failure(error)));
  }
}
