// The printer between its connections and its paper: receive buffer, state, automatic status.
import type { Duplex } from 'node:stream';
import { type Answer, type Behaviour, type Came, good } from './behaviour.ts';
import { nextCommand } from './command-parser.ts';
import type { Strip } from './paper.ts';
import { PrintHead } from './print-head.ts';
import { automaticStatus, goodState, isOffline, type PrinterState } from './printer-state.ts';
import { RealtimeScanner } from './realtime-scanner.ts';

export interface VirtualPrinterOptions {
  /** Half-width characters on a line. */
  columns: number;
  /** Tried before the good ones. */
  behaviours: readonly Behaviour[];
  onStrip(strip: Strip): void;
  say(line: string): void;
}

interface Connection {
  wire: Duplex;
  buffer: Buffer;
  automatic: boolean;
  running: boolean;
}

export class VirtualPrinter {
  #state: PrinterState = goodState();
  #head: PrintHead;
  /** Tried in order, before the good ones; a fault may come and go at any time. */
  readonly behaviours: Behaviour[];
  #say: (line: string) => void;
  #connections = new Set<Connection>();
  #told = automaticStatus(this.#state);

  constructor({ columns, behaviours, onStrip, say }: VirtualPrinterOptions) {
    this.behaviours = [...behaviours];
    this.#say = say;
    this.#head = new PrintHead(columns, { onLine: () => (this.#state.lines += 1), onCut: onStrip });
  }

  /** A host's cable. Several may be plugged in; each has its own receive buffer. */
  connect(wire: Duplex): void {
    const connection: Connection = { wire, buffer: Buffer.alloc(0), automatic: false, running: false };
    const scanner = new RealtimeScanner();
    this.#connections.add(connection);
    wire.on('error', () => wire.destroy()); // the host went away: so does the connection
    wire.on('close', () => this.#connections.delete(connection));
    wire.on('data', async (bytes: Buffer) => {
      connection.buffer = Buffer.concat([connection.buffer, bytes]);
      for (const realtime of scanner.scan(bytes)) await this.#meet(connection, { is: 'realtime', realtime });
      await this.#run(connection);
    });
    void this.#meet(connection, { is: 'connected' });
  }

  /** A person at the printer: opens the cover, puts in paper. Hosts that asked for automatic status hear of it. */
  change(sensors: Partial<PrinterState>): void {
    Object.assign(this.#state, sensors);
    this.#tellChange();
    for (const connection of this.#connections) void this.#run(connection);
  }

  /** Tears off what is printed, for a host that does not cut. */
  tear(): void {
    this.#head.cut(0);
  }

  /** Works through the receive buffer, as long as the printer is online. */
  async #run(connection: Connection): Promise<void> {
    if (connection.running) return;
    connection.running = true;
    while (!isOffline(this.#state)) {
      const next = nextCommand(connection.buffer);
      if (!next) break;
      connection.buffer = connection.buffer.subarray(next.length);
      const answer = await this.#meet(connection, { is: 'command', command: next.command });
      if (answer.print) this.#head.do(next.command);
    }
    connection.running = false;
  }

  async #meet(connection: Connection, came: Came): Promise<Answer> {
    let answer: Answer = {};
    for (const behaviour of [...this.behaviours, ...good]) {
      const given = await behaviour(came, this.#state);
      if (!given) continue;
      answer = given;
      break;
    }
    if (answer.automatic !== undefined) connection.automatic = answer.automatic;
    if (answer.clear) connection.buffer = Buffer.alloc(0);
    if (answer.send && !connection.wire.destroyed) connection.wire.write(answer.send);
    this.#tellChange();
    return answer;
  }

  #tellChange(): void {
    const status = automaticStatus(this.#state);
    if (status.equals(this.#told)) return;
    this.#told = status;
    const { paper, cover, error } = this.#state;
    this.#say(`now paper ${paper}, cover ${cover}, error ${error}`);
    for (const { automatic, wire } of this.#connections) if (automatic && !wire.destroyed) wire.write(status);
  }
}
