// Which version of the contract the terminal uses: its highest, until the hub has signed that it does not speak a message of it; then, until
// the connection ends, the highest that the hub named.
import type { VersionRefusal } from '../protocol/version-refusal.ts';
import { commonVersion } from '../protocol/versions.ts';

export class SpokenVersion {
  readonly #versions: readonly number[];
  /** Refused on this connection: none of them is used again on it, whatever a hub says that contradicts itself. */
  readonly #refused = new Set<number>();
  #now: number;

  /** `versions`: of this terminal, lowest first. */
  constructor(versions: readonly number[]) {
    this.#versions = versions;
    this.#now = this.#highest;
  }

  get now(): number {
    return this.#now;
  }

  /** A new connection: the hub may be another. */
  connected(): void {
    this.#refused.clear();
    this.#now = this.#highest;
  }

  /**
   * The hub refused a message of `version`. `other`: another version is used from now on. `same`: that is known already. `none`: it speaks
   * none that is left; the highest is tried again, because the hub may be another one by then.
   */
  refused(version: number, { versions: theirs }: VersionRefusal): 'same' | 'other' | 'none' {
    this.#refused.add(version);
    if (version !== this.#now) return 'same';
    const left = this.#versions.filter(one => !this.#refused.has(one));
    const next = commonVersion(theirs, left);
    if (next !== undefined) this.#now = next;
    else this.connected();
    return next === undefined ? 'none' : 'other';
  }

  get #highest(): number {
    return this.#versions.at(-1)!;
  }
}
