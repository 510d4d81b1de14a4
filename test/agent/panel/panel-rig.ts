// A panel socket on a real Unix socket, and a bare client that sends and receives messages without any help.
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { ToPanel } from '../../../agent/panel/messages.ts';
import { Panel } from '../../../agent/panel/panel.ts';
import { PanelSocket } from '../../../agent/panel/socket.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { ManualClock } from '../../manual-clock.ts';

export const hello = { type: 'hello', version: 2, panel: 'rig' };

type MessageOf<T> = Extract<ToPanel, { type: T }>;

export class Client {
  readonly socket: WebSocket;
  /** Resolves with the code that the socket was closed with. */
  readonly closed: Promise<number>;
  /** Pings that came. They are answered by themselves unless the screen is frozen. */
  readonly pings: ToPanel[] = [];
  answersPings = true;
  readonly #received: ToPanel[] = [];
  #wake: () => void = () => undefined;

  constructor(path: string) {
    this.socket = new WebSocket(`ws+unix://${path}:/`);
    this.closed = new Promise(resolve => this.socket.once('close', resolve));
    this.socket.on('error', () => undefined); // followed by close
    this.socket.on('message', data => {
      const message = JSON.parse(String(data)) as ToPanel;
      if (message.type !== 'ping') this.#received.push(message);
      else if (this.answersPings) this.say({ type: 'pong', ping: message.ping });
      if (message.type === 'ping') this.pings.push(message);
      this.#wake();
    });
  }

  /** The next message, whatever it is. */
  async next(): Promise<ToPanel> {
    while (this.#received.length === 0)
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    return this.#received.shift()!;
  }

  /** The next message of `type`; what comes before it is passed over. */
  async receive<T extends ToPanel['type']>(type: T): Promise<MessageOf<T>> {
    for (;;) {
      const message = await this.next();
      if (message.type === type) return message as MessageOf<T>;
    }
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
}

export class Rig {
  readonly clock = new ManualClock();
  readonly panel = new Panel(this.clock);
  readonly path: string;
  status: () => Promise<unknown> = async () => ({ state: 'open' });
  readonly #folder: string;
  readonly #socket: PanelSocket;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'panel.sock');
    const { panel, path, clock } = this;
    this.#socket = new PanelSocket({
      ...{ path, panel, clock, terminal: 'mitaka-0001', software: 'madoguchi 0.1.0' },
      status: () => this.status(),
    });
  }

  /** `before` may put something where the socket will be. */
  static async open(before: (path: string) => Promise<void> = async () => undefined): Promise<Rig> {
    const rig = new Rig(temporaryFolder('madoguchi-panel'));
    await before(rig.path);
    await rig.#socket.listen();
    return rig;
  }

  /** A client that has not said hello. */
  async stranger(): Promise<Client> {
    const client = new Client(this.path);
    await once(client.socket, 'open');
    return client;
  }

  /** A client that the panel has taken. */
  async client(): Promise<Client> {
    const client = await this.stranger();
    const connected = this.until('connected');
    client.say(hello);
    await connected;
    await client.receive('hello');
    return client;
  }

  until(what: 'connected' | 'disconnected' | 'canceled' | 'payment'): Promise<void> {
    return new Promise(resolve => {
      const stop = this.panel.onEvent(({ is }) => {
        if (is !== what) return;
        stop();
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    await this.#socket.close();
    await rm(this.#folder, { recursive: true });
  }
}

/** Runs `work` with a rig that is closed after it. */
export const withRig = (work: (rig: Rig) => Promise<void>) => async (): Promise<void> => {
  const rig = await Rig.open();
  try {
    await work(rig);
  } finally {
    await rig.close();
  }
};
