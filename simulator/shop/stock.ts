// Stores an enrolled terminal and its hub in a folder. Later shops copy it and need no enrolment.
import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthorityStock } from '../card/authority.ts';

/** Number of stored card keys. The residents of these shops share them. */
export const stockedCards = 8;

export interface Enrolled {
  authority: AuthorityStock;
  pinpad: { initialKey: Buffer; ksn: Buffer };
  /** The terminal's home folder. */
  home: string;
}

/** By folder: enrolments that this process is making. Each resolves when it is stored or given up. */
const making = new Map<string, PromiseWithResolvers<void>>();

/** Stored enrolments, by the terminal's name and configuration. */
export class Stock {
  readonly #folder: string;
  #makes = false;

  /** `wanted`: all values that the enrolment depends on. */
  constructor(folder: string, wanted: unknown) {
    const name = createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16);
    this.#folder = join(folder, name);
  }

  /**
   * Copies the stored hub folder to `hub`. Undefined if there is none: then the caller must call `put` or `giveUp`, because
   * other shops of this process wait for it.
   */
  async take(hub: string): Promise<Enrolled | undefined> {
    while (making.has(this.#folder)) await making.get(this.#folder)!.promise;
    const text = await readFile(join(this.#folder, 'keys.json'), 'utf8').catch(absent);
    if (text === undefined && making.has(this.#folder)) return this.take(hub);
    if (text === undefined) {
      making.set(this.#folder, Promise.withResolvers());
      this.#makes = true;
      return undefined;
    }
    await cp(join(this.#folder, 'hub'), hub, { recursive: true });
    const { key, certificate, cardKeys, initialKey, ksn } = JSON.parse(text) as Record<string, string> & {
      cardKeys: string[];
    };
    const bytes = (hex = '') => Buffer.from(hex, 'hex');
    return {
      authority: {
        authority: { key: bytes(key), certificate: bytes(certificate) },
        cardKeys: cardKeys.map(bytes),
      },
      pinpad: { initialKey: bytes(initialKey), ksn: bytes(ksn) },
      home: join(this.#folder, 'home'),
    };
  }

  /** Stores a new enrolment. It does nothing if another process was faster. The hub must be idle. */
  async put({ authority: { authority, cardKeys }, pinpad, home }: Enrolled, hub: string): Promise<void> {
    const parent = join(this.#folder, '..');
    await mkdir(parent, { recursive: true });
    const draft = await mkdtemp(join(parent, 'draft-'));
    cpSync(hub, join(draft, 'hub'), { recursive: true }); // synchronous: nothing is written to the hub's databases meanwhile
    await cp(home, join(draft, 'home'), { recursive: true });
    const hex = (bytes: Buffer) => bytes.toString('hex');
    const keys = {
      key: hex(authority.key),
      certificate: hex(authority.certificate),
      cardKeys: cardKeys.map(hex),
      initialKey: hex(pinpad.initialKey),
      ksn: hex(pinpad.ksn),
    };
    await writeFile(join(draft, 'keys.json'), JSON.stringify(keys));
    await rename(draft, this.#folder).catch(() => rm(draft, { recursive: true }));
    this.giveUp();
  }

  /** This shop stores nothing: another one may. Safe to call at any time. */
  giveUp(): void {
    if (!this.#makes) return;
    this.#makes = false;
    making.get(this.#folder)?.resolve();
    making.delete(this.#folder);
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
