// The panel socket: a WebSocket server on a Unix socket, which also answers `GET /status`. It checks the handshake and every
// message, and knows nothing of transactions.
import { lstat, unlink } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../drivers/base/clock.ts';
import { http } from '../../drivers/base/http.ts';
import { listenAt } from '../../drivers/base/unix-socket.ts';
import { Heartbeat } from './heartbeat.ts';
import { fromPanel, panelMessageLimit, panelVersion, type ToPanel } from './messages.ts';
import type { Panel, PanelConnection } from './panel.ts';

/** Our WebSocket close codes (RFC 6455, 7.4.2: 4000 to 4999 are for private use). */
const closeCodes = { version: 4000, replaced: 4001, slow: 4002, silent: 4003 } as const;

/** Max bytes that wait for a slow panel. A panel with more is closed. */
const backlogLimit = 1 << 20;

export interface PanelSocketOptions {
  /** Where to listen. A left over socket there is replaced; any other file is not. Mode 0660: the panel's user is in the group. */
  path: string;
  panel: Panel;
  clock: Clock;
  terminal: string;
  software: string;
  /** The answer to `GET /status`, as JSON. */
  status: () => Promise<unknown>;
}

export class PanelSocket {
  readonly #options: PanelSocketOptions;
  readonly #http: Server = http.createServer((request, response) => this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#http, maxPayload: panelMessageLimit });
  #current: WebSocket | undefined;

  constructor(options: PanelSocketOptions) {
    this.#options = options;
    this.#sockets.on('connection', socket => this.#greet(socket));
  }

  /** Errors: the system's, e.g. EADDRINUSE where another kind of file has that path. */
  async listen(): Promise<void> {
    const { path } = this.#options;
    await removeSocket(path);
    const passedOn = () => undefined; // ws emits the server's errors too; listenAt rejects with them
    this.#sockets.on('error', passedOn);
    await listenAt(this.#http, path);
    this.#sockets.off('error', passedOn);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    const closed = new Promise<void>(resolve => this.#http.close(() => resolve()));
    this.#http.closeAllConnections(); // those that did not become a WebSocket
    await closed;
  }

  /** Answers a plain HTTP request. */
  #answer({ method, url }: IncomingMessage, response: ServerResponse): void {
    if (method !== 'GET' || url !== '/status') return void response.writeHead(426).end();
    this.#options.status().then(
      status => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(status)),
      () => response.writeHead(500).end(),
    );
  }

  #greet(socket: WebSocket): void {
    const { panel, clock, terminal, software } = this.#options;
    const connection: PanelConnection = {
      send: message => {
        if (socket.bufferedAmount <= backlogLimit) return socket.send(JSON.stringify(message));
        socket.close(closeCodes.slow, 'The panel reads too slowly.');
        panel.disconnect(connection); // it gets the close only when it reads again
      },
    };
    const heartbeat = new Heartbeat(clock, {
      ping: ping => connection.send({ type: 'ping', ping }),
      silent: why => {
        socket.close(closeCodes.silent, why);
        panel.disconnect(connection); // a frozen panel does not answer the close
      },
    });
    let greeted = false;
    socket.on('error', () => socket.terminate()); // a frame over the limit or with invalid text: ws has closed it
    socket.on('close', () => {
      heartbeat.stop();
      panel.disconnect(connection);
    });
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== socket.OPEN) return undefined; // messages that come after our close are ignored
      const message = isBinary ? { wrong: 'The message is not a text frame.' } : read(String(data));
      if ('wrong' in message) {
        if (greeted && message.request !== undefined) panel.spoil(message.request);
        return complain(connection, message.wrong);
      }
      if (message.type !== 'hello') {
        const take = () => (message.type === 'pong' ? heartbeat.pong(message.ping) : panel.receive(message));
        const complaint = greeted ? take() : 'Say hello first.';
        return complaint === undefined ? undefined : complain(connection, complaint);
      }
      if (message.version !== panelVersion) {
        socket.close(
          closeCodes.version,
          `This terminal speaks version ${panelVersion} of the panel protocol.`,
        );
        return undefined;
      }
      if (greeted) return complain(connection, 'Hello was said before.');
      greeted = true;
      if (this.#current?.readyState === socket.OPEN)
        this.#current.close(closeCodes.replaced, 'Another panel has connected.');
      this.#current = socket;
      panel.connect(connection);
      heartbeat.start();
      return undefined;
    });
    connection.send({ type: 'hello', version: panelVersion, terminal, software });
  }
}

async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (found?.isSocket()) await unlink(path);
}

/** What is wrong, for the panel's developer, and the till's request that the message would have answered. */
interface Unreadable {
  wrong: string;
  request?: number | undefined;
}

const answerToTill = v.object({ type: v.literal('payment'), request: v.number() });

function read(data: string): v.InferOutput<typeof fromPanel> | Unreadable {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return { wrong: 'The message is not JSON.' };
  }
  const result = v.safeParse(fromPanel, json, { abortEarly: true });
  if (result.success) return result.output;
  const wrong = `The field ${v.getDotPath(result.issues[0]) ?? 'type'} is not what docs/panel.md allows.`;
  const answer = v.safeParse(answerToTill, json);
  return { wrong, request: answer.success ? answer.output.request : undefined };
}

const complain = (connection: PanelConnection, message: string): void => {
  const error: ToPanel = { type: 'error', code: 'panel/invalidMessage', message };
  connection.send(error);
};
