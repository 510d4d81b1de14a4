// `npm run simulator -- hub`: the virtual hub alone.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartDefinition } from '../../part.ts';
import { startHub } from './hub.ts';

const text = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

export const part: PartDefinition = {
  name: 'hub',
  summary: 'a municipal hub: mosquitto over TLS, enrolment, card authentication, issuing service and ledger',
  options: {
    terminal: { type: 'string', default: 'terminal-1', help: 'terminal to make an enrolment code for' },
    'card-authority': {
      type: 'string',
      help: 'certificate of the authority whose cards are accepted (PEM or DER)',
    },
    card: { type: 'string', help: "a card's certificate (PEM or DER); it is registered for --resident" },
    resident: { type: 'string', default: 'm101', help: 'the resident who holds --card' },
    font: { type: 'string', help: 'TrueType font of the certificates; default IPAmj Mincho' },
  },
  async start(values, { dir, say }) {
    const read = async (name: string) => {
      const path = text(values[name]);
      return path === undefined ? undefined : new X509Certificate(await readFile(path)).raw;
    };
    const authority = await read('card-authority');
    const card = await read('card');
    const hub = await startHub({
      dir: join(dir, 'hub'),
      say,
      cardAuthority: authority ? [{ certificateDer: authority }] : [],
      fontPath: text(values.font),
    });
    try {
      if (card) hub.bindCard(text(values.resident) ?? '', card);
    } catch (error) {
      await hub.close();
      throw error;
    }
    const terminal = text(values.terminal) ?? 'terminal-1';
    return {
      listens: {
        broker: hub.brokerUrl,
        enrolment: hub.enrolmentUrl,
        'root thumbprint': hub.rootThumbprint,
        'hub folder': join(dir, 'hub'),
        [`enrolment code of ${terminal}`]: hub.createEnrolmentCode({ terminal }),
      },
      close: () => hub.close(),
    };
  },
};
