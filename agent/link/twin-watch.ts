// Notices a second machine with this terminal's name, certificate and key: a copied home. The presence topic shows it: what is
// retained there is of the last session, and between two of ours there is none but of a twin. Not every broker says
// "session taken over" (MQTT 5, 0x8E) to whoever it disconnects; mosquitto 2.0.11 only closes.
import type { CoseKey } from '../protocol/cose-key.ts';
import { isProtocolError } from '../protocol/error.ts';
import { readPresence } from '../protocol/presence.ts';
import type { Connection } from './connection.ts';
import { isLinkError } from './link-error.ts';

export class TwinWatch {
  readonly #agentKey: CoseKey;
  readonly #topic: string;
  /** Our last sessions, as hex. One may be retained whose birth message the broker never acknowledged. */
  #ours: string[] = [];
  /** Whether the broker has had a birth message of this run. Before, what is retained is of a previous run. */
  #wasBorn = false;
  #isSeen = false;
  /** Between our last connection and this one somebody else was connected. */
  isThere = false;

  /** `topic`: of the terminal's presence. */
  constructor({ agentKey }: { agentKey: { coseKey: CoseKey } }, topic: string) {
    this.#agentKey = agentKey.coseKey;
    this.#topic = topic;
  }

  /** Before our birth message: the broker sends what is retained. A broker that does not allow that tells us nothing. */
  async look(connection: Connection, session: Buffer): Promise<void> {
    this.#isSeen = false;
    this.#ours = [...this.#ours.slice(-15), session.toString('hex')];
    await connection.subscribe([this.#topic]).catch(error => {
      if (!isLinkError(error) || error.code !== 'link/refused') throw error;
    });
  }

  /** A message on the topic. */
  take(payload: Buffer): void {
    try {
      const { session } = readPresence(payload, this.#topic, this.#agentKey);
      if (this.#wasBorn && !this.#ours.includes(session.toString('hex'))) this.#isSeen = true;
    } catch (error) {
      if (!isProtocolError(error)) throw error; // signed by nobody who is us
    }
  }

  /** The broker has our birth message, and so had sent before what was retained. Returns `isThere`. */
  connected(): boolean {
    this.isThere = this.#isSeen;
    this.#wasBorn = true;
    return this.isThere;
  }
}
