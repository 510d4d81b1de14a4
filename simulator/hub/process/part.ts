// `npm run simulator -- hub`: the virtual hub alone.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartDefinition } from '../../part.ts';
import { type RunningHub, startHub } from './hub.ts';

const text = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const listOf = (value: string | boolean | undefined): string[] =>
  text(value)
    ?.split(',')
    .filter(one => one !== '') ?? [];

/** A code for each, by what it is. */
function codesOf(
  hub: Pick<RunningHub, 'createEnrolmentCode'>,
  terminals: readonly string[],
): Record<string, string> {
  const codes: Record<string, string> = {};
  for (const terminal of terminals) {
    const what = `enrolment code of ${terminal}`;
    codes[what in codes ? `${what}, again` : what] = hub.createEnrolmentCode({ terminal });
  }
  return codes;
}

export const part: PartDefinition = {
  name: 'hub',
  summary: 'a municipal hub: mosquitto over TLS, enrolment, card authentication, issuing service and ledger',
  options: {
    terminal: {
      type: 'string',
      default: 'terminal-1',
      help: 'terminals to make an enrolment code for each, comma between them; one may be named twice',
    },
    'card-authority': {
      type: 'string',
      help: 'certificate of the authority whose cards are accepted (PEM or DER)',
    },
    card: {
      type: 'string',
      help: "a card's certificates (PEM or DER), comma between them; they are registered for --resident",
    },
    'revoked-card': { type: 'string', help: 'one that is registered, and revoked' },
    resident: { type: 'string', default: 'm101', help: 'the resident who holds --card' },
    font: { type: 'string', help: 'TrueType font of the certificates; default IPAmj Mincho' },
  },
  async start(values, { dir, say }) {
    const read = (name: string) =>
      Promise.all(listOf(values[name]).map(async path => new X509Certificate(await readFile(path)).raw));
    const authorities = await read('card-authority');
    const cards = await read('card');
    const revoked = await read('revoked-card');
    const hub = await startHub({
      dir: join(dir, 'hub'),
      say,
      cardAuthority: authorities.map(certificateDer => ({ certificateDer })),
      fontPath: text(values.font),
    });
    try {
      for (const card of [...cards, ...revoked]) hub.bindCard(text(values.resident) ?? '', card);
      for (const card of revoked) hub.revokeCard(card);
    } catch (error) {
      await hub.close();
      throw error;
    }
    return {
      listens: {
        broker: hub.brokerUrl,
        enrolment: hub.enrolmentUrl,
        'root thumbprint': hub.rootThumbprint,
        'hub folder': join(dir, 'hub'),
        ...codesOf(hub, listOf(values.terminal)),
      },
      close: () => hub.close(),
    };
  },
};
