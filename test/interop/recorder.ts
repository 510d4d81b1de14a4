// Records what travels between a shop's terminal and its hub: at the broker, as a listener that may only read; at the enrolment
// server; and inside the documents, which are sealed once more, to a key of the recorder.
import { request } from 'node:https';
import { join } from 'node:path';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { openDocument, sealDocument } from '../../agent/protocol/document.ts';
import { makeDocument } from '../../simulator/hub/issuing/make-document.ts';
import { takeOrder } from '../../simulator/hub/issuing/service.ts';
import { type HubKeys, openHubKeys } from '../../simulator/hub/keys/hub-keys.ts';
import type { Shop } from '../../simulator/shop/shop.ts';
import { listenAtBroker } from '../broker-listener.ts';
import { type Recording, recordingOf, type Travelled } from './recording.ts';

export class Recorder {
  readonly #enrolments: { request: Buffer; answer: Buffer }[] = [];
  readonly #travelled: Travelled[] = [];
  readonly #documents: Recording['documents'] = [];

  /** For Shop.open. */
  readonly onEnrolment = (asked: Buffer, answer: Buffer): void =>
    void this.#enrolments.push({ request: asked, answer });

  /** Listens until `close`, which is returned. */
  async listen(shop: Shop): Promise<() => Promise<void>> {
    const stop = await listenAtBroker(shop, (topic, message) => this.#travelled.push({ topic, message }));
    shop.hub.behaviours.issuing.push((question, state) => {
      if (question.ask !== 'order') return undefined;
      const make: typeof state.make = async (verified, entry) => {
        const { transaction } = verified.statement;
        const { gateKey } = verified.authentication;
        const key = newKeyPair();
        const authentication = { ...verified.authentication, gateKey: key.coseKey };
        const sealed = await makeDocument({ ...verified, authentication }, entry, state);
        this.#documents.push({
          sealed,
          key,
          transaction,
          municipality: verified.statement.order.municipality,
        });
        return sealDocument(openDocument(sealed, transaction, key), transaction, gateKey);
      };
      return takeOrder(question, { ...state, make });
    });
    return stop;
  }

  #keysOf = ({ dir }: Shop): HubKeys => openHubKeys(join(dir, 'hub/keys'));

  /** All that was recorded, and what the enrolment server answers to a request for the root document and to one that is no claim. */
  async recorded(shop: Shop): Promise<ReturnType<typeof recordingOf>> {
    const root = await asked(`${shop.hub.enrolmentUrl}/root`);
    await asked(`${shop.hub.enrolmentUrl}/enrol`, Buffer.from('no claim'));
    const [travelled, enrolments, documents] = [this.#travelled, this.#enrolments, this.#documents];
    return recordingOf({ travelled, enrolments, documents, root }, this.#keysOf(shop));
  }
}

/** Asks the enrolment server, whose certificate only an installer's sheet could vouch for. */
function asked(url: string, body?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const method = body ? 'POST' : 'GET';
    const headers = { 'content-type': 'application/cbor' };
    request(url, { method, headers, rejectUnauthorized: false }, async response => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve(Buffer.concat(chunks));
    })
      .on('error', reject)
      .end(body);
  });
}
