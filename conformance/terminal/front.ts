// Stands between the terminal and the broker: the terminal's TLS ends here. It sees every packet of both sides, and can be a broker
// that refuses, closes, or sends too much. The broker behind it takes the terminal by a certificate that this front gets for its name.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Authority } from '../../simulator/hub/keys/authority.ts';
import { type Packet, PacketReader } from './packets.ts';

/** A connection that TLS let in. */
export interface Line {
  /** Counts connections from 1. */
  number: number;
  /** Common name of the terminal's certificate. */
  name: string;
  /** `TLSv1.3` */
  protocol: string;
  /** Server name that the terminal asked for; undefined where it named none. */
  serverName: string | undefined;
  /** To the terminal. */
  write(bytes: Buffer): void;
  /** Closes the TCP connection to the terminal. */
  cut(): void;
  /** Resolves when the connection has ended, whoever ended it. */
  ended: Promise<void>;
}

export type FrontEvent =
  | { is: 'line'; line: Line }
  | { is: 'over'; line: Line }
  /** TLS failed, or never began. */
  | { is: 'refused'; reason: string }
  | { is: 'packet'; line: Line; from: 'terminal' | 'broker'; packet: Packet }
  | { is: 'unreadable'; line: Line; reason: string };

/** What the front does with a connection after TLS. Default `passes`. */
export type Manner = 'passes' | 'closes' | 'closesAfterConnect' | 'takenOver';

export interface FrontOptions {
  /** Name or address that it listens on, and that the terminal is told. */
  host: string;
  /** Signs the broker's certificate and those of the terminals. */
  authority: Authority;
  /** mqtts://127.0.0.1:PORT */
  broker: string;
  take(event: FrontEvent): void;
}

/** CONNACK with reason 0, and DISCONNECT with reason 0x8E, session taken over (MQTT 5, 3.2, 3.14). */
const connack = Buffer.from([0x20, 3, 0, 0, 0]);
const takenOver = Buffer.from([0xe0, 2, 0x8e, 0]);

export class Front {
  /** mqtts://HOST:PORT, for the grant. */
  readonly url: string;
  manner: Manner = 'passes';
  readonly #options: FrontOptions;
  readonly #server: Server;
  readonly #usual: TlsOptions;
  readonly #sockets = new Set<TLSSocket>();
  #lines = 0;

  static async open(options: FrontOptions): Promise<Front> {
    const { host, authority } = options;
    const { key, certificate } = await authority.server('Madoguchi conformance', host);
    const usual: TlsOptions = {
      ...{ key, cert: certificate, ca: authority.certificate, minVersion: 'TLSv1.3' as const },
      ...{ requestCert: true, rejectUnauthorized: true },
    };
    const server = createServer(usual);
    server.listen(0, host);
    await once(server, 'listening');
    return new Front(options, server, usual);
  }

  private constructor(options: FrontOptions, server: Server, usual: TlsOptions) {
    this.#options = options;
    this.#server = server;
    this.#usual = usual;
    this.url = `mqtts://${options.host}:${(server.address() as AddressInfo).port}`;
    server.on('secureConnection', socket => void this.#serve(socket));
    server.on('tlsClientError', error => options.take({ is: 'refused', reason: error.message }));
  }

  /** From the next connection on: another certificate, or other versions of TLS. Nothing: as usual. */
  speaks(instead: TlsOptions = {}): void {
    this.#server.setSecureContext({ ...this.#usual, ...instead });
  }

  /** Closes every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
  }

  async #serve(socket: TLSSocket): Promise<void> {
    const { take } = this.#options;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    const subject = socket.getPeerCertificate().subject as { CN?: string } | undefined;
    const line: Line = {
      number: ++this.#lines,
      name: subject?.CN ?? '',
      protocol: socket.getProtocol() ?? '',
      serverName: socket.servername || undefined,
      write: bytes => void socket.write(bytes),
      cut: () => void socket.destroy(),
      ended: new Promise(resolve => socket.once('close', () => resolve())),
    };
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      take({ is: 'over', line });
    });
    take({ is: 'line', line });
    const { manner } = this;
    if (manner === 'closes') return void socket.destroy();
    const reader = this.#reader(line, 'terminal');
    if (manner !== 'passes') {
      socket.on('data', bytes => {
        if (!reader(bytes).some(packet => packet.is === 'connect')) return;
        socket.end(manner === 'takenOver' ? Buffer.concat([connack, takenOver]) : connack);
      });
      return;
    }
    const held: Buffer[] = [];
    const hold = (bytes: Buffer) => void held.push(bytes);
    socket.on('data', hold);
    const broker = await this.#broker(line.name);
    socket.off('data', hold);
    const toBroker = (bytes: Buffer) => {
      reader(bytes);
      broker.write(bytes);
    };
    for (const bytes of held) toBroker(bytes);
    socket.on('data', toBroker);
    const fromBroker = this.#reader(line, 'broker');
    broker.on('data', bytes => {
      fromBroker(bytes);
      socket.write(bytes);
    });
    broker.on('close', () => socket.destroy());
    socket.on('close', () => broker.destroy());
    if (socket.destroyed) broker.destroy();
  }

  /** A connection to the broker in the name of a terminal. */
  async #broker(name: string): Promise<TLSSocket> {
    const { authority, broker } = this.#options;
    const { key, certificate } = await authority.client(name);
    const { hostname, port } = new URL(broker);
    const socket = connect({
      host: hostname,
      port: Number(port),
      key,
      cert: certificate,
      ca: authority.certificate,
    });
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    return socket;
  }

  /** Reports each packet, before it is passed on. */
  #reader(line: Line, from: 'terminal' | 'broker'): (bytes: Buffer) => Packet[] {
    const { take } = this.#options;
    const reader = new PacketReader();
    return bytes => {
      try {
        const packets = reader.read(bytes);
        for (const packet of packets) take({ is: 'packet', line, from, packet });
        return packets;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        take({ is: 'unreadable', line, reason: error.message });
        line.cut();
        return [];
      }
    };
  }
}
