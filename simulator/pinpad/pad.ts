// The virtual pad itself: it hands what comes in to its behaviours, and does what the first one answers.
import { ACK, EOT, NAK, packed, type Shell, type Wire, type WireListener } from './wire.ts';

/** A PIN entry under way. */
export interface Entry {
  account: string;
  /** Fewest and most digits. */
  min: number;
  max: number;
  /** What the display shows in turn. */
  prompts: string[];
  timeoutMs: number;
  digits: string;
}

export interface PadState {
  /** 16 bytes; a pad without a key refuses every PIN request. */
  initialKey: Buffer | undefined;
  /** As loaded, 10 bytes. */
  ksn: Buffer;
  /** Of the last PIN block that was made. */
  counter: number;
  serial: string;
  entry: Entry | undefined;
}

export type PadEvent =
  | { is: 'packet'; shell: Shell; text: string }
  /** The `count`th broken packet in a row. */
  | { is: 'broken'; count: number }
  /** ENTER on a long enough entry. */
  | { is: 'entered'; entry: Entry }
  | { is: 'canceled' | 'timedOut' };

/** `packet` waits for the host's ACK before the next action; `raw` and the controls don't. */
export type Action =
  | { do: 'ack' | 'nak' | 'eot' | 'idle' }
  | { do: 'packet'; shell: Shell; text: string }
  | { do: 'prompt'; entry: Entry }
  | { do: 'raw'; characters: string };

/** An answer (none at all is `[]`), or undefined to let the next behaviour try. May change the state. */
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
  /** Tried in order, before the sound ones; a fault may come and go at any time. */
  readonly behaviours: Behaviour[];
  #sound: readonly Behaviour[];
  #options: PadOptions;
  #wire: Wire | undefined;
  #work: Promise<void> = Promise.resolve();
  #answered: ((control: string) => void) | undefined;
  #entryTimer: NodeJS.Timeout | undefined;
  #broke = 0;

  constructor(
    state: PadState,
    { faults, sound }: { faults: readonly Behaviour[]; sound: readonly Behaviour[] },
    options: PadOptions = {},
  ) {
    this.state = state;
    this.behaviours = [...faults];
    this.#sound = sound;
    this.#options = options;
  }

  /** A pad that lost its wire, or its power with it, forgets its entry. */
  connect(wire: Wire): void {
    this.#idle();
    this.#wire = wire;
  }

  packet(shell: Shell, text: string): void {
    this.#broke = 0;
    this.happen({ is: 'packet', shell, text });
  }

  broken(): void {
    this.#broke += 1;
    this.happen({ is: 'broken', count: this.#broke });
    if (this.#broke === tries) this.#broke = 0;
  }

  control(character: string): void {
    if (this.#answered) this.#answered(character);
    else if (character === EOT) this.#idle(); // the host ends the session
  }

  /** Behaviours see events one after another, each after the answer to the one before. */
  happen(event: PadEvent): void {
    this.#work = this.#work.then(async () => {
      for (const behaviour of [...this.behaviours, ...this.#sound]) {
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

  /** False when the host did not take a packet: what was to follow is dropped. */
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
