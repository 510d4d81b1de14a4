// The virtual PIN pad. It gives each event to its behaviours, and carries out the actions of the first one that answers.
import { ACK, EOT, NAK, packed, type Shell, type Wire, type WireListener } from './wire.ts';

/** A PIN entry in progress. */
export interface Entry {
  account: string;
  /** Min and max number of digits. */
  min: number;
  max: number;
  /** The texts that the display shows in turn. */
  prompts: string[];
  timeoutMs: number;
  digits: string;
}

export interface PadState {
  /** 16 bytes; a pad without a key refuses every PIN request. */
  initialKey: Buffer | undefined;
  /** The KSN as loaded with the key, 10 bytes. */
  ksn: Buffer;
  /** The counter of the last PIN block. */
  counter: number;
  serial: string;
  entry: Entry | undefined;
}

export type PadEvent =
  | { is: 'packet'; shell: Shell; text: string }
  /** A packet with a wrong check character, the `count`th in a row. */
  | { is: 'broken'; count: number }
  /** ENTER was pressed and the entry has enough digits. */
  | { is: 'entered'; entry: Entry }
  | { is: 'canceled' | 'timedOut' };

/** After `packet` the pad waits for the host's ACK before the next action. After the others it does not wait. */
export type Action =
  | { do: 'ack' | 'nak' | 'eot' | 'idle' }
  | { do: 'packet'; shell: Shell; text: string }
  | { do: 'prompt'; entry: Entry }
  | { do: 'raw'; characters: string };

/** The actions for an event (`[]`: none), or undefined: then the next behaviour is tried. May change the state. */
export type Behaviour = (event: PadEvent, state: PadState) => Action[] | undefined;

export interface PadOptions {
  /** How long the pad waits for an ACK, in ms. Default 5000 (Uniform PP791 manual p. 27). */
  ackMs?: number;
  onPrompt?: (entry: Entry) => void;
  say?: (line: string) => void;
}

const tries = 3;

export class VirtualPad implements WireListener {
  readonly state: PadState;
  /** Tried in order, before the good ones. A fault may be added and removed at any time. */
  readonly behaviours: Behaviour[];
  #good: readonly Behaviour[];
  #options: PadOptions;
  #wire: Wire | undefined;
  #work: Promise<void> = Promise.resolve();
  #answered: ((control: string) => void) | undefined;
  #entryTimer: NodeJS.Timeout | undefined;
  #brokenPackets = 0;

  constructor(
    state: PadState,
    { faults, good }: { faults: readonly Behaviour[]; good: readonly Behaviour[] },
    options: PadOptions = {},
  ) {
    this.state = state;
    this.behaviours = [...faults];
    this.#good = good;
    this.#options = options;
  }

  /** Connects the pad to a new wire. A pad that lost its wire, and its power with it, loses its entry. */
  connect(wire: Wire): void {
    this.#idle();
    this.#wire = wire;
  }

  packet(shell: Shell, text: string): void {
    this.#brokenPackets = 0;
    this.happen({ is: 'packet', shell, text });
  }

  broken(): void {
    this.#brokenPackets += 1;
    this.happen({ is: 'broken', count: this.#brokenPackets });
    if (this.#brokenPackets === tries) this.#brokenPackets = 0;
  }

  control(character: string): void {
    if (this.#answered) this.#answered(character);
    else if (character === EOT) this.#idle(); // the host ends the session
  }

  /** Gives an event to the behaviours, after the answer to the previous event. */
  happen(event: PadEvent): void {
    this.#work = this.#work.then(async () => {
      for (const behaviour of [...this.behaviours, ...this.#good]) {
        const actions = behaviour(event, this.state);
        if (!actions) continue;
        for (const action of actions) if (!(await this.#perform(action))) return;
        return;
      }
    });
  }

  close(): void {
    this.#idle();
    this.#answered?.(EOT);
  }

  /** False if the host did not acknowledge a packet: the following actions are dropped. */
  async #perform(action: Action): Promise<boolean> {
    if (action.do === 'packet') return await this.#deliver(packed(action.shell, action.text));
    if (action.do === 'prompt') this.#prompt(action.entry);
    else if (action.do === 'idle') this.#idle();
    else if (action.do === 'raw') this.#wire?.send(action.characters);
    else this.#wire?.send({ ack: ACK, nak: NAK, eot: EOT }[action.do]);
    return true;
  }

  async #deliver(characters: string): Promise<boolean> {
    for (let sent = 0; sent < tries; sent++) {
      this.#wire?.send(characters);
      const answer = await this.#answer();
      if (answer === ACK) return true;
      if (answer === EOT) return false;
    }
    this.#wire?.send(EOT);
    return false;
  }

  async #answer(): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#answered = resolve;
    const timer = setTimeout(() => resolve(undefined), this.#options.ackMs ?? 5000);
    const control = await promise;
    clearTimeout(timer);
    this.#answered = undefined;
    return control;
  }

  #prompt(entry: Entry): void {
    this.#idle();
    this.state.entry = entry;
    this.#entryTimer = setTimeout(() => this.happen({ is: 'timedOut' }), entry.timeoutMs);
    this.#options.say?.(`shows: ${entry.prompts.join(' / ')}`);
    this.#options.onPrompt?.(entry);
  }

  #idle(): void {
    clearTimeout(this.#entryTimer);
    this.state.entry = undefined;
  }
}
