// Min cost of an issue's exchanges on this machine: bare appends and bare round trips, in one process, with nothing sealed, signed,
// checked or shown.
import { type FileHandle, open } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { type Broker, startBroker } from '../agent/link/broker.ts';
import type { Exchange } from './traced-issue.ts';

/** The journal writes in such blocks (docs/journal-format.md). */
const blockBytes = 4096;
const blocks = 1024;
const questionBytes = 512;

export class BareExchanges {
  readonly #broker: Broker;
  readonly #file: FileHandle;
  readonly #terminal: MqttClient;
  readonly #hub: MqttClient;
  #block = 0;

  private constructor(broker: Broker, file: FileHandle, terminal: MqttClient, hub: MqttClient) {
    this.#broker = broker;
    this.#file = file;
    this.#terminal = terminal;
    this.#hub = hub;
  }

  /** Appends go to a file in `dir`, filled with zeros beforehand as the journal's segments are. */
  static async start(dir: string): Promise<BareExchanges> {
    const file = await open(join(dir, 'bare-appends'), 'w');
    await file.write(Buffer.alloc(blockBytes * blocks));
    await file.sync();
    const broker = await startBroker();
    const [terminal, hub] = await Promise.all([connectQuick(broker.url), connectQuick(broker.url)]);
    await Promise.all([
      hub.subscribeAsync('request', { qos: 1 }),
      terminal.subscribeAsync('reply', { qos: 1 }),
    ]);
    hub.on('message', (_, question) => {
      hub.publish('reply', Buffer.alloc(question.readUInt32BE(0)), { qos: 1 });
    });
    return new BareExchanges(broker, file, terminal, hub);
  }

  /** One after the other; milliseconds that they took. */
  async run(exchanges: readonly Exchange[]): Promise<number> {
    const began = performance.now();
    for (const exchange of exchanges) {
      if (exchange.do === 'record') await this.#append();
      else await this.#ask(exchange.answerBytes);
    }
    return performance.now() - began;
  }

  async close(): Promise<void> {
    await Promise.all([this.#terminal.endAsync(true), this.#hub.endAsync(true)]);
    await this.#broker.close();
    await this.#file.close();
  }

  async #append(): Promise<void> {
    await this.#file.write(Buffer.alloc(blockBytes, 1), 0, blockBytes, (this.#block++ % blocks) * blockBytes);
    await this.#file.datasync();
  }

  async #ask(answerBytes: number): Promise<void> {
    const question = Buffer.alloc(questionBytes);
    question.writeUInt32BE(answerBytes, 0);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#terminal.once('message', () => resolve());
    this.#terminal.publish('request', question, { qos: 1 });
    await promise;
  }
}

/** Without Nagle's algorithm, which would hold each answer for 40 ms. */
export async function connectQuick(url: string): Promise<MqttClient> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  (client.stream as unknown as Socket).setNoDelay(true);
  return client;
}
