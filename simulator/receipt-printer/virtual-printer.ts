// The virtual printer: receive buffers, state and automatic status, between its connections and its print head.
import type { Duplex } from 'node:stream';
import { type Answer, type Behaviour, type Came, good } from './behaviour.ts';
import { nextCommand } from './command-parser.ts';
import type { Strip } from './paper.ts';
import { PrintHead } from './print-head.ts';
import { automaticStatus, goodState, isOffline, type PrinterState } from './printer-state.ts';
import { RealtimeScanner } from './realtime-scanner.ts';

export interface VirtualPrinterOptions {
  /** Half-width characters per line. */
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
  /** Tried in order, before the good ones. A fault may be added and removed at any time. */
  readonly behaviours: Behaviour[];
  #say: (line: string) => void;
  #connections = new Set<Connection>();
  #reported = automaticStatus(this.#state);

  constructor({ columns, behaviours, onStrip, say }: VirtualPrinterOptions) {
    this.behaviours = [...behaviours];
    this.#say = say;
    this.#head = new PrintHead(columns, { onLine: () => (this.#state.lines += 1), onCut: onStrip });
  }

  /** Connects a host. Several hosts may be connected; each has its own receive buffer. */
  connect(wire: Duplex): void {
    const connection: Connection = { wire, buffer: Buffer.alloc(0), automatic: false, running: false };
    const scanner = new RealtimeScanner();
    this.#connections.add(connection);
    wire.on('error', () => wire.destroy()); // the host has closed the connection
    wire.on('close', () => this.#connections.delete(connection));
    wire.on('data', async (bytes: Buffer) => {
      connection.buffer = Buffer.concat([connection.buffer, bytes]);
      for (const realtime of scanner.scan(bytes))
        await this.#handle(connection, { is: 'realtime', realtime });
      await this.#run(connection);
    });
    void this.#handle(connection, { is: 'connected' });
  }

  /** Changes the sensors, like a person who opens the cover or inserts paper. Automatic status is sent to the hosts. */
  change(sensors: Partial<PrinterState>): void {
    Object.assign(this.#state, sensors);
    this.#reportChange();
    for (const connection of this.#connections) void this.#run(connection);
  }

  /** Tears the printed paper off, for a host that does not cut. */
  tear(): void {
    this.#head.cut(0);
  }

  /** Carries out the commands of the receive buffer while the printer is online. */
  async #run(connection: Connection): Promise<void> {
    if (connection.running) return;
    connection.running = true;
    while (!isOffline(this.#state)) {
      const next = nextCommand(connection.buffer);
      if (!next) break;
      connection.buffer = connection.buffer.subarray(next.length);
      const answer = await this.#handle(connection, { is: 'command', command: next.command });
      if (answer.print) this.#head.do(next.command);
    }
    connection.running = false;
  }

  async #handle(connection: Connection, came: Came): Promise<Answer> {
    let answer: Answer = {};
    for (const behaviour of [...this.behaviours, ...good]) {
      const found = await behaviour(came, this.#state);
      if (!found) continue;
      answer = found;
      break;
    }
    if (answer.automatic !== undefined) connection.automatic = answer.automatic;
    if (answer.clear) connection.buffer = Buffer.alloc(0);
    if (answer.send && !connection.wire.destroyed) connection.wire.write(answer.send);
    this.#reportChange();
    return answer;
  }

  #reportChange(): void {
    const status = automaticStatus(this.#state);
    if (status.equals(this.#reported)) return;
    this.#reported = status;
    const { paper, cover, error } = this.#state;
    this.#say(`now paper ${paper}, cover ${cover}, error ${error}`);
    for (const { automatic, wire } of this.#connections) if (automatic && !wire.destroyed) wire.write(status);
  }
}
