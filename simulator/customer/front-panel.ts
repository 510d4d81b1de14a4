// The front panel: screen, buttons and till of the terminal, as a client of the panel socket. It is written from
// docs/panel.md only, without the agent's code.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Till } from './till.ts';

export interface ShownPrompt {
  id: string;
  text: string;
  lamp: string;
  sound: string;
  conditions?: { part: string; code: string; hint: string; text: string }[];
  code?: string;
  staff?: string;
  claim?: string;
  number?: string;
}

export interface OfferedKind {
  kind: string;
  title: string;
  feeYen: number;
  maxCopies: number;
  options: { name: string; title: string; values: { value: string; title: string }[] }[];
  members: boolean;
}

export type Question =
  | {
      kind: 'choose';
      municipality: string;
      kinds: OfferedKind[];
      members: { number: number; label: string; self: boolean }[];
    }
  | { kind: 'confirm'; lines: [string, string][]; feeYen: number }
  | { kind: 'lastTry'; triesLeft: number };

/** What a customer can see. */
export type Seen =
  | { is: 'prompt'; prompt: ShownPrompt }
  | { is: 'question'; ask: number; question: Question }
  | { is: 'closed'; code: number };

type FromTerminal =
  | { type: 'hello'; version: number; terminal: string; software: string }
  | ({ type: 'prompt' } & ShownPrompt)
  | { type: 'ask'; ask: number; timeoutMs: number; question: Question }
  | { type: 'askEnd'; ask: number }
  | {
      type: 'payment';
      request: number;
      operation: 'begin' | 'status' | 'capture' | 'void';
      transaction: string;
      amountYen: number;
    }
  | { type: 'ping'; ping: number }
  | { type: 'error'; code: string; message: string };

export class FrontPanelError extends Error {
  override readonly name = 'FrontPanelError';
}

export class FrontPanel {
  readonly till: Till;
  /** What the screen shows now. Undefined while there is no connection. */
  prompt: ShownPrompt | undefined;
  /** The number of the open question. */
  asking: number | undefined;
  /** A frozen screen answers no pings. */
  frozen = false;
  /** Errors that the terminal sent to this panel. None, if both sides follow docs/panel.md. */
  readonly complaints: string[] = [];
  #socket: WebSocket;
  readonly #listeners = new Set<(seen: Seen) => void>();

  /** `socket` is open already. */
  constructor(socket: WebSocket, till: Till) {
    this.till = till;
    till.onPaid = (transaction, { state, paidYen }) =>
      this.#send({ type: 'payment', transaction, state, paidYen });
    this.#socket = this.#start(socket);
  }

  /** Closes the connection and makes a new one to `path`, with the same till. Errors: FrontPanelError. */
  async reopen(path: string): Promise<void> {
    await this.close();
    this.#socket = this.#start(await connect(path));
  }

  #start(socket: WebSocket): WebSocket {
    socket.on('message', data => this.#receive(JSON.parse(String(data)) as FromTerminal));
    socket.on('close', code => {
      this.prompt = this.asking = undefined;
      this.#notify({ is: 'closed', code });
    });
    socket.on('error', () => undefined); // followed by close
    socket.send(JSON.stringify({ type: 'hello', version: 2, panel: 'virtual front panel' }));
    return socket;
  }

  onSeen(listener: (seen: Seen) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  answer(ask: number, value: unknown): void {
    this.#send({ type: 'answer', ask, value });
  }

  /** Presses 取消. */
  cancel(): void {
    this.#send({ type: 'cancel' });
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #receive(message: FromTerminal): void {
    if (message.type === 'payment') {
      const { request, operation, transaction, amountYen } = message;
      const answer = this.till.ask(operation, transaction, amountYen);
      if (answer !== 'nothing') this.#send({ type: 'payment', request, transaction, ...answer });
    } else if (message.type === 'ping') {
      if (!this.frozen) this.#send({ type: 'pong', ping: message.ping });
    } else if (message.type === 'prompt') {
      this.prompt = message;
      this.#notify({ is: 'prompt', prompt: message });
    } else if (message.type === 'ask') {
      this.asking = message.ask;
      this.#notify({ is: 'question', ask: message.ask, question: message.question });
    } else if (message.type === 'askEnd') {
      if (this.asking === message.ask) this.asking = undefined;
    } else if (message.type === 'error') {
      this.complaints.push(message.message);
    }
  }

  #send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #notify(seen: Seen): void {
    for (const listener of this.#listeners) listener(seen);
  }
}

/** Connects to the panel socket at `path`. Pass `till` to keep an earlier panel's till. Errors: FrontPanelError. */
export async function openFrontPanel(path: string, till = new Till()): Promise<FrontPanel> {
  return new FrontPanel(await connect(path), till);
}

async function connect(path: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws+unix://${path}:/`);
  try {
    await once(socket, 'open');
  } catch (cause) {
    throw new FrontPanelError(`no panel socket answers at ${path}`, { cause });
  }
  return socket;
}
